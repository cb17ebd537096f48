"""A dressed body without its head: made once in the rest posture, posed for every frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_assets.training.people import accessories, fabric, garments
from model_assets.training.people.body_mesh import ARM, LEG, Build, hand, limb, limb_profile, neck
from model_assets.training.people.body_shape import BodyIdentity
from model_assets.training.people.clothing import Colour, Outfit
from model_assets.training.people.head import Head
from model_assets.training.people.loft import Array, Patch, joined
from model_assets.training.people.postures import Posture
from model_assets.training.people.rotations import between, matrices, product, turn
from model_assets.training.people.skeleton3d import (
    LEFT,
    RIGHT,
    Bone,
    Points,
    Pose3d,
    forward_kinematics,
    moved,
)
from model_assets.training.people.skinning import skin, smooth_normals
from model_assets.training.rendering.scene import Image

_STUB_TOP, _STUB_BOTTOM = -0.07, -0.11
_BROWS = 0.06


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody stands.

    Attributes:
        x: metres.
        y: metres.
        heading: radians the person is turned to their left from facing -y.
        z: height of the floor, metres.
    """

    x: float
    y: float
    heading: float = 0.0
    z: float = 0.0


@dataclass(frozen=True, slots=True)
class HeadShape:
    """What the body needs to know of the head.

    Attributes:
        skin: BGR 0..1 of the neck.
        neck: half width and half depth of the neck, metres.
        low: lowest x, y, z of head and hair above the brows, in the head's frame.
        high: highest x, y, z.
    """

    skin: Colour
    neck: tuple[float, float]
    low: tuple[float, float, float]
    high: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class RestBody:
    """A dressed body without head, in the rest posture, ready to be posed.

    Attributes:
        body: whose.
        surface: clothes first, then bare skin.
        cloth_vertices: how many of the vertices are clothes.
        cloth_faces: triangles of the clothes.
        skin_faces: triangles of the skin, counted from its first vertex.
        texture: of the clothes.
        origins: of the bones, [bones, 3].
        first, second, fraction: the nodes, see ``loft``.
    """

    body: BodyIdentity
    surface: Patch
    cloth_vertices: int
    cloth_faces: NDArray[np.int32]
    skin_faces: NDArray[np.int32]
    texture: Image
    origins: Points
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    fraction: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PosedBody:
    """Vertices and normals of a ``RestBody`` [n, 3] and its skeleton, in the world."""

    vertices: Array
    normals: Array
    skeleton: Pose3d


def head_shape(head: Head) -> HeadShape:
    """Measure a head."""
    points = np.concatenate([m.vertices for m in head.meshes])
    largest = max(head.meshes, key=lambda m: np.sum(m.vertices[:, 2] < _STUB_TOP))
    stub = largest.vertices
    level = (stub[:, 2] < _STUB_TOP) & (stub[:, 2] > _STUB_BOTTOM) & (stub[:, 1] > -0.06)
    if not level.any():
        raise ValueError(f"the head has no neck between z = {_STUB_BOTTOM} and {_STUB_TOP}")
    lowest = level & (stub[:, 2] < stub[level, 2].min() + 0.015)
    colour = largest.colours[lowest].mean(0)
    if largest.texture is not None and largest.uv is not None:
        height, width = largest.texture.shape[:2]
        cells = np.clip(largest.uv[lowest] * (width, height), 0, (width - 1, height - 1))
        columns, rows = cells.astype(int).T
        colour = colour * np.median(largest.texture[rows, columns], axis=0) / 255
    spread = np.ptp(stub[lowest], axis=0) / 2
    blue, green, red = map(float, colour)
    crown = points[points[:, 2] > _BROWS]
    low, high = crown.min(0), crown.max(0)
    return HeadShape(
        (blue, green, red),
        (float(spread[0]), float(spread[1])),
        (float(low[0]), float(low[1]), float(low[2])),
        (float(high[0]), float(high[1]), float(high[2])),
    )


def rest_body(body: BodyIdentity, outfit: Outfit, head: HeadShape, detail: int = 1) -> RestBody:
    """Return a dressed body in the rest posture (about 0.05 s; reuse it)."""
    build = Build.of(body, detail)
    extent = np.array([head.low, head.high])
    cloth = [*garments.clothes(build, outfit), *accessories.bag(build, outfit)]
    cloth += accessories.hat(build, outfit, extent)
    bare = _bare(build, outfit, head)
    cloth_count = sum(len(p.vertices) for p in cloth)
    skin_faces = joined(bare).faces
    surface = joined([*cloth, *bare])
    return RestBody(
        body=body,
        surface=surface,
        cloth_vertices=cloth_count,
        cloth_faces=surface.faces[: len(surface.faces) - len(skin_faces)],
        skin_faces=skin_faces,
        texture=fabric.atlas(outfit, detail),
        origins=build.origins,
        first=np.array(build.nodes.first),
        second=np.array(build.nodes.second),
        fraction=np.array(build.nodes.fraction),
    )


def _bare(build: Build, outfit: Outfit, head: HeadShape) -> list[Patch]:
    """Return neck, hands, and what of arms and legs the clothes leave bare."""
    colour = head.skin
    radius = head.neck[0] * build.body.head + 0.003, head.neck[1] * build.body.head + 0.003
    patches = [neck(build, radius, colour)]
    arm_from, leg_from = garments.bare_arm_from(outfit), garments.bare_leg_from(outfit)
    for side in (RIGHT, LEFT):
        patches.append(hand(build, side, colour))
        stations = np.linspace(arm_from - 0.1, 2.0, build.count(3 + 7 * (2 - arm_from), 4))
        profile = limb_profile(build.body, ARM)
        patches.append(limb(build, side, False, profile, stations, build.count(12, 7), colour))
        if leg_from is not None:
            stations = np.linspace(leg_from, 2.0, build.count(8 * (2 - leg_from), 6))
            profile = limb_profile(build.body, LEG)
            if garments.wears_skirt(outfit):  # which must not let the thighs through
                profile[:, 1:] *= np.interp(profile[:, 0], [0.4, 0.8], [0.82, 1.0])[:, None]
            legs = garments.leg_colour(outfit, colour)
            patches.append(limb(build, side, True, profile, stations, build.count(14, 8), legs))
    return patches


def pose_body(rest: RestBody, posture: Posture, place: Placement | None = None) -> PosedBody:
    """Return a body in a posture, its lowest point on the floor, its feet about the place."""
    place = place or Placement(0.0, 0.0)
    local = posture.rotations.copy()
    local[Bone.CHEST] = product(local[Bone.CHEST], turn(x=rest.body.stoop))
    local[Bone.HEAD] = product(turn(x=-0.7 * rest.body.stoop), local[Bone.HEAD])
    skeleton = moved(
        forward_kinematics(rest.origins, local),
        turn(z=float(np.degrees(place.heading))),
        np.zeros(3),
    )
    surface = rest.surface
    vertices = skin(surface.vertices, surface.nodes, surface.weights, _frames(rest, skeleton))
    feet = skeleton.origins[[Bone.RIGHT_FOOT, Bone.LEFT_FOOT]].mean(0)
    low = float(vertices[:, 2].min())
    shift = np.array([place.x - feet[0], place.y - feet[1], place.z - low + posture.lift])
    vertices += shift.astype(np.float32)
    normals = smooth_normals(vertices, surface.faces, surface.twins)
    return PosedBody(vertices, normals, Pose3d(skeleton.rotations, skeleton.origins + shift))


def _frames(rest: RestBody, skeleton: Pose3d) -> Array:
    """Return the transforms of the nodes, float32 [nodes, 3, 4]."""
    rotations = skeleton.rotations
    turned = between(rotations[rest.first], rotations[rest.second], rest.fraction)
    frames = np.empty((len(rest.first), 3, 4), np.float32)
    matrix = matrices(turned)
    pivot = rest.origins[rest.second]
    frames[:, :, :3] = matrix
    frames[:, :, 3] = skeleton.origins[rest.second] - np.einsum("nij,nj->ni", matrix, pivot)
    return frames

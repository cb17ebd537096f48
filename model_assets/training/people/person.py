"""A whole person: body, clothes and head, prepared once and posed for every frame.

``prepare_wearer`` makes what stays the same of a person in an outfit (some 0.2 s);
``build_figure`` poses it in the world (a few milliseconds).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_assets.training.people.body_shape import BodyIdentity, sample_body
from model_assets.training.people.clothing import Outfit, sample_outfit
from model_assets.training.people.dressed_body import (
    Placement,
    PosedBody,
    RestBody,
    head_shape,
    pose_body,
    rest_body,
)
from model_assets.training.people.expression import NEUTRAL, Expression
from model_assets.training.people.face_identity import FaceIdentity
from model_assets.training.people.figure import Figure
from model_assets.training.people.head import PreparedHead, pose_head, prepare_head
from model_assets.training.people.loft import Array
from model_assets.training.people.postures import Posture
from model_assets.training.people.props import props
from model_assets.training.people.rotations import matrices
from model_assets.training.people.skeleton3d import JOINT_BONES, Bone, Points
from model_assets.training.rendering.scene import Mesh

__all__ = [
    "BodyIdentity",
    "Outfit",
    "Placement",
    "PosedBody",
    "RestBody",
    "Wearer",
    "build_figure",
    "pose_body",
    "prepare_wearer",
    "rest_body",
    "sample_body",
    "sample_outfit",
]
SKIN_ROUGHNESS, CLOTH_ROUGHNESS = 0.6, 0.92


@dataclass(frozen=True, slots=True, eq=False)
class Wearer:
    """A person in an outfit, prepared for posing at one level of detail."""

    face: FaceIdentity
    body: BodyIdentity
    outfit: Outfit
    rest: RestBody
    head: PreparedHead


def prepare_wearer(
    face: FaceIdentity, body: BodyIdentity, outfit: Outfit, detail: int = 1
) -> Wearer:
    """Return a person dressed and ready to be posed.

    Args:
        face: head and skin.
        body: stature and build.
        outfit: clothes.
        detail: 0 (far away) .. 2 (close up).
    """
    head = prepare_head(face, detail)
    shape = head_shape(pose_head(head, NEUTRAL))
    return Wearer(face, body, outfit, rest_body(body, outfit, shape, detail), head)


def build_figure(
    wearer: Wearer,
    posture: Posture,
    place: Placement,
    expression: Expression,
    owner: int,
) -> Figure:
    """Return a person in the world.

    Args:
        wearer: who, from ``prepare_wearer``.
        posture: joint angles; a chair it needs comes with it and belongs to nobody.
        place: where.
        expression: of the face.
        owner: index of the person in the scene.
    """
    rest = wearer.rest
    posed = pose_body(rest, posture, place)
    head = pose_head(wearer.head, expression)
    turned = matrices(posed.skeleton.rotations[Bone.HEAD])
    scaled_turn = (turned * wearer.body.head).astype(np.float32)
    origin = posed.skeleton.origins[Bone.HEAD].astype(np.float32)
    meshes = [_worn(rest, posed, owner), _skin(rest, posed, owner)]
    meshes += [_placed_mesh(m, scaled_turn, turned, origin, owner) for m in head.meshes]
    meshes += props(wearer.outfit, rest, posed, posture, place, owner)
    landmarks = head.landmarks @ scaled_turn.T + origin
    ears = head.ears @ scaled_turn.T + origin
    joints = posed.skeleton.origins[list(JOINT_BONES)].astype(np.float32)
    middle = (joints[0] + joints[3]) / 2
    keypoints = np.vstack([landmarks[2], middle, joints, landmarks[:2], ears])
    facing = -turned[:, 1].astype(np.float32)
    return Figure(tuple(meshes), keypoints.astype(np.float32), landmarks, facing)


def _worn(rest: RestBody, posed: PosedBody, owner: int) -> Mesh:
    n = rest.cloth_vertices
    return Mesh(
        posed.vertices[:n],
        rest.cloth_faces,
        posed.normals[:n],
        rest.surface.colours[:n],
        rest.surface.uv[:n],
        rest.texture,
        CLOTH_ROUGHNESS,
        owner=owner,
    )


def _skin(rest: RestBody, posed: PosedBody, owner: int) -> Mesh:
    n = rest.cloth_vertices
    return Mesh(
        posed.vertices[n:],
        rest.skin_faces,
        posed.normals[n:],
        rest.surface.colours[n:],
        roughness=SKIN_ROUGHNESS,
        owner=owner,
    )


def _placed_mesh(mesh: Mesh, linear: Array, turned: Points, shift: Array, owner: int) -> Mesh:
    return Mesh(
        mesh.vertices @ linear.T + shift,
        mesh.faces,
        mesh.normals @ turned.T.astype(np.float32),
        mesh.colours,
        mesh.uv,
        mesh.texture,
        mesh.roughness,
        mesh.emission,
        owner,
    )

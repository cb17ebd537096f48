"""Heads: all of a person's face and hair as meshes, with the landmarks' true places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_assets.training.people.beard import bristle
from model_assets.training.people.ears import left_ear
from model_assets.training.people.expression import Expression
from model_assets.training.people.eyes import eye_centres, eye_texture, eyes
from model_assets.training.people.face_parameters import FaceIdentity, Glasses
from model_assets.training.people.face_plan import FacePlan, face_plan
from model_assets.training.people.face_texture import face_texture, skin_colour
from model_assets.training.people.glasses import glasses
from model_assets.training.people.hair import CUTS, strand_texture, thicken
from model_assets.training.people.hanging_hair import hanging_hair
from model_assets.training.people.head_grid import LIPS, HeadGrid, grid_normals, head_grid
from model_assets.training.people.head_motion import HeadMotion, head_motion
from model_assets.training.people.head_shape import rest_points
from model_assets.training.people.mesh_parts import as_mesh, joined
from model_assets.training.rendering.scene import Array, Image, Mesh

_TEXTURE = (128, 256, 1024)
_EYE_TEXTURE = (32, 64, 256)


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A head in its own frame: metres, origin at the atlas, z up, facing -y.

    Attributes:
        meshes: skin, eyes, ears, hair, glasses.
        landmarks: float32 [5, 3]: right eye, left eye, nose tip, right and left mouth corner.
        ears: float32 [2, 3]: tragus of the right and the left ear.
    """

    meshes: tuple[Mesh, ...]
    landmarks: Array
    ears: Array


@dataclass(frozen=True, slots=True, eq=False)
class PreparedHead:
    """What of a head does not change with the expression; make it once for a person.

    Attributes:
        plan: measures of the face.
        grid: net of the skin.
        rest: float32 [rows, columns, 3], the skin at rest, millimetres.
        motion: how it moves.
        skin: texture of the skin.
        eye: texture of the eyes.
        fixed: ears, hanging hair, glasses.
        tragi: float32 [2, 3], metres.
        corners: row, left column (fractional) of the mouth corners in the grid.
        nose_row: fractional row of the nose tip.
        scale: size of the whole head.
        detail: 0..2.
    """

    plan: FacePlan
    grid: HeadGrid
    rest: Array
    motion: HeadMotion
    skin: Image
    eye: Image
    fixed: tuple[Mesh, ...]
    tragi: Array
    corners: tuple[int, float]
    nose_row: float
    scale: float
    detail: int


def prepare_head(who: FaceIdentity, detail: int = 1) -> PreparedHead:
    """Return the lasting part of a head: shape, textures, ears, hair and glasses."""
    if detail not in (0, 1, 2):
        raise ValueError(f"detail of a head is {detail!r}, allowed are 0, 1 and 2")
    plan, grid, scale = face_plan(who), head_grid(detail), 1.0 + 0.035 * who.size
    skull = rest_points(who, plan, grid.levels, grid.azimuths)
    rest = skull.copy()
    bristle(who, plan, rest, grid.azimuths, grid.levels)
    thicken(who, rest, grid.azimuths)
    fixed, tragi = _fixed(who, plan, skull, rest, scale, detail)
    return PreparedHead(
        plan=plan,
        grid=grid,
        rest=rest.astype(np.float32),
        motion=head_motion(plan, grid, skull),
        skin=face_texture(who, plan, _TEXTURE[detail]),
        eye=eye_texture(who, skin_colour(who), _EYE_TEXTURE[detail]),
        fixed=fixed,
        tragi=tragi,
        corners=_corners(plan, grid, skull),
        nose_row=_nose_row(plan, grid, skull),
        scale=scale,
        detail=detail,
    )


def pose_head(prepared: PreparedHead, expression: Expression) -> Head:
    """Return a prepared head under an expression."""
    points = prepared.motion.move(prepared.rest, expression)
    normals = grid_normals(points, closed=True)
    metres = np.float32(prepared.scale / 1000)
    grid = prepared.grid
    skin = Mesh(
        points.reshape(-1, 3) * metres,
        grid.faces,
        normals.reshape(-1, 3),
        np.ones((points.shape[0] * points.shape[1], 3), np.float32),
        grid.uv,
        prepared.skin,
        roughness=0.65,
    )
    balls = eyes(prepared.plan, expression, prepared.detail)
    landmarks = np.concatenate([eye_centres(prepared.plan), _moved(prepared, points)])
    return Head(
        (skin, as_mesh(balls, prepared.scale, prepared.eye, roughness=0.45), *prepared.fixed),
        (landmarks * metres).astype(np.float32),
        prepared.tragi,
    )


def build_head(identity: FaceIdentity, expression: Expression, detail: int = 1) -> Head:
    """Return the head of a person; where several are needed, prepare it once and pose it."""
    return pose_head(prepare_head(identity, detail), expression)


def _fixed(
    who: FaceIdentity, plan: FacePlan, skull: Array, hair: Array, scale: float, detail: int
) -> tuple[tuple[Mesh, ...], Array]:
    ear, tragus = left_ear(who, skull, skin_colour(who), detail)
    meshes = []
    if CUTS[who.hair_style].hang == 0:
        meshes.append(as_mesh(joined([ear, ear.mirrored()]), scale, roughness=0.7))
    if (hanging := hanging_hair(who, hair, detail)) is not None:
        meshes.append(as_mesh(hanging, scale, strand_texture(who), roughness=0.6))
    if who.glasses is not Glasses.NONE:
        worn = glasses(who, plan, float(tragus[0]), detail)
        meshes.append(as_mesh(worn, scale, roughness=0.35))
    tragi = np.stack([tragus * (-1, 1, 1), tragus]) * scale / 1000
    return tuple(meshes), tragi.astype(np.float32)


def _corners(plan: FacePlan, grid: HeadGrid, skull: Array) -> tuple[int, float]:
    """Return row and fractional column of the left mouth corner."""
    row = int(np.argmin(np.abs(grid.levels - LIPS)))
    middle = grid.azimuths.size // 2
    ahead = slice(middle, middle + middle // 2)
    columns = np.arange(grid.azimuths.size)[ahead]
    return row, float(np.interp(plan.mouth_half, skull[row, ahead, 0], columns))


def _nose_row(plan: FacePlan, grid: HeadGrid, skull: Array) -> float:
    middle = grid.azimuths.size // 2
    rows = np.arange(grid.levels.size)
    return float(np.interp(plan.nose_tip, skull[:, middle, 2], rows))


def _moved(prepared: PreparedHead, points: Array) -> Array:
    """Return nose tip, right and left mouth corner of the moved skin, [3, 3] mm."""
    row, left = prepared.corners
    middle = prepared.grid.azimuths.size // 2
    low, share = int(prepared.nose_row), prepared.nose_row % 1
    nose = points[low, middle] * (1 - share) + points[low + 1, middle] * share
    corners = [_between(points[row], 2 * middle - left), _between(points[row], left)]
    return np.stack([nose, *corners])


def _between(line: Array, column: float) -> Array:
    low, share = int(column), column % 1
    point: Array = line[low] * (1 - share) + line[low + 1] * share
    return point

"""Eyes: the visible part of the ball between the lids, and the edge of the upper lid."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.expression import Expression
from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.people.face_plan import FacePlan
from model_assets.training.people.head_shape import EYE_CURVATURE
from model_assets.training.people.mesh_parts import Part, joined, sheet
from model_assets.training.rendering.scene import Array, Image

_BALL_SHARE = 0.75
_VIEW_MM = 34.0
_SHAPE = ((5, 2), (9, 5), (21, 9))
# How far before the skin the ball lies: a coarse skin cuts corners that the ball must not.
_BEFORE = (2.2, 1.0, 0.5)


def eye_texture(who: FaceIdentity, skin: Array, size: int) -> Image:
    """Return white, iris and pupil above, the colours of the lid's edge below, uint8 BGR."""
    rows = int(size * _BALL_SHARE)
    x = (np.arange(size) + 0.5) / size * _VIEW_MM - _VIEW_MM / 2
    z = _VIEW_MM * _BALL_SHARE / 2 - (np.arange(rows) + 0.5) / size * _VIEW_MM
    x, z = np.meshgrid(x, z)
    radius, turn = np.hypot(x, z), np.arctan2(z, x)
    soft = 0.6 * _VIEW_MM / size
    image = np.empty((size, size, 3), np.float32)
    ball = image[:rows]
    ball[:] = (
        np.float32([0.84, 0.86, 0.89])
        - np.float32([0.10, 0.09, 0.02]) * (np.clip(radius / 16, 0, 1) ** 2)[..., None]
    )
    fibres = 0.85 + 0.15 * np.sin(turn * 23 + who.seed % 5) * np.sin(turn * 11 + 1.0)
    iris = (
        np.float32(who.iris)
        * (fibres * np.interp(radius, [2, 4.5, 6.2], [1.35, 1.1, 0.45]))[..., None]
    )
    _lay(ball, iris, np.clip((6.1 - radius) / soft + 0.5, 0, 1))
    _lay(ball, np.float32([0.02, 0.02, 0.02]), np.clip((2.5 - radius) / soft + 0.5, 0, 1))
    light = np.clip((1.15 - np.hypot(x + 2.0, z - 2.2)) / soft + 0.5, 0, 1)
    _lay(ball, np.float32([0.97, 0.97, 0.97]), light)
    lash = np.minimum(skin * 0.22, 0.16)
    steps = np.linspace(0, 1, size - rows)[:, None, None]
    image[rows:] = np.where(steps < 0.5, lash, skin * (0.72 + 0.2 * steps))
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def eyes(plan: FacePlan, expression: Expression, detail: int) -> Part:
    """Return both eyes under an expression."""
    return joined([_eye(plan, expression, detail, side) for side in (-1.0, 1.0)])


def eye_centres(plan: FacePlan) -> Array:
    """Return the middles of both eyes, right one first, [2, 3] mm."""
    x, y, z = plan.eye
    return np.array([(-x, y - 1.0, z), (x, y - 1.0, z)], np.float32)


def _lay(image: Array, colour: Array, weight: Array) -> None:
    image += weight[..., None] * (colour - image)


def _eye(plan: FacePlan, expression: Expression, detail: int, side: float) -> Part:
    columns, rows = _SHAPE[detail]
    along = np.linspace(-1, 1, columns)
    outward = along * side
    # The opening is highest inside its middle and lowest outside it, as eyes are.
    upper = plan.eye_up * np.clip(1 - np.abs(along) ** 2.3, 0, 1) * (1 - 0.13 * outward)
    lower = -plan.eye_down * np.clip(1 - along**2, 0, 1) * (1 + 0.15 * outward)
    lower = lower + 1.3 * max(0.0, expression.smile) * (1 - along**2)
    upper = np.maximum(upper - expression.blink * (upper - lower), lower)
    share = np.linspace(0, 1, rows)[:, None]
    tilt = plan.eye_tilt * side * along * plan.eye_half
    across = np.broadcast_to(along * plan.eye_half, (rows, columns))
    up = lower + share * (upper - lower)
    ball = sheet(
        _on_ball(plan, side, across, up + tilt, _BEFORE[detail]),
        _shadow(share, along),
        _ball_uv(across, up + tilt, expression),
    )
    edge = np.stack([upper - 0.5, upper + 0.7, upper + 1.9]) + tilt
    lid = _on_ball(plan, side, np.stack([across[0]] * 3), edge, _BEFORE[detail])
    lid[:, :, 1] -= np.array([0.5, 1.0, -0.6 - _BEFORE[detail]])[:, None]
    heights = np.broadcast_to(np.array([0.03, 0.40, 0.97])[:, None], (3, columns))
    lid_uv = np.stack([np.full((3, columns), 0.5), _BALL_SHARE + 0.01 + heights * 0.23], -1)
    return joined([ball, sheet(lid, np.ones(3), lid_uv)])


def _on_ball(plan: FacePlan, side: float, across: Array, up: Array, before: float) -> Array:
    y = plan.eye[1] + (across**2 + up**2) / (2 * EYE_CURVATURE) - 0.6 - before
    return np.stack([side * plan.eye[0] + across, y, plan.eye[2] + up], -1)


def _shadow(share: Array, along: Array) -> Array:
    """Darkness that the upper lid and the corners throw on the ball."""
    light = np.interp(share, [0, 0.55, 1.0], [0.95, 1.0, 0.55]) * (1 - 0.30 * along**4)
    return np.repeat(light[..., None], 3, -1)


def _ball_uv(across: Array, up: Array, expression: Expression) -> Array:
    across = across - 3.2 * expression.gaze[0]
    up = up - 2.0 * expression.gaze[1]
    column = 0.5 + across / _VIEW_MM
    row = _BALL_SHARE / 2 - up / _VIEW_MM
    return np.stack([column, np.clip(row, 0.01, _BALL_SHARE - 0.02)], -1)

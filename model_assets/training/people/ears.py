"""Ears: a bowl with a rolled rim, lobe and tragus."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.people.mesh_parts import Part, sheet
from model_assets.training.rendering.scene import Array

_SHAPE = ((3, 6), (6, 11), (11, 29))
# From the hollow outwards: share of the outline, height over the bowl, light.
_PROFILE = (
    (0.0, 0.16, 0.40, 0.55, 0.72, 0.86, 1.00, 0.97),
    (0.0, -0.5, 0.5, 2.5, 2.0, 4.0, 3.2, -3.0),
    (0.6, 0.62, 0.75, 1.0, 0.82, 1.0, 0.97, 0.75),
)


def left_ear(who: FaceIdentity, skull: Array, skin: Array, detail: int) -> tuple[Part, Array]:
    """Return the left ear and its tragus [3], millimetres.

    Args:
        who: whose ear.
        skull: [rows, columns, 3] of the skin without hair.
        skin: its colour.
        detail: 0..2.
    """
    rings, around = _SHAPE[detail]
    height = 31.0 + 4.5 * who.ear_size
    width = 16.5 + 2.5 * who.ear_size
    turn = np.linspace(0, 2 * np.pi, around)
    ring = np.linspace(0, 1, rings) * 7
    share, rise, light = (np.interp(ring, np.arange(8), row)[:, None] for row in _PROFILE)
    back = width * np.cos(turn) * (1 + 0.18 * np.sin(turn)) * share
    up = height * np.sin(turn) * share
    flare = np.radians(33 + 16 * who.ear_flare)
    centre = _attachment(skull, z=28.0)
    deep = back + 0.55 * width
    points = np.empty((rings, around, 3))
    points[..., 0] = deep * np.sin(flare) + rise * np.cos(flare) - 1.0
    points[..., 1] = deep * np.cos(flare) - rise * np.sin(flare) + 0.15 * up
    points[..., 2] = up
    points += centre
    red = skin * np.float32([0.86, 0.88, 1.02])
    colours = red * light[..., None]
    part = sheet(points[:, ::-1], np.broadcast_to(colours, points.shape), closed=True)
    tragus = centre + np.array([2.0, -0.35 * width + 4.0, -3.0])
    return part, tragus.astype(np.float32)


def _attachment(skull: Array, z: float) -> Array:
    """Return the point of the left side of the skull just behind its middle, at a height."""
    side = skull[..., 0] > 0
    off = np.where(side, np.abs(skull[..., 1] - 2.0) + np.abs(skull[..., 2] - z), np.inf)
    nearest = skull.reshape(-1, 3)[int(np.argmin(off))]
    return np.array([nearest[0], 2.0, z])

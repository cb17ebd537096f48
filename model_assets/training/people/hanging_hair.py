"""Hair that leaves the head: hanging to the shoulders, tied to a tail or a bun."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.face_parameters import FaceIdentity, HairStyle
from model_assets.training.people.hair import CUTS
from model_assets.training.people.mesh_parts import Part, sheet
from model_assets.training.rendering.scene import Array

_SHAPE = ((6, 3), (13, 5), (37, 16))


def hanging_hair(who: FaceIdentity, scalp: Array, detail: int) -> Part | None:
    """Return the hair beyond the scalp [rows, columns, 3] (mm, with its hair), None if none."""
    cut = CUTS[who.hair_style]
    if who.hair_style is HairStyle.BUN:
        back = float(scalp[..., 1].max())
        return _ball(np.array([0.0, back + 8.0, 96.0 + 25.0 * who.hair_length]), 30.0, detail)
    if who.hair_style is HairStyle.PONYTAIL:
        return _tail(float(scalp[..., 1].max()), 120.0 + 60.0 * who.hair_length, detail)
    if cut.hang > 0:
        return _curtain(who, scalp, cut.hang, detail)
    return None


def _curtain(who: FaceIdentity, scalp: Array, hang: float, detail: int) -> Part:
    """Hair around the sides and the back, as a closed band of some thickness."""
    around, rows = _SHAPE[detail]
    start = np.radians(64.0 + 8.0 * who.hairline)
    share = np.linspace(-1, 1, around)
    wide = float(np.abs(scalp[..., 0]).max())
    deep = float(scalp[..., 1].max())
    bottom = -0.5 * hang * (1.0 + 0.5 * who.hair_length) - 0.5 * hang
    top = 118.0
    z = np.linspace(bottom, top, rows)[:, None]
    fall = (top - z) / (top - bottom)
    tucked = np.interp(z, (68.0, 95.0, top), (0.0, -1.5, -15.0))
    swell = 3.0 * np.sin(np.clip(fall * 1.3, 0, 1) * np.pi) - 6.0 * fall**3 + tucked
    opening = start + np.radians(np.interp(z, (20.0, 80.0, top), (0.0, 6.0, 30.0)))
    outer = np.pi + share * (np.pi - opening)
    curl = CUTS[who.hair_style].lumps
    points = []
    for angles, inset in ((outer, 0.0), (outer[:, ::-1], 9.0)):
        wave = curl * 1.6 * np.sin(z / 9.0 + 5 * angles + who.seed % 11) * np.clip(fall * 2, 0, 1)
        reach_x = wide + 1.5 - inset + swell + wave
        reach_y = deep + 1.5 - inset + swell + wave - 14.0 * np.clip(-z / 60.0, 0, 1)
        back = -np.cos(angles)
        y = np.where(back > 0, back * reach_y, back * (wide - inset + swell))
        points.append(np.stack([reach_x * np.sin(angles), y, z + 0 * angles], -1))
    loop = np.concatenate([*points, points[0][:, :1]], 1)
    columns = np.linspace(0, 5, loop.shape[1])
    uv = np.stack(np.meshgrid(columns, np.linspace(1.4, 0, rows)), -1)
    inner = np.arange(loop.shape[1]) >= around
    shade = np.where(inner & (np.arange(loop.shape[1]) < 2 * around), 0.45, 1.0)
    light = shade[None, :] * (1.0 - 0.25 * fall)
    return sheet(loop, np.repeat(light[..., None], 3, -1), uv, closed=True)


def _tail(back: float, length: float, detail: int) -> Part:
    around, rows = _SHAPE[detail]
    share = np.linspace(1, 0, rows)
    y = back - 4.0 + 26.0 * np.sin(share * 2.4)
    z = 82.0 + 22.0 * np.sin(share * np.pi * 0.7) - length * share**1.5
    radius = np.interp(share, [0, 0.12, 0.35, 0.8, 1], [9, 14, 19, 13, 2])
    return _turned(np.stack([0 * y, y, z], 1), radius, around)


def _ball(centre: Array, radius: float, detail: int) -> Part:
    around, rows = _SHAPE[detail]
    angle = np.linspace(-np.pi / 2, np.pi / 2, rows)
    path = centre + np.stack([0 * angle, 0 * angle, 0.9 * radius * np.sin(angle)], 1)
    return _turned(path, radius * np.cos(angle) + 0.2, around)


def _turned(path: Array, radius: Array, around: int) -> Part:
    """Return the body of revolution about an upright path, bottom first."""
    turn = np.linspace(0, 2 * np.pi, around)
    circle = np.stack([np.cos(turn), np.sin(turn), 0 * turn], -1)
    points = path[:, None] + radius[:, None, None] * circle
    uv = np.stack(np.meshgrid(np.linspace(0, 3, around), np.linspace(1, 0, len(path))), -1)
    return sheet(points, np.ones(3), uv, closed=True)

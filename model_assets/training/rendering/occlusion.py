"""How open a surface is to the light from around: corners, folds and contacts are darker.

Method: McGuire et al., "The alchemy screen-space ambient obscurance algorithm", HPG 2011, at half
the resolution of the picture, smoothed and read where the depth agrees.
"""

from __future__ import annotations

import numpy as np

from model_assets.training.rendering.kernel import kernel, part
from model_assets.training.rendering.rasteriser import Triangles
from model_assets.training.rendering.scene import Array

RADIUS_M = 0.5
"""Surfaces farther away from each other than this do not darken each other."""

_TAPS = 12
_TURNS = 16
_STRENGTH = np.float32(2.4)

_ZERO = np.float32(0)
_ONE = np.float32(1)


def _spirals() -> Array:
    """Return row and column of the taps, float32 [turns, taps, 2], as shares of the radius.

    The golden angle between taps spreads them evenly over a disc.
    """
    share = (np.arange(_TAPS) + 0.5) / _TAPS
    start = 2 * np.pi * np.arange(_TURNS)[:, None] / _TURNS
    angle = start + np.pi * (3 - np.sqrt(5)) * np.arange(_TAPS)
    return np.stack([share * np.sin(angle), share * np.cos(angle)], -1).astype(np.float32)


_SPIRALS = _spirals()


@part
def _place(rays: Array, row: int, column: int, depth: float) -> tuple[float, float, float]:
    x, y = np.float32(column), np.float32(row)
    return (
        (rays[0, 0] + rays[1, 0] * x + rays[2, 0] * y) * depth,
        (rays[0, 1] + rays[1, 1] * x + rays[2, 1] * y) * depth,
        (rays[0, 2] + rays[1, 2] * x + rays[2, 2] * y) * depth,
    )


@part
def _obscured(
    nearness: Array,
    rays: Array,
    taps: Array,
    row: int,
    column: int,
    n: tuple[float, float, float],
    reach: float,
) -> float:
    """Return how much of the half-space above a grid point is filled, from 0."""
    rows, columns = nearness.shape
    depth = _ONE / nearness[row, column]
    px, py, pz = _place(rays, row, column, depth)
    radius = min(max(reach / depth, np.float32(3)), np.float32(columns) / np.float32(6))
    turn = (row * 7 + column * 3) % _TURNS
    total = _ZERO
    for i in range(_TAPS):
        y = row + int(radius * taps[turn, i, 0])
        x = column + int(radius * taps[turn, i, 1])
        y, x = min(max(y, 0), rows - 1), min(max(x, 0), columns - 1)
        near = nearness[y, x]
        if near <= 0:
            continue
        qx, qy, qz = _place(rays, y, x, _ONE / near)
        vx, vy, vz = qx - px, qy - py, qz - pz
        square = vx * vx + vy * vy + vz * vz
        above = vx * n[0] + vy * n[1] + vz * n[2] - np.float32(0.004) * depth
        closeness = _ONE - square / np.float32(RADIUS_M * RADIUS_M)
        if above > 0 and closeness > 0:
            total += closeness * above / np.sqrt(square + np.float32(1e-4))
    return total / np.float32(_TAPS)


@kernel
def _openness(
    nearness: Array, triangle: Triangles, traits: Array, rays: Array, taps: Array, step: int
) -> Array:
    rows, columns = nearness.shape
    out = np.zeros(((rows - 1) // step + 1, (columns - 1) // step + 1, 2), np.float32)
    reach = np.float32(RADIUS_M) / np.sqrt(rays[1, 0] ** 2 + rays[1, 1] ** 2 + rays[1, 2] ** 2)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            row, column = min(i * step + 1, rows - 1), min(j * step + 1, columns - 1)
            t = triangle[row, column]
            out[i, j, 0] = _ONE
            out[i, j, 1] = nearness[row, column]
            if t >= 0:
                flip = traits[t, 3]
                n = (traits[t, 0] * flip, traits[t, 1] * flip, traits[t, 2] * flip)
                total = _obscured(nearness, rays, taps, row, column, n, reach)
                out[i, j, 0] = max(_ONE - _STRENGTH * total, np.float32(0.1))
    return out


def openness_of(
    nearness: Array, triangle: Triangles, traits: Array, rays: Array
) -> tuple[Array, int]:
    """Return the openness 0..1 of the surfaces seen.

    Args:
        nearness: float32 [rows, columns].
        triangle: int32 [rows, columns].
        traits: float32 [m, 7], see `surface.traits_of`.
        rays: float32 [3, 3], see `shading.View`.

    Returns:
        Openness and nearness, float32 [places down, places across, 2], and how many grid points
        there are from one place to the next.
    """
    step = 4 * max(1, round(nearness.shape[0] / 600))
    return smoothed(_openness(nearness, triangle, traits, rays, _SPIRALS, step)), step


@kernel
def smoothed(openness: Array) -> Array:
    """Return the openness averaged over 4 x 4 places that have about the same depth."""
    rows, columns, _ = openness.shape
    out = openness.copy()
    for i in range(rows):
        for j in range(columns):
            near = openness[i, j, 1]
            total, weights = openness[i, j, 0], _ONE
            for k in range(16):
                y, x = i + k // 4 - 2, j + k % 4 - 2
                if y < 0 or x < 0 or y >= rows or x >= columns:
                    continue
                if abs(openness[y, x, 1] - near) < np.float32(0.04) * near:
                    total += openness[y, x, 0]
                    weights += _ONE
            out[i, j, 0] = total / weights
    return out


@part
def open_at(openness: Array, step: int, row: int, column: int, near: float) -> float:
    """Return the openness at a grid point: bilinear among the places of about its depth."""
    scale = _ONE / np.float32(step)
    y, x = max(np.float32(row - 1) * scale, _ZERO), max(np.float32(column - 1) * scale, _ZERO)
    top, left = int(y), int(x)
    bottom, right = min(top + 1, openness.shape[0] - 1), min(left + 1, openness.shape[1] - 1)
    fy, fx = y - np.float32(top), x - np.float32(left)
    gy, gx = _ONE - fy, _ONE - fx
    limit, least = np.float32(0.05) * near, np.float32(0.02)
    a = gy * gx + least if abs(openness[top, left, 1] - near) < limit else _ZERO
    b = gy * fx + least if abs(openness[top, right, 1] - near) < limit else _ZERO
    c = fy * gx + least if abs(openness[bottom, left, 1] - near) < limit else _ZERO
    d = fy * fx + least if abs(openness[bottom, right, 1] - near) < limit else _ZERO
    total = openness[top, left, 0] * a + openness[top, right, 0] * b
    total += openness[bottom, left, 0] * c + openness[bottom, right, 0] * d
    weights = a + b + c + d
    return total / weights if weights > 0 else np.float32(0.9)

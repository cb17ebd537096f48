"""Which lights reach a point.

The first sun has a shadow map of the part of the scene that is seen, compared point by point
(Reeves, Salesin and Cook, "Rendering antialiased shadows with depth maps", SIGGRAPH 1987). The
strongest lamps have maps of what lies below them, compared exponentially (Annen et al.,
"Exponential shadow maps", Graphics Interface 2008): these can be blurred beforehand, which gives
the soft shadows of lamps that are not points, at the price of one look-up.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from model_assets.training.rendering import rasteriser
from model_assets.training.rendering.geometry import Geometry
from model_assets.training.rendering.kernel import part
from model_assets.training.rendering.scene import Array, Lamp, Vector
from model_assets.training.rendering.surface import Triple

SHADOWED_LAMPS = 2
"""Lamps with shadows."""

_SUN_TEXELS = 896
SHADOW_REACH_M = 25.0
"""Shadows of the sun are drawn on surfaces up to this distance from the camera."""
_LAMP_TEXELS = 256
_LAMP_SLOPE = np.float32(3.2)
"""A lamp's map reaches this far sideways for each metre down (about 145 degrees)."""
_LAMP_NEAR_M = 0.5
"""What is nearer below a lamp casts no shadow: it is its fitting, or its post."""
_LAMP_SHARPNESS = 80.0
"""Exponent at the far end of a lamp's map; float32 overflows at 88."""

_ONE = np.float32(1)
_HALF = np.float32(0.5)


class Shadows(NamedTuple):
    """Shadow maps.

    Attributes:
        sun: float32 [size, size], greatest nearness to the sun; [0, 0] without.
        sun_matrix: float32 [4, 4], world to column, row and nearness; the last row starts with
            the side of a texel in metres.
        lamps: float32 [k, size, size], blurred exponentials of the depth below the lamp.
        lamp_exponents: float32 [k], exponent per metre.
    """

    sun: Array
    sun_matrix: Array
    lamps: Array
    lamp_exponents: Array


NO_SHADOWS = Shadows(
    np.zeros((0, 0), np.float32),
    np.zeros((4, 4), np.float32),
    np.zeros((0, 0, 0), np.float32),
    np.zeros(0, np.float32),
)


def sun_shadow(geometry: Geometry, direction: Vector, receivers: Array) -> tuple[Array, Array]:
    """Return map and matrix of a sun that lights the receivers (float32 [n, 3], points seen)."""
    ahead = np.asarray(direction, np.float64)
    ahead = ahead / np.linalg.norm(ahead)
    across = np.cross(ahead, (0.0, 0.0, 1.0) if abs(ahead[2]) < 0.99 else (0.0, 1.0, 0.0))
    across = across / np.linalg.norm(across)
    axes = np.array([across, np.cross(ahead, across)])
    flat = receivers @ axes.T
    low, high = flat.min(0) - 0.05, flat.max(0) + 0.05
    scale = (_SUN_TEXELS - 1) / (high - low)
    matrix = np.zeros((4, 4))
    matrix[:2, :3] = axes * scale[:, None]
    matrix[:2, 3] = -low * scale
    matrix[2, :3] = -ahead
    matrix[3, 0] = 1 / scale.min()
    points = np.ones((len(geometry.vertices), 3))
    points[:, :2] = geometry.vertices @ matrix[:2, :3].T + matrix[:2, 3]
    nearness = geometry.vertices @ matrix[2, :3]
    return _nearest(points, nearness, geometry, _SUN_TEXELS, -1e9, 1e-6), matrix.astype(np.float32)


def lamp_shadow(geometry: Geometry, lamp: Lamp) -> tuple[Array, float]:
    """Return the map of what is below a lamp and its exponent per metre."""
    below = np.float64(lamp.position) - geometry.vertices
    middle = (_LAMP_TEXELS - 1) / 2
    points = np.empty((len(below), 3))
    points[:, 2] = below[:, 2]
    points[:, :2] = -below[:, :2] * (middle / float(_LAMP_SLOPE)) + middle * below[:, 2:]
    nearness = _nearest(points, np.ones(len(points)), geometry, _LAMP_TEXELS, 0.0, _LAMP_NEAR_M)
    deepest = max(float(below[:, 2].max(initial=1.0)), 1.0)
    exponent = min(_LAMP_SHARPNESS / deepest, 25.0)
    depth = np.minimum(1 / np.maximum(nearness, 1e-6), deepest)
    # Not a box filter: its running sums would leave what is rounded off of the huge values of the
    # floor among the small ones of the heads.
    return cv2.GaussianBlur(np.exp(exponent * depth, dtype=np.float32), (5, 5), 1.5), exponent


def _nearest(
    points: np.ndarray, values: np.ndarray, geometry: Geometry, size: int, empty: float, near: float
) -> Array:
    nearness = np.full((size, size), empty, np.float32)
    triangle = np.empty((size, size), np.int32)
    planes = np.empty((len(geometry.faces), 3, 3))
    rasteriser.fill(points, values, geometry.faces, near, nearness, triangle, planes)
    return nearness


@part
def sun_light(nearest: Array, matrix: Array, position: Triple, n: Triple) -> float:
    """Return how much of the sun reaches a point, 0..1: 4 x 4 comparisons, weighted."""
    size = nearest.shape[0]
    # Along the normal and towards the sun, or a surface would shade itself.
    lift = np.float32(0.01) + np.float32(1.6) * matrix[3, 0]
    x, y, z = position[0] + n[0] * lift, position[1] + n[1] * lift, position[2] + n[2] * lift
    column = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2] * z + matrix[0, 3] - _ONE
    row = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2] * z + matrix[1, 3] - _ONE
    if not (column >= 0 and row >= 0 and column < size - 4 and row < size - 4):
        return _ONE
    near = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2] * z + matrix[2, 3]
    near += np.float32(0.01) + _HALF * matrix[3, 0]
    left, top = int(column), int(row)
    fx, fy = column - np.float32(left), row - np.float32(top)
    total = np.float32(0)
    for dy in range(4):
        weight_y = _ONE - fy if dy == 0 else (fy if dy == 3 else _ONE)
        line = np.float32(0)
        for dx in range(4):
            weight = _ONE - fx if dx == 0 else (fx if dx == 3 else _ONE)
            if nearest[top + dy, left + dx] <= near:
                line += weight
        total += weight_y * line
    return total / np.float32(9)


@part
def lamp_light(maps: Array, exponents: Array, k: int, away: Triple, upright: float) -> float:
    """Return how much of a lamp reaches a point, 0..1.

    Args:
        maps: see `Shadows`.
        exponents: see `Shadows`.
        k: which lamp.
        away: from the point to the lamp, metres.
        upright: 0 for a horizontal surface, 1 for a wall.
    """
    dx, dy, dz = away
    if dz < np.float32(0.1):
        return _ONE
    middle = np.float32(maps.shape[1] - 1) * _HALF
    sideways = max(abs(dx), abs(dy))
    inside = _ONE - sideways / (_LAMP_SLOPE * dz)
    if inside < np.float32(0.02):
        return _ONE
    scale = middle / (_LAMP_SLOPE * dz)
    column, row = middle - dx * scale, middle - dy * scale
    left, top = int(column), int(row)
    fx, fy = column - np.float32(left), row - np.float32(top)
    upper = maps[k, top, left] * (_ONE - fx) + maps[k, top, left + 1] * fx
    lower = maps[k, top + 1, left] * (_ONE - fx) + maps[k, top + 1, left + 1] * fx
    blocker = upper * (_ONE - fy) + lower * fy
    # A texel on a steep surface spans much depth: as much lower lies what is shaded than what
    # shades it. Walls have no shadows of lamps, as a map that looks down hardly resolves them.
    span = np.float32(3) * _LAMP_SLOPE * dz * dz / (middle * max(sideways, np.float32(0.1)))
    lower_by = dz - np.float32(0.02) - upright * min(span, np.float32(0.6))
    lit = min(blocker * np.exp(-exponents[k] * lower_by), _ONE)
    # Outside the map all is lit: no seam where it ends.
    fade = min(inside * np.float32(6), _ONE)
    fade *= min(max(np.float32(1.7) - np.float32(2) * upright, np.float32(0)), _ONE)
    return _ONE + (lit - _ONE) * fade

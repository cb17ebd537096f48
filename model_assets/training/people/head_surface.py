"""The smooth surface of a skull with skin on it, before the features are modelled on it.

A net of 15 levels by 10 azimuths (mirrored) holds height and radius; cubic splines run through
it, so that evaluating any grid is two small matrix products.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.interpolate import CubicSpline

from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.rendering.scene import Array

_AZIMUTHS = (0, 30, 60, 90, 130, 180)
# Millimetres at those azimuths: neck, throat, edge of the jaw, chin, fold under the lip, lips,
# base of the nose, cheek, eyes, brows, forehead, hairline, two above it, crown.
_HEIGHTS = np.array(
    [
        (-100, -100, -100, -100, -100, -100),
        (-77, -76, -69, -58, -64, -66),
        (-67, -62, -46, -27, -38, -42),
        (-55, -52, -36, -18, -22, -26),
        (-41, -40, -27, -11, -10, -12),
        (-22, -22, -15, -3, 2, 2),
        (0, -1, 2, 9, 15, 15),
        (24, 23, 22, 25, 33, 33),
        (50, 49, 47, 47, 53, 53),
        (72, 71, 69, 69, 74, 74),
        (98, 98, 97, 97, 98, 98),
        (122, 122, 122, 121, 121, 120),
        (147, 147, 147, 147, 146, 145),
        (159, 159, 159, 159, 158, 158),
        (163, 163, 163, 163, 163, 163),
    ],
    np.float64,
)
_RADII = np.array(
    [
        (52, 52, 52, 52, 54, 56),
        (45, 46, 48, 50, 57, 62),
        (79, 65, 54, 53, 60, 69),
        (89, 74, 61, 58, 65, 75),
        (86, 79, 66, 61, 69, 79),
        (94, 86, 73, 65, 73, 84),
        (96, 90, 80, 69, 78, 90),
        (95, 90, 82, 71, 83, 96),
        (93, 89, 80, 71, 87, 100),
        (99, 93, 82, 73, 90, 101),
        (98, 94, 84, 76, 90, 98),
        (88, 84, 76, 70, 80, 87),
        (62, 59, 54, 51, 58, 63),
        (33, 31, 29, 28, 31, 33),
        (0, 0, 0, 0, 0, 0),
    ],
    np.float64,
)
_ROWS = np.arange(15)


@lru_cache(maxsize=64)
def _level_basis(levels: bytes) -> Array:
    at = np.frombuffer(levels, np.float32)
    basis: Array = CubicSpline(_ROWS, np.eye(15), bc_type="natural")(at)
    return basis


@lru_cache(maxsize=64)
def _azimuth_basis(azimuths: bytes) -> Array:
    at = np.frombuffer(azimuths, np.float32)
    knots = np.radians([*_AZIMUTHS, 230, 270, 300, 330, 360])
    mirrored = np.eye(6)[[0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0]]
    basis: Array = CubicSpline(knots, mirrored, bc_type="periodic")(at % (2 * np.pi))
    return basis


def evaluate(who: FaceIdentity, levels: Array, azimuths: Array) -> Array:
    """Return the surface at every level and azimuth, float64 [levels, azimuths, 3], mm."""
    up = _level_basis(levels.astype(np.float32).tobytes())
    round_ = _azimuth_basis(azimuths.astype(np.float32).tobytes()).T
    heights, radii = _net(who)
    radius = up @ radii @ round_
    points = np.empty((*radius.shape, 3))
    points[..., 0] = radius * np.sin(azimuths)
    points[..., 1] = -radius * np.cos(azimuths)
    points[..., 2] = up @ heights @ round_
    _stretch(who, points, up)
    return points


def depth_at(who: FaceIdentity, level: float, x: float) -> float:
    """Return y (negative, mm) of the front of the surface at a level and distance x."""
    azimuths = np.linspace(0, 1.2, 49)
    line = evaluate(who, np.array([level]), azimuths)[0]
    return float(np.interp(x, line[:, 0], line[:, 1]))


def front_height(who: FaceIdentity, level: float) -> float:
    """Return z (mm) of the midline of the face at a level."""
    return float(evaluate(who, np.array([level]), np.array([0.0]))[0, 0, 2])


def _net(who: FaceIdentity) -> tuple[Array, Array]:
    """Return heights and radii of the control net of this person."""
    ahead = np.array([1.0, 1.0, 0.8, 0.35, 0.1, 0.1])
    heights, radii = _HEIGHTS.copy(), _RADII.copy()
    rise = np.zeros(15)
    chin = -4.5 * who.chin_length - 4.0 * who.face_length
    rise[[1, 2, 3, 4]] = chin * np.array([0.8, 1.0, 0.9, 0.6])
    rise[4] += 0.5 * 3.0 * who.mouth_height
    rise[5] = -2.0 * who.face_length + 3.0 * who.mouth_height
    rise[6] = -1.0 * who.face_length - 4.2 * who.nose_length
    rise[7] = 0.5 * rise[6] + 1.0 * who.eye_height
    rise[[8, 9]] = 3.0 * who.eye_height
    rise[10] = 1.5 * who.eye_height
    heights += rise[:, None] * ahead
    crown = 9.0 * who.skull_height
    heights[11:] += crown * np.array([0.4, 0.8, 1.0, 1.0])[:, None]
    heights[10] += crown * 0.2
    heights[[2, 3, 4], 2:5] += 6.0 * who.jaw_height * np.array([0.8, 1.0, 0.6])
    radii[[2, 3], :2] += np.array([[4.5, 1.5], [5.0, 2.0]]) * who.chin_forward
    radii[[2, 3, 4], 1] += np.array([5.0, 5.0, 3.0]) * who.chin_width
    radii[[2, 3, 4], 2] += np.array([2.5, 2.5, 1.5]) * who.chin_width
    full = np.array([1.5, 2.5, 4.0, 4.0, 3.5, 2.0])
    radii[[2, 3, 4, 5, 6, 7], 2] += full * who.cheek_fullness
    radii[[3, 4, 5], 1] += 2.0 * who.cheek_fullness
    radii[[10, 11, 12], 0] -= np.array([2.0, 6.0, 5.0]) * who.forehead_slope
    radii[[10, 11, 12], 1] -= np.array([1.5, 4.5, 4.0]) * who.forehead_slope
    return heights, radii


def _stretch(who: FaceIdentity, points: Array, up: Array) -> None:
    """Widen, deepen and enlarge the levels of the head, in place."""
    wide = np.ones(15)
    jaw = 0.125 * who.jaw_width
    wide[[2, 3, 4]] += jaw * np.array([0.8, 1.0, 0.9]) + 0.03 * who.face_width
    wide[[5, 6]] += np.array([0.6, 0.3]) * jaw + 0.05 * who.face_width
    wide[[7, 8, 9]] += 0.068 * who.face_width + 0.015 * who.skull_width
    wide[10:] += 0.055 * who.skull_width + 0.03 * who.face_width
    neck = 0.12 * who.neck_width + 0.04 * who.masculinity
    deep = np.ones(15)
    deep[[0, 1]] += neck
    wide[[0, 1]] += neck + 0.3 * jaw
    deep[7:] += 0.05 * who.skull_length
    points[..., 0] *= (up @ wide)[:, None]
    behind = points[..., 1] > 0
    points[..., 1] *= np.where(behind, (up @ deep)[:, None], 1 + 0.4 * (up @ deep - 1)[:, None])

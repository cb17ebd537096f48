"""Rotations as unit quaternions, float64 [..., 4] in the order w, x, y, z."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Quaternions = NDArray[np.float64]
IDENTITY = np.array([1.0, 0.0, 0.0, 0.0])


def turn(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Quaternions:
    """Return the rotation by `z`, then `x`, then `y` degrees about the fixed axes."""
    half = np.radians([x, y, z]) / 2
    (cx, cy, cz), (sx, sy, sz) = np.cos(half), np.sin(half)
    about_x, about_y = np.array([cx, sx, 0, 0]), np.array([cy, 0, sy, 0])
    return product(about_y, product(about_x, np.array([cz, 0, 0, sz])))


def product(first: Quaternions, second: Quaternions) -> Quaternions:
    """Return the rotation that applies `second`, then `first`."""
    w1, x1, y1, z1 = first
    w2, x2, y2, z2 = second
    return np.array(
        [
            w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
            w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
            w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
            w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        ]
    )


def matrices(quaternions: Quaternions) -> NDArray[np.float64]:
    """Return the rotation matrices [..., 3, 3] of quaternions [..., 4]."""
    w, x, y, z = np.moveaxis(quaternions, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), (0, 1), (-2, -1))


def from_matrix(matrix: NDArray[np.float64]) -> Quaternions:
    """Return the quaternion of a rotation matrix [3, 3]."""
    # The column of the largest component of q qᵀ is the quaternion, up to scale (Bar-Itzhack).
    m = matrix
    trace = np.trace(m)
    outer = np.array(
        [
            [1 + trace, m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
            [0, 1 + 2 * m[0, 0] - trace, m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]],
            [0, 0, 1 + 2 * m[1, 1] - trace, m[1, 2] + m[2, 1]],
            [0, 0, 0, 1 + 2 * m[2, 2] - trace],
        ]
    )
    full = outer + np.triu(outer, 1).T
    column = full[:, int(np.argmax(np.diag(full)))]
    return column / np.linalg.norm(column)


def between(first: Quaternions, second: Quaternions, fraction: NDArray[np.float64]) -> Quaternions:
    """Return the rotations a fraction of the shorter way from `first` to `second`, [n, 4]."""
    dot = np.sum(first * second, axis=1)
    second = np.where(dot[:, None] < 0, -second, second)
    angle = np.arccos(np.clip(np.abs(dot), 0, 1))
    sine = np.sin(angle)
    flat = sine < 1e-5
    sine = np.where(flat, 1.0, sine)
    start = np.where(flat, 1 - fraction, np.sin((1 - fraction) * angle) / sine)
    end = np.where(flat, fraction, np.sin(fraction * angle) / sine)
    blend = start[:, None] * first + end[:, None] * second
    return blend / np.linalg.norm(blend, axis=1, keepdims=True)

"""Which triangle is nearest at each point of a grid.

Method: Olano and Greer, "Triangle scan conversion using 2D homogeneous coordinates", 1997. The
inverse of the matrix of a triangle's three corners (x w, y w, w) gives, for each corner, a plane
over the picture whose value is that corner's barycentric weight divided by the depth. The planes
are right for triangles that reach behind the camera too, so nothing has to be clipped, and their
ratios are the perspective-correct weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model_assets.training.rendering.kernel import kernel, part
from model_assets.training.rendering.scene import Array

Planes = NDArray[np.float64]
Triangles = NDArray[np.int32]

NONE = -1
"""In place of a triangle where nothing is seen."""

_TOUCH = 1e-6
"""Grid steps by which a triangle is widened, so that no crack opens between neighbours."""


@part
def _corner_planes(points: Planes, face: Triangles, planes: Planes) -> bool:
    """Write the three planes [3, 3] (per column, per row, constant); False if seen edge-on."""
    a, b, c = points[face[0]], points[face[1]], points[face[2]]
    for i in range(3):
        p = b if i == 0 else (c if i == 1 else a)
        q = c if i == 0 else (a if i == 1 else b)
        planes[i, 0] = p[1] * q[2] - p[2] * q[1]
        planes[i, 1] = p[2] * q[0] - p[0] * q[2]
        planes[i, 2] = p[0] * q[1] - p[1] * q[0]
    volume = a[0] * planes[0, 0] + a[1] * planes[0, 1] + a[2] * planes[0, 2]
    if abs(volume) < 1e-14:
        return False
    planes /= volume
    return True


@part
def _row_range(
    points: Planes, face: Triangles, near: float, rows: int, columns: int
) -> tuple[int, int]:
    """Return the first row and the row after the last that a triangle can reach."""
    low_w = min(points[face[0], 2], points[face[1], 2], points[face[2], 2])
    high_w = max(points[face[0], 2], points[face[1], 2], points[face[2], 2])
    if high_w < near:
        return 0, 0
    if low_w < near:
        return 0, rows
    left, right, top, bottom = 1e30, -1e30, 1e30, -1e30
    for k in range(3):
        p = points[face[k]]
        x, y = p[0] / p[2], p[1] / p[2]
        left, right = min(left, x), max(right, x)
        top, bottom = min(top, y), max(bottom, y)
    if right < 0 or left > columns - 1 or bottom < 0 or top > rows - 1:
        return 0, 0
    first = int(np.ceil(max(top - _TOUCH, 0.0)))
    last = int(np.floor(min(bottom + _TOUCH, rows - 1.0)))
    return first, last + 1


@part
def _span(slopes: Planes, levels: Planes, columns: int) -> tuple[int, int]:
    """Return the columns (first, after last) where slope * x + level >= 0 for all four."""
    low, high = 0.0, columns - 1.0
    for k in range(4):
        slope, level = slopes[k], levels[k]
        if slope > 1e-14:
            low = max(low, -level / slope - _TOUCH)
        elif slope < -1e-14:
            high = min(high, -level / slope + _TOUCH)
        elif level < -1e-9:
            return 0, 0
    if high < low:
        return 0, 0
    return int(np.ceil(low)), int(np.floor(high)) + 1


@kernel
def fill(
    points: Planes,
    values: Planes,
    faces: Triangles,
    near: float,
    nearness: Array,
    triangle: Triangles,
    planes: Planes,
) -> None:
    """Draw all triangles; where several meet, the one with the greatest nearness stays.

    Args:
        points: float64 [n, 3], column * w, row * w and w of the vertices on the grid.
        values: float64 [n], nearness times w: 1 gives 1 / w (perspective).
        faces: int32 [m, 3].
        near: what has a smaller w is not drawn.
        nearness: float32 [rows, columns], drawn into.
        triangle: int32 [rows, columns], drawn into; index of the triangle seen.
        planes: float64 [m, 3, 3], filled: planes of the corner weights divided by w.
    """
    rows, columns = nearness.shape
    slopes, levels = np.empty(4), np.empty(4)
    for t in range(faces.shape[0]):
        face, plane = faces[t], planes[t]
        first, end = _row_range(points, face, near, rows, columns)
        if first >= end or not _corner_planes(points, face, plane):
            continue
        v0, v1, v2 = values[face[0]], values[face[1]], values[face[2]]
        across = v0 * plane[0, 0] + v1 * plane[1, 0] + v2 * plane[2, 0]
        slopes[3] = 0.0
        for k in range(3):
            slopes[k] = plane[k, 0]
            slopes[3] -= plane[k, 0]
        for row in range(first, end):
            levels[3] = 1 / near
            for k in range(3):
                levels[k] = plane[k, 1] * row + plane[k, 2]
                levels[3] -= levels[k]
            start, stop = _span(slopes, levels, columns)
            base = v0 * levels[0] + v1 * levels[1] + v2 * levels[2]
            for column in range(start, stop):
                value = np.float32(base + across * column)
                if value > nearness[row, column]:
                    nearness[row, column] = value
                    triangle[row, column] = t

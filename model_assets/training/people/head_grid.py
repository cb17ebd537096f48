"""The net of lines on a head: which levels and directions its vertices and texels lie at.

A point of the head has a *level* (0 bottom of the neck, 2 edge of the jaw, 5 between the lips,
8 eyes, 9 brows, 14 crown) and an *azimuth* (radians, 0 ahead, positive to the person's left).
Levels follow the features, so that every face has its lips and eyes at the same texels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model_assets.training.rendering.scene import Array

LIPS = 5.0
LIP_GAP = 1e-3
_LEVEL_KNOTS = (0, 2, 3, 4, LIPS - LIP_GAP, LIPS + LIP_GAP, 6, 7, 8, 9, 10, 11, 12, 13, 14)
_ROW_KNOTS = (0, 0.08, 0.16, 0.23, 0.315, 0.345, 0.44, 0.54, 0.66, 0.765, 0.83, 0.88, 0.93, 0.97, 1)
_SPREAD = 0.45

_CHIN = (0.0, 1.0, 1.6, 2.0, 2.4, 2.75, 3.1, 3.5, 3.85, 4.2, 4.5, 4.75, 4.9)
_MIDDLE = (LIPS - LIP_GAP, LIPS, LIPS + LIP_GAP, 5.12, 5.27, 5.42, 5.65, 5.88, 6.06, 6.2, 6.35, 6.5)
_UPPER = (
    6.7,
    6.95,
    7.2,
    7.45,
    7.7,
    7.92,
    8.15,
    8.4,
    8.7,
    9.0,
    9.4,
    9.8,
    10.3,
    11.1,
    11.8,
    12.4,
    13.0,
    13.55,
    14.0,
)
_COARSE = (
    0.0,
    1.6,
    2.3,
    3.0,
    4.0,
    4.6,
    LIPS - LIP_GAP,
    LIPS + LIP_GAP,
    5.5,
    6.1,
    6.45,
    7.2,
    8.0,
    8.6,
    9.3,
    10.3,
    11.5,
    12.8,
    14.0,
)


@dataclass(frozen=True, slots=True, eq=False)
class HeadGrid:
    """Where the vertices of a head lie, bottom row first, from the back round the front to it.

    Attributes:
        levels: float32 [rows].
        azimuths: float32 [columns], -pi .. pi.
        faces: int32 [m, 3] into the vertices in row-major order.
        uv: float32 [rows * columns, 2].
    """

    levels: Array
    azimuths: Array
    faces: NDArray[np.int32]
    uv: Array

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.levels.size, self.azimuths.size


@lru_cache(maxsize=4)
def head_grid(detail: int) -> HeadGrid:
    """Return the grid of a detail level, 0 .. 2."""
    levels = np.array(_COARSE if detail == 0 else _CHIN + _MIDDLE + _UPPER)
    if detail == 2:
        between = np.interp(np.arange(2 * levels.size - 1) / 2, np.arange(levels.size), levels)
        levels = between
    columns = (20, 42, 108)[detail]
    across = np.linspace(-1, 1, columns + 1)
    uv = np.stack(
        np.meshgrid((across + 1) / 2, 1 - np.interp(levels, _LEVEL_KNOTS, _ROW_KNOTS)), axis=-1
    )
    return HeadGrid(
        levels.astype(np.float32),
        azimuth_of(across).astype(np.float32),
        grid_faces(levels.size, columns + 1),
        uv.reshape(-1, 2).astype(np.float32),
    )


@lru_cache(maxsize=4)
def texel_lines(size: int) -> tuple[Array, Array]:
    """Return the levels of the rows and azimuths of the columns of a texture of that size."""
    middles = (np.arange(size) + 0.5) / size
    levels = np.interp(1 - middles, _ROW_KNOTS, _LEVEL_KNOTS)
    return levels.astype(np.float32), azimuth_of(2 * middles - 1).astype(np.float32)


def azimuth_of(across: Array) -> Array:
    """Return the azimuth at a position -1 .. 1 across the texture; the face gets most of it."""
    return np.pi * (_SPREAD * across + (1 - _SPREAD) * across**3)


def grid_faces(rows: int, columns: int) -> NDArray[np.int32]:
    """Return the triangles of a grid whose rows go up and columns go right, seen from outside."""
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    return np.concatenate(
        [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    )


def grid_normals(points: Array, closed: bool = False) -> Array:
    """Return unit normals of a grid [rows, columns, 3].

    Args:
        points: the vertices, rows up, columns right, seen from outside.
        closed: whether the last column is the first one again.
    """
    right = np.empty_like(points)
    right[:, 1:-1] = points[:, 2:] - points[:, :-2]
    right[:, 0] = points[:, 1] - points[:, 0]
    right[:, -1] = points[:, -1] - points[:, -2]
    if closed:
        right[:, 0] = right[:, -1] = points[:, 1] - points[:, -2]
    up = np.empty_like(points)
    up[1:-1] = points[2:] - points[:-2]
    up[0] = points[1] - points[0]
    up[-1] = points[-1] - points[-2]
    normals = np.cross(right, up)
    length = np.linalg.norm(normals, axis=-1, keepdims=True)
    return (normals / np.maximum(length, 1e-9)).astype(np.float32)

"""Which points of the grid are shaded, and how their light becomes pixels.

The grid is twice as fine as the picture and has a point in the middle of each pixel: that of pixel
(row, column) is (2 row + 1, 2 column + 1). Where the nine points around a pixel see one smooth
surface, the middle one is enough, as textures are prefiltered; else all nine are shaded and
weighted with a tent two pixels wide.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model_assets.training.rendering.kernel import kernel, part
from model_assets.training.rendering.rasteriser import Triangles
from model_assets.training.rendering.scene import Array, Image

Points = NDArray[np.int32]

_DEPTH_STEP = np.float32(0.012)
"""Relative deviation from the plane of the surface that counts as an edge."""
_CREASE = np.float32(0.8)
"""Cosine between normals below which neighbouring triangles meet in an edge."""


@part
def _same_surface(traits: Array, one: int, other: int, deviation: float) -> bool:
    """Return whether two triangles that neighbouring points see belong together."""
    if one < 0 or other < 0 or traits[one, 6] != traits[other, 6]:
        return False
    if abs(deviation) > _DEPTH_STEP:
        return False
    cosine = traits[one, 0] * traits[other, 0] + traits[one, 1] * traits[other, 1]
    return cosine + traits[one, 2] * traits[other, 2] > _CREASE


@part
def _on_edge(traits: Array, nearness: Array, triangle: Triangles, row: int, column: int) -> bool:
    """Return whether the nine points around a grid point see more than one surface."""
    middle = triangle[row, column]
    across, down, near = np.float32(0), np.float32(0), np.float32(1)
    if middle >= 0:
        near = nearness[row, column]
        across, down = traits[middle, 4], traits[middle, 5]
    previous = middle
    for dy in range(-1, 2):
        for dx in range(-1, 2):
            other = triangle[row + dy, column + dx]
            if other != previous and other != middle:
                expected = near + across * np.float32(dx) + down * np.float32(dy)
                deviation = (nearness[row + dy, column + dx] - expected) / near
                if not _same_surface(traits, middle, other, deviation):
                    return True
                previous = other
    return False


@kernel
def _grouped(
    traits: Array, triangle: Triangles, meshes: int, slot: NDArray[np.int32]
) -> tuple[Points, NDArray[np.int64]]:
    """Return the points marked in `slot` sorted by mesh, and number them there."""
    rows, columns = triangle.shape
    start = np.zeros(meshes + 2, np.int64)
    for row in range(rows):
        for column in range(columns):
            if slot[row, column] >= 0:
                t = triangle[row, column]
                group = 0 if t < 0 else int(traits[t, 6]) + 1
                start[group + 1] += 1
    start = np.cumsum(start)
    cursor = start.copy()
    points = np.empty((start[meshes + 1], 2), np.int32)
    for row in range(rows):
        for column in range(columns):
            if slot[row, column] >= 0:
                t = triangle[row, column]
                group = 0 if t < 0 else int(traits[t, 6]) + 1
                place = cursor[group]
                cursor[group] += 1
                points[place, 0], points[place, 1] = row, column
                slot[row, column] = place
    return points, start


@kernel
def choose(
    traits: Array, nearness: Array, triangle: Triangles, meshes: int, edge: Image
) -> tuple[Points, NDArray[np.int64], NDArray[np.int32]]:
    """Choose the grid points to shade.

    Args:
        traits: see `surface.traits_of`.
        nearness: float32 [rows, columns].
        triangle: int32 [rows, columns].
        meshes: how many there are.
        edge: uint8 [height, width], zeros; written: 1 where nine points are weighted.

    Returns:
        Row and column of the points, int32 [n, 2], sorted by mesh (the sky first); where each
        group starts, int64 [meshes + 2]; and which point stands at each place of the grid, int32
        [rows, columns], -1 for none.
    """
    rows, columns = triangle.shape
    slot = np.full((rows, columns), np.int32(-1), np.int32)
    for y in range(edge.shape[0]):
        for x in range(edge.shape[1]):
            row, column = 2 * y + 1, 2 * x + 1
            slot[row, column] = 0
            if _on_edge(traits, nearness, triangle, row, column):
                edge[y, x] = 1
                for k in range(9):
                    slot[row - 1 + k // 3, column - 1 + k % 3] = 0
    points, start = _grouped(traits, triangle, meshes, slot)
    return points, start, slot


@kernel
def resolve(light: Array, slot: NDArray[np.int32], edge: Image, brightest: float) -> Array:
    """Return the light of the pixels, float32 [height, width, 3].

    Args:
        light: float32 [n, 3], of the chosen points.
        slot: int32 [rows, columns], see `choose`.
        edge: uint8 [height, width], 1 where nine points are weighted.
        brightest: light is cut off there before weighting, or lamps would get jagged rims.
    """
    height, width = edge.shape
    pixels = np.empty((height, width, 3), np.float32)
    limit = np.float32(brightest)
    for y in range(height):
        for x in range(width):
            row, column = 2 * y + 1, 2 * x + 1
            if edge[y, x] == 0:
                point = slot[row, column]
                for k in range(3):
                    pixels[y, x, k] = light[point, k]
                continue
            blue, green, red = np.float32(0), np.float32(0), np.float32(0)
            for i in range(9):
                dy, dx = i // 3 - 1, i % 3 - 1
                point = slot[row + dy, column + dx]
                weight = np.float32((2 - abs(dy)) * (2 - abs(dx))) / np.float32(16)
                blue += weight * min(light[point, 0], limit)
                green += weight * min(light[point, 1], limit)
                red += weight * min(light[point, 2], limit)
            pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2] = blue, green, red
    return pixels

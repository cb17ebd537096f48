"""Moves the vertices of a body with its nodes, and the normals that follow."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Indices = NDArray[np.int32]


@numba.njit(cache=True, fastmath=True)  # type: ignore[misc, unused-ignore]
def skin(vertices: Array, nodes: Indices, weights: Array, frames: Array) -> Array:
    """Return the vertices [n, 3] moved by weighted node transforms [nodes, 3, 4]."""
    moved = np.empty_like(vertices)
    for i in range(vertices.shape[0]):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        for row in range(3):
            total = np.float32(0)
            for k in range(nodes.shape[1]):
                weight = weights[i, k]
                if weight > 0:
                    f = frames[nodes[i, k], row]
                    total += weight * (f[0] * x + f[1] * y + f[2] * z + f[3])
            moved[i, row] = total
    return moved


@numba.njit(cache=True, fastmath=True)  # type: ignore[misc, unused-ignore]
def smooth_normals(vertices: Array, faces: Indices, twins: Indices) -> Array:
    """Return unit normals [n, 3], mean of the adjoining faces by area, the same at twins."""
    normals = np.zeros_like(vertices)
    for m in range(faces.shape[0]):
        a, b, c = faces[m, 0], faces[m, 1], faces[m, 2]
        x0, y0, z0 = vertices[a, 0], vertices[a, 1], vertices[a, 2]
        ux, uy, uz = vertices[b, 0] - x0, vertices[b, 1] - y0, vertices[b, 2] - z0
        vx, vy, vz = vertices[c, 0] - x0, vertices[c, 1] - y0, vertices[c, 2] - z0
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (a, b, c):
            t = twins[corner]
            normals[t, 0] += nx
            normals[t, 1] += ny
            normals[t, 2] += nz
    for i in range(vertices.shape[0]):
        t = twins[i]
        if t == i:
            x, y, z = normals[i, 0], normals[i, 1], normals[i, 2]
            length = np.sqrt(x * x + y * y + z * z) + np.float32(1e-20)
            normals[i, 0], normals[i, 1], normals[i, 2] = x / length, y / length, z / length
        else:
            normals[i] = normals[t]
    return normals

"""All meshes of a scene as one set of arrays, as the kernels of the rasteriser take it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_assets.training.rendering.scene import Array, Mesh


class Geometry(NamedTuple):
    """Triangles of all meshes.

    Attributes:
        vertices: float32 [n, 3], metres.
        normals: float32 [n, 3].
        colours: float32 [n, 3], BGR 0..1, sRGB.
        uv: float32 [n, 2]; 0 where a mesh has no texture.
        faces: int32 [m, 3], indices of vertices.
        mesh: int32 [m], index of the mesh that a triangle belongs to.
    """

    vertices: Array
    normals: Array
    colours: Array
    uv: Array
    faces: NDArray[np.int32]
    mesh: NDArray[np.int32]


def gather(meshes: tuple[Mesh, ...]) -> Geometry:
    """Return the meshes one after the other."""
    if not meshes:
        nothing = np.zeros((0, 3), np.float32)
        faces = np.zeros((0, 3), np.int32)
        return Geometry(nothing, nothing, nothing, nothing[:, :2], faces, faces[:, 0])
    counts = [len(mesh.vertices) for mesh in meshes]
    starts = np.cumsum([0, *counts[:-1]])
    uvs = [
        np.zeros((count, 2), np.float32) if mesh.uv is None else mesh.uv
        for mesh, count in zip(meshes, counts, strict=True)
    ]
    faces = [mesh.faces + start for mesh, start in zip(meshes, starts, strict=True)]
    index = np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes])
    return Geometry(
        np.concatenate([mesh.vertices for mesh in meshes], dtype=np.float32),
        np.concatenate([mesh.normals for mesh in meshes], dtype=np.float32),
        np.concatenate([mesh.colours for mesh in meshes], dtype=np.float32),
        np.concatenate(uvs, dtype=np.float32),
        np.concatenate(faces).astype(np.int32),
        index.astype(np.int32),
    )

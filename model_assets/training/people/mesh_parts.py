"""Small pieces that heads are put together from: tubes, sheets and the joining of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_assets.training.people.head_grid import grid_faces, grid_normals
from model_assets.training.rendering.scene import Array, Image, Mesh


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Vertices in millimetres with all that a mesh needs of them.

    Attributes:
        vertices: float32 [n, 3].
        faces: int32 [m, 3].
        normals: float32 [n, 3].
        colours: float32 [n, 3], BGR 0..1.
        uv: float32 [n, 2] or None.
    """

    vertices: Array
    faces: NDArray[np.int32]
    normals: Array
    colours: Array
    uv: Array | None = None

    def mirrored(self) -> Part:
        """Return the same at the other side of the head."""
        flip = np.float32([-1, 1, 1])
        faces = np.ascontiguousarray(self.faces[:, ::-1])
        return Part(self.vertices * flip, faces, self.normals * flip, self.colours, self.uv)


def sheet(points: Array, colours: Array, uv: Array | None = None, closed: bool = False) -> Part:
    """Return a grid [rows, columns, 3] seen from outside, rows up and columns right."""
    rows, columns = points.shape[:2]
    return Part(
        points.reshape(-1, 3).astype(np.float32),
        grid_faces(rows, columns),
        grid_normals(points.astype(np.float32), closed).reshape(-1, 3),
        np.ascontiguousarray(np.broadcast_to(colours, points.shape), np.float32).reshape(-1, 3),
        None if uv is None else uv.reshape(-1, 2).astype(np.float32),
    )


def tube(path: Array, radii: Array, colour: Array, corners: int = 4, ring: bool = False) -> Part:
    """Return a tube along a path [n, 3] with radii [n, 2] (across, up); closed if ``ring``."""
    ahead = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    if not ring:
        ahead[0], ahead[-1] = path[1] - path[0], path[-1] - path[-2]
    ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    reference = np.array([0.0, 1.0, 0.0]) if ring else np.array([0.0, 0.0, 1.0])
    across = np.cross(ahead, reference)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    up = np.cross(across, ahead)
    turn = np.linspace(0, -2 * np.pi, corners + 1) + np.pi / corners
    section = (
        across[:, None] * (radii[:, :1] * np.cos(turn))[..., None]
        + up[:, None] * (radii[:, 1:] * np.sin(turn))[..., None]
    )
    points = path[:, None] + section
    if ring:
        points = np.concatenate([points, points[:1]])
    part = sheet(points, colour, closed=True)
    normals = np.concatenate([section, section[:1]]) if ring else section
    normals = normals / np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9)
    return Part(part.vertices, part.faces, normals.reshape(-1, 3).astype(np.float32), part.colours)


def joined(parts: list[Part]) -> Part:
    """Return several parts as one; all of them have uv, or none."""
    starts = np.cumsum([0] + [len(part.vertices) for part in parts[:-1]])
    uv = [part.uv for part in parts if part.uv is not None]
    return Part(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate(
            [part.faces + np.int32(start) for part, start in zip(parts, starts, strict=True)]
        ),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.colours for part in parts]),
        np.concatenate(uv) if uv else None,
    )


def as_mesh(part: Part, scale: float, texture: Image | None = None, roughness: float = 0.9) -> Mesh:
    """Return the part as a mesh in metres."""
    return Mesh(
        (part.vertices * np.float32(scale / 1000)).astype(np.float32),
        part.faces,
        part.normals.astype(np.float32),
        part.colours.astype(np.float32),
        part.uv,
        texture,
        roughness,
    )

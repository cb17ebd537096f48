"""Simple solids as meshes: normals point outwards, texture coordinates are in metres.

A texture on them therefore repeats every metre; scale ``uv`` to repeat it less or more often.
Curved sides are smooth, edges are hard (their corners are stored once for each side).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from model_assets.training.rendering.scene import Array, Image, Mesh, Vector

GREY: Vector = (0.6, 0.6, 0.6)


def _mesh(vertices: ArrayLike, faces: ArrayLike, normals: ArrayLike, uv: ArrayLike) -> Mesh:
    points = np.asarray(vertices, np.float32)
    return Mesh(
        vertices=points,
        faces=np.asarray(faces, np.int32),
        normals=np.asarray(normals, np.float32),
        colours=np.ones_like(points),
        uv=np.asarray(uv, np.float32),
    )


def painted(mesh: Mesh, colour: Vector, texture: Image | None = None, repeat_m: float = 1) -> Mesh:
    """Return the mesh in one colour (BGR 0..1), with a texture that repeats every `repeat_m`."""
    colours = np.broadcast_to(np.float32(colour), mesh.vertices.shape).copy()
    uv = None if mesh.uv is None else mesh.uv / np.float32(repeat_m)
    return replace(mesh, colours=colours, uv=uv, texture=texture)


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """Return meshes of one material as one mesh, which renders faster.

    Texture, roughness, emission and owner are those of the first.
    """
    first = meshes[0]
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    uvs = [mesh.uv for mesh in meshes if mesh.uv is not None]
    return replace(
        first,
        vertices=np.concatenate([mesh.vertices for mesh in meshes]),
        faces=np.concatenate([m.faces + np.int32(s) for m, s in zip(meshes, starts, strict=True)]),
        normals=np.concatenate([mesh.normals for mesh in meshes]),
        colours=np.concatenate([mesh.colours for mesh in meshes]),
        uv=np.concatenate(uvs) if len(uvs) == len(meshes) else None,
    )


def quad(corners: ArrayLike, colour: Vector = GREY) -> Mesh:
    """Return a flat quadrilateral, corners [4, 3] counter-clockwise seen from its front.

    The texture's column runs from corner 0 to corner 1, its row from corner 3 to corner 0:
    with corner 0 at the lower left, the picture stands upright.
    """
    points = np.asarray(corners, np.float32)
    normal = np.cross(points[1] - points[0], points[3] - points[0])
    normal = normal / np.linalg.norm(normal)
    width = float(np.linalg.norm(points[1] - points[0]))
    height = float(np.linalg.norm(points[3] - points[0]))
    uv = [(0, height), (width, height), (width, 0), (0, 0)]
    mesh = _mesh(points, [(0, 1, 2), (0, 2, 3)], np.tile(normal, (4, 1)), uv)
    return painted(mesh, colour)


def poster(corners: ArrayLike, texture: Image) -> Mesh:
    """Return a quadrilateral that shows the texture once, upright (corners as in `quad`)."""
    uv = np.float32([(0, 1), (1, 1), (1, 0), (0, 0)])
    return replace(quad(corners, (1.0, 1.0, 1.0)), uv=uv, texture=texture)


def plane(
    x0: float, y0: float, x1: float, y1: float, z: float = 0.0, colour: Vector = GREY
) -> Mesh:
    """Return a horizontal rectangle that faces up."""
    return quad([(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)], colour)


def box(centre: Vector, size: Vector, colour: Vector = GREY, turn: float = 0.0) -> Mesh:
    """Return a box with its six sides, turned about the vertical by `turn` radians."""
    sides = []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            normal = np.zeros(3)
            normal[axis] = sign
            up = np.array([0.0, 0.0, 1.0]) if axis != 2 else np.array([0.0, 1.0, 0.0])
            right = np.cross(up, normal)
            corners = [
                (normal + x * right + y * up) * np.asarray(size) / 2
                for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))
            ]
            sides.append(quad(corners, colour))
    return placed(joined(sides), centre, turn)


def cylinder(
    base: Vector,
    radius: float,
    height: float,
    colour: Vector = GREY,
    segments: int = 16,
    top_radius: float | None = None,
) -> Mesh:
    """Return an upright cylinder or (with another radius at the top) a cone, with both ends."""
    top = radius if top_radius is None else top_radius
    angles = np.linspace(0, 2 * np.pi, segments + 1)
    ring = np.column_stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)])
    slope = np.array([height, height, radius - top]) / np.hypot(height, radius - top)
    normals = np.column_stack([ring[:, :2], np.ones_like(angles)]) * slope
    low, high = ring * radius, ring * top + np.array([0, 0, height])
    around = angles * max(radius, top)
    k = np.arange(segments)
    n = segments + 1
    wall = np.concatenate(
        [np.column_stack([k, k + 1, k + n + 1]), np.column_stack([k, k + n + 1, k + n])]
    )
    uv = np.concatenate(
        [
            np.column_stack([around, np.full(n, height)]),
            np.column_stack([around, np.zeros(n)]),
        ]
    )
    side = _mesh(np.concatenate([low, high]), wall, np.concatenate([normals, normals]), uv)
    parts = [side]
    for points, up in ((low, -1.0), (high, 1.0)):
        if np.abs(points[:, :2]).max() > 0:
            fan = np.column_stack([np.zeros_like(k), k + 1, k + 2]) if up > 0 else None
            fan = np.column_stack([np.zeros_like(k), k + 2, k + 1]) if fan is None else fan
            middle = [(0.0, 0.0, points[0, 2])]
            every = np.concatenate([middle, points])
            parts.append(_mesh(every, fan, np.tile([0, 0, up], (n + 1, 1)), every[:, :2]))
    return placed(painted(joined(parts), colour), base)


def sphere(
    centre: Vector, radii: Vector | float, colour: Vector = GREY, segments: int = 16
) -> Mesh:
    """Return an ellipsoid with the given radius or radii; `segments` around, half as many up."""
    half = np.broadcast_to(np.asarray(radii, np.float64), (3,))
    rows = max(2, segments // 2)
    longitude, latitude = np.meshgrid(
        np.linspace(0, 2 * np.pi, segments + 1), np.linspace(-np.pi / 2, np.pi / 2, rows + 1)
    )
    unit = np.stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ],
        -1,
    ).reshape(-1, 3)
    normals = unit / half
    normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    row, column = np.meshgrid(np.arange(rows), np.arange(segments), indexing="ij")
    a = (row * (segments + 1) + column).ravel()
    b = a + segments + 1
    faces = np.concatenate(
        [np.column_stack([a, a + 1, b + 1])[segments:], np.column_stack([a, b + 1, b])[:-segments]]
    )
    uv = np.column_stack(
        [longitude.ravel() * half[:2].max(), (np.pi / 2 - latitude.ravel()) * half[2]]
    )
    return placed(painted(_mesh(unit * half, faces, normals, uv), colour), centre)


def placed(mesh: Mesh, position: Vector, turn: float = 0.0) -> Mesh:
    """Return the mesh turned about the vertical (radians, counter-clockwise), then moved."""
    cosine, sine = np.cos(turn), np.sin(turn)
    rotation: Array = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]], np.float32)
    return replace(
        mesh,
        vertices=mesh.vertices @ rotation.T + np.float32(position),
        normals=mesh.normals @ rotation.T,
    )

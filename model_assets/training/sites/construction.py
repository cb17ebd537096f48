"""Collects the parts of a place by material, so that a place is a few large meshes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model_assets.training.rendering.primitives import cylinder
from model_assets.training.rendering.scene import Array, Image, Mesh, Vector

Part = tuple[Array, np.ndarray, Array, Array, Array]
"""Vertices, faces, normals, colours and uv of a part."""

Edges = tuple[float, float, float, float]

WHITE: Vector = (1.0, 1.0, 1.0)
NO_EDGES: Edges = (0.0, 0.0, 0.0, 0.0)

CORNERS = np.array(
    [
        [[0, 0, 1], [0, 0, 0], [1, 0, 0], [1, 0, 1]],
        [[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 1, 1]],
        [[0, 1, 1], [0, 1, 0], [0, 0, 0], [0, 0, 1]],
        [[1, 0, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1]],
        [[0, 1, 1], [0, 0, 1], [1, 0, 1], [1, 1, 1]],
        [[0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 0, 0]],
    ],
    np.float32,
)
"""Of a unit box: front, back, left, right, top, bottom; each top left, then counter-clockwise."""

OUTWARD = np.array(
    [[0, -1, 0], [0, 1, 0], [-1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, -1]], np.float32
)
ACROSS_AND_UP = ((0, 2), (0, 2), (1, 2), (1, 2), (0, 1), (0, 1))
"""Axes that the columns and rows of the texture follow on each side of a box."""

QUAD = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
QUADS = (QUAD[None] + 4 * np.arange(6, dtype=np.int32)[:, None, None]).reshape(-1, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a surface is made of.

    Attributes:
        texture: BGR uint8 that multiplies the colours, or None.
        size: metres that the texture covers along its rows and along its columns.
        roughness: as in ``Mesh``.
        emission: as in ``Mesh``.
    """

    texture: Image | None = None
    size: tuple[float, float] = (1.0, 1.0)
    roughness: float = 0.9
    emission: float = 0.0


class Construction:
    """Parts of a place, grouped by material."""

    def __init__(self) -> None:
        self._parts: dict[Material, list[Part]] = {}

    def add(
        self,
        material: Material,
        vertices: Array,
        faces: np.ndarray,
        normals: Array,
        colours: Array | Vector = WHITE,
        uv: Array | None = None,
    ) -> None:
        """Add triangles; `colours` is one colour or one a vertex."""
        count = len(vertices)
        part = (
            np.asarray(vertices, np.float32),
            np.asarray(faces, np.int32),
            np.asarray(normals, np.float32),
            np.broadcast_to(np.asarray(colours, np.float32), (count, 3)),
            np.zeros((count, 2), np.float32) if uv is None else np.asarray(uv, np.float32),
        )
        self._parts.setdefault(material, []).append(part)

    def panel(
        self,
        material: Material,
        top_left: Vector,
        right: Vector,
        down: Vector,
        colour: Vector = WHITE,
        *,
        fit: bool = False,
        edges: Edges = NO_EDGES,
        offset: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Add a rectangle that is seen from the side on which `right` lies to the right.

        Args:
            material: of its surface.
            top_left: corner, metres.
            right: vector along its upper edge.
            down: vector along its left edge.
            colour: BGR 0..1.
            fit: the texture covers the whole panel once instead of repeating by its size.
            edges: how much darker the surface gets at its left, top, right and bottom edge, as
                corners of rooms do.
            offset: metres of texture that lie left of and above the panel.
        """
        wide, high = float(np.linalg.norm(right)), float(np.linalg.norm(down))
        u, v = _stops(wide, any(edges)), _stops(high, any(edges))
        grid_u, grid_v = (grid.reshape(-1, 1) for grid in np.meshgrid(u, v))
        vertices = np.float32(top_left) + grid_u * np.float32(right) + grid_v * np.float32(down)
        sides = np.concatenate([grid_u, grid_v, 1 - grid_u, 1 - grid_v], 1)
        rim = ((sides < 1e-4) * np.float32(edges)).sum(1, keepdims=True)
        normal = np.cross(down, right)
        scale = (1, 1) if fit else (wide / material.size[0], high / material.size[1])
        start = (0, 0) if fit else (offset[0] / material.size[0], offset[1] / material.size[1])
        self.add(
            material,
            vertices,
            _grid_faces(len(u), len(v)),
            np.repeat(np.float32(normal / np.linalg.norm(normal))[None], len(vertices), 0),
            np.float32(colour) * (1 - rim),
            np.column_stack([grid_u, grid_v]) * np.float32(scale) + np.float32(start),
        )

    def box(
        self, material: Material, low: Vector, high: Vector, colour: Vector | Array = WHITE
    ) -> None:
        """Add a box with axes of the world; the texture repeats by its size on every side."""
        low_, high_ = np.float32(low), np.float32(high)
        vertices = (low_ + CORNERS * (high_ - low_)).reshape(-1, 3)
        uv = np.empty((24, 2), np.float32)
        for side, (across, up) in enumerate(ACROSS_AND_UP):
            corner = vertices[4 * side : 4 * side + 4]
            uv[4 * side : 4 * side + 4, 0] = corner[:, across] / material.size[0]
            uv[4 * side : 4 * side + 4, 1] = -corner[:, up] / material.size[1]
        self.add(material, vertices, QUADS, np.repeat(OUTWARD, 4, 0), colour, uv)

    def cylinder(
        self,
        material: Material,
        base: Vector,
        height: float,
        radii: tuple[float, float],
        colour: Vector = WHITE,
        sides: int = 10,
    ) -> None:
        """Add an upright cylinder or cone with a lid; radii at the base and at the top."""
        mesh = cylinder(base, radii[0], height, segments=sides, top_radius=radii[1])
        self.solid(material, mesh, colour)

    def solid(self, material: Material, mesh: Mesh, colours: Array | Vector = WHITE) -> None:
        """Add a mesh whose texture coordinates are in metres, in other colours."""
        uv = None if mesh.uv is None else mesh.uv / np.float32(material.size)
        self.add(material, mesh.vertices, mesh.faces, mesh.normals, colours, uv)

    def join(self, other: Construction, at: Sequence[float] = (0, 0, 0), turn: float = 0) -> None:
        """Add all parts of another construction, turned about the z axis and then moved."""
        cos, sin = np.cos(turn), np.sin(turn)
        matrix = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]], np.float32)
        for material, parts in other._parts.items():
            for vertices, faces, normals, colours, uv in parts:
                moved = vertices @ matrix.T + np.float32(at)
                self.add(material, moved, faces, normals @ matrix.T, colours, uv)

    def meshes(self) -> tuple[Mesh, ...]:
        """Return one mesh a material."""
        return tuple(_merge(material, parts) for material, parts in self._parts.items())


def _stops(length: float, rim: bool) -> Array:
    """Return the places, 0..1, of the lines of a panel's grid."""
    if not rim:
        return np.float32([0, 1])
    border = min(0.35, 0.3 * length) / length
    return np.float32([0, border, 1 - border, 1])


def _grid_faces(columns: int, rows: int) -> np.ndarray:
    """Return the triangles of a grid of vertices that is counted along its rows."""
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1, 1)
    first = corner + np.array([0, columns, columns + 1])
    return np.concatenate([first, corner + np.array([0, columns + 1, 1])]).astype(np.int32)


def _merge(material: Material, parts: list[Part]) -> Mesh:
    """Return one mesh of all parts of a material."""
    offsets = np.cumsum([0, *(len(part[0]) for part in parts[:-1])])
    faces = [part[1] + offset for part, offset in zip(parts, offsets, strict=True)]
    return Mesh(
        vertices=np.concatenate([part[0] for part in parts]),
        faces=np.concatenate(faces).astype(np.int32),
        normals=np.concatenate([part[2] for part in parts]),
        colours=np.concatenate([part[3] for part in parts]).clip(0, 1),
        uv=None if material.texture is None else np.concatenate([part[4] for part in parts]),
        texture=material.texture,
        roughness=material.roughness,
        emission=material.emission,
    )

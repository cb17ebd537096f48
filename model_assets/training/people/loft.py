"""Surfaces swept over rings, and the nodes that carry them.

A *node* is a coordinate frame between two bones: at the origin of the second, turned by a
fraction of the way from the rotation of the first to that of the second. Limbs are rings that
each hang on a node of their own, so that a bent joint becomes a curve and does not collapse as
linear blending of the two bones would make it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
DOWN = np.eye(3)
"""Axes (columns: across, back, against the sweep) of a loft that runs down: torso, limbs."""
AHEAD = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])
"""Axes of a loft that runs ahead (-y): feet. Its back is the sole."""
INFLUENCES = 3


class Nodes:
    """The nodes of a body, collected while its parts are built."""

    def __init__(self) -> None:
        self.first: list[int] = []
        self.second: list[int] = []
        self.fraction: list[float] = []

    def add(self, first: int, second: int, fraction: float) -> int:
        """Add a node and return its number."""
        self.first.append(first)
        self.second.append(second)
        self.fraction.append(min(max(float(fraction), 0.0), 1.0))
        return len(self.first) - 1


@dataclass(frozen=True, slots=True)
class Ring:
    """A cross-section: a superellipse.

    Attributes:
        centre: metres, in the rest posture.
        half_width: across, metres.
        front: depth in front of the centre, metres.
        back: depth behind it, metres.
        node: that carries the ring.
        squareness: exponent of the superellipse; 2 is an ellipse.
    """

    centre: tuple[float, float, float]
    half_width: float
    front: float
    back: float
    node: int
    squareness: float = 2.2


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A piece of surface in the rest posture.

    Attributes:
        vertices: float32 [n, 3].
        faces: int32 [m, 3].
        uv: float32 [n, 2].
        colours: float32 [n, 3].
        nodes: int32 [n, INFLUENCES].
        weights: float32 [n, INFLUENCES], rows sum to 1.
        twins: int32 [n], the first vertex at the same place (seams have two).
    """

    vertices: Array
    faces: NDArray[np.int32]
    uv: Array
    colours: Array
    nodes: NDArray[np.int32]
    weights: Array
    twins: NDArray[np.int32]


Rectangle = tuple[float, float, float, float]
WHOLE: Rectangle = (0.0, 0.0, 1.0, 1.0)


def loft(
    rings: Sequence[Ring],
    segments: int,
    colour: Sequence[float] | Array,
    axes: NDArray[np.float64] = DOWN,
    rectangle: Rectangle = WHOLE,
    relief: Array | None = None,
    ends: tuple[bool, bool] = (False, False),
) -> Patch:
    """Return the surface through rings, listed against the third axis.

    Args:
        rings: cross-sections.
        segments: quadrangles around; the seam is at the back.
        colour: BGR 0..1 of all vertices, or [rings, segments + 1, 3].
        axes: columns: across, back, against the sweep.
        rectangle: u0, v0, u1, v1 of the texture that wraps around and along.
        relief: [rings, segments + 1] metres to move vertices outwards, or None.
        ends: whether to close the first and the last ring.
    """
    around = np.linspace(0, 2 * np.pi, segments + 1)
    centres = np.array([r.centre for r in rings])
    sizes = np.array([(r.half_width, r.front, r.back, 2 / r.squareness) for r in rings])
    sine, cosine = np.sin(around), np.cos(around)
    power = sizes[:, 3:]
    x = -sizes[:, :1] * np.sign(sine) * np.abs(sine) ** power
    depth = np.where(cosine > 0, sizes[:, 2:3], sizes[:, 1:2])
    y = depth * np.sign(cosine) * np.abs(cosine) ** power
    if relief is not None:
        radius = np.sqrt(x**2 + y**2) + 1e-9
        swell = 1 + _closed(relief) / radius
        x, y = x * swell, y * swell
    points = centres[:, None] + x[..., None] * axes[:, 0] + y[..., None] * axes[:, 1]
    u0, v0, u1, v1 = rectangle
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(centres, axis=0), axis=1))])
    v = v0 + (v1 - v0) * length / max(length[-1], 1e-9)
    u = u0 + (u1 - u0) * around / (2 * np.pi)
    uv = np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1)
    return _sewn(points, uv, colour, [r.node for r in rings], ends)


def _closed(relief: Array) -> Array:
    closed = relief.copy()
    closed[:, -1] = closed[:, 0]
    return closed


def _sewn(
    points: NDArray[np.float64],
    uv: NDArray[np.float64],
    colour: Sequence[float] | Array,
    nodes: Sequence[int],
    ends: tuple[bool, bool],
) -> Patch:
    count, width, _ = points.shape
    numbers = np.arange(count * width).reshape(count, width)
    upper, lower = numbers[:-1], numbers[1:]
    a, b, c, d = upper[:, :-1], lower[:, :-1], lower[:, 1:], upper[:, 1:]
    faces = [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
    vertices, coordinates = points.reshape(-1, 3), uv.reshape(-1, 2)
    colours = np.broadcast_to(np.asarray(colour, np.float32), points.shape).reshape(-1, 3)
    owners = np.repeat(np.asarray(nodes), width)
    twins = numbers.copy()
    twins[:, -1] = numbers[:, 0]
    twin = twins.reshape(-1)
    for row, close in ((0, ends[0]), (count - 1, ends[1])):
        if not close:
            continue
        edge, middle = numbers[row], len(vertices)
        spokes = (edge[:-1], edge[1:]) if row == 0 else (edge[1:], edge[:-1])
        faces.append(np.column_stack([np.full(width - 1, middle), *spokes]))
        vertices = np.vstack([vertices, points[row, :-1].mean(0)])
        coordinates = np.vstack([coordinates, uv[row].mean(0)])
        colours = np.vstack([colours, colours[edge].mean(0)])
        owners, twin = np.append(owners, nodes[row]), np.append(twin, middle)
    influences = np.zeros((len(vertices), INFLUENCES), np.int32)
    influences[:, 0] = owners
    weights = np.zeros((len(vertices), INFLUENCES), np.float32)
    weights[:, 0] = 1
    return Patch(
        vertices.astype(np.float32),
        np.concatenate(faces).astype(np.int32),
        coordinates.astype(np.float32),
        colours.astype(np.float32),
        influences,
        weights,
        twin.astype(np.int32),
    )


def shared(patch: Patch, shares: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]]) -> None:
    """Give shares of each vertex to further nodes, in place.

    Args:
        patch: the surface, so far carried by the nodes of its rings alone.
        shares: up to two pairs of weights [n] and nodes [n]; the weights add up to 1 at most.
    """
    for slot, (share, nodes) in enumerate(shares, 1):
        patch.nodes[:, slot] = nodes
        patch.weights[:, slot] = share
    patch.weights[:, 0] = 1 - patch.weights[:, 1:].sum(1)


def joined(patches: Sequence[Patch]) -> Patch:
    """Return several patches as one."""
    starts = np.cumsum([0] + [len(p.vertices) for p in patches[:-1]])
    return Patch(
        np.concatenate([p.vertices for p in patches]),
        np.concatenate([p.faces + s for p, s in zip(patches, starts, strict=True)]).astype(
            np.int32
        ),
        np.concatenate([p.uv for p in patches]),
        np.concatenate([p.colours for p in patches]),
        np.concatenate([p.nodes for p in patches]),
        np.concatenate([p.weights for p in patches]),
        np.concatenate([p.twins + s for p, s in zip(patches, starts, strict=True)]).astype(
            np.int32
        ),
    )

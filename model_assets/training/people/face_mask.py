"""Face masks: surgical, FFP2 and of cloth, worn properly, under the nose or under the chin.

A mask spans hollows: from its upper to its lower edge it lies on the convex outline of the face.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from model_assets.training.people.face_parameters import Colour, Rng
from model_assets.training.people.head import PreparedHead
from model_assets.training.people.mesh_parts import Part, as_mesh, joined, sheet, tube
from model_assets.training.rendering.scene import Array

_ROWS, _COLUMNS = 17, 19
_SURGICAL = (
    (0.82, 0.72, 0.52),
    (0.80, 0.76, 0.62),
    (0.66, 0.80, 0.64),
    (0.90, 0.90, 0.89),
    (0.78, 0.68, 0.88),
    (0.12, 0.11, 0.11),
)
_FFP2 = ((0.92, 0.93, 0.93), (0.90, 0.91, 0.92), (0.14, 0.13, 0.13))


class MaskKind(StrEnum):
    """How a mask is made."""

    SURGICAL = "surgical"
    FFP2 = "ffp2"
    CLOTH = "cloth"


class Wearing(StrEnum):
    """Where a mask is worn; only the first covers mouth and nose."""

    PROPER = "proper"
    UNDER_NOSE = "under_nose"
    UNDER_CHIN = "under_chin"


# Lower and upper edge, as levels of the head (2 the edge of the jaw, 5 the lips, 6 the base of the
# nose, 8 the eyes), and how far they reach aside, degrees.
_EXTENT = {
    Wearing.PROPER: (1.9, 7.1, 66.0),
    Wearing.UNDER_NOSE: (1.8, 5.85, 66.0),
    Wearing.UNDER_CHIN: (1.2, 3.6, 62.0),
}


@dataclass(frozen=True, slots=True)
class FaceMask:
    """A mask and how it is worn.

    Attributes:
        kind: how it is made.
        wearing: where it is worn.
        colour: BGR 0..1.
        stripes: BGR 0..1 of every other band of a patterned one; None for a plain one.
        raised: levels by which both edges lie higher.
        slack: how far it stands off the face, millimetres.
    """

    kind: MaskKind
    wearing: Wearing
    colour: Colour
    stripes: Colour | None
    raised: float
    slack: float


def sample_mask(rng: Rng, wearing: Wearing) -> FaceMask:
    """Return a random mask, worn as asked."""
    kind = MaskKind(str(rng.choice(list(MaskKind), p=(0.5, 0.25, 0.25))))
    stripes = None
    if kind is MaskKind.CLOTH:
        colour = _colour(rng.uniform(0.04, 0.95, 3) ** rng.uniform(0.5, 2.0))
        if rng.random() < 0.35:
            stripes = _colour(rng.uniform(0.04, 0.95, 3))
    else:
        known = _SURGICAL if kind is MaskKind.SURGICAL else _FFP2
        weights = np.array([4, 2, 1, 3, 1, 1.5] if kind is MaskKind.SURGICAL else [3, 3, 1.2])
        chosen = known[int(rng.choice(len(known), p=weights / weights.sum()))]
        colour = _colour(np.array(chosen) * rng.uniform(0.92, 1.06))
    return FaceMask(
        kind, wearing, colour, stripes, float(rng.normal(0, 0.18)), float(rng.uniform(3.0, 6.0))
    )


def with_mask(head: PreparedHead, mask: FaceMask) -> PreparedHead:
    """Return the head with a mask on; the face below it stays the same."""
    worn = as_mesh(_worn(head, mask), head.scale, roughness=0.95)
    return replace(head, fixed=(*head.fixed, worn))


def _colour(values: Array) -> Colour:
    blue, green, red = (float(value) for value in np.clip(values, 0.02, 0.97))
    return blue, green, red


def _worn(head: PreparedHead, mask: FaceMask) -> Part:
    points = _points(head, mask)
    cover = sheet(points, _shades(mask))
    tragus = head.tragi[1] * 1000 / head.scale
    ear = np.array([tragus[0] + 1.0, tragus[1] + 6.0, tragus[2]])
    loops = []
    for corner, rise in ((points[-1, -1], 16.0), (points[0, -1], -12.0)):
        behind = ear + np.array([0, 0, rise])
        path = np.array([corner, corner * 0.4 + behind * 0.6 + (3.0, 0, 0), behind])
        loop = tube(path, np.full((3, 2), 0.9), np.float32((0.85, 0.85, 0.85)), 3)
        loops += [loop, loop.mirrored()]
    return joined([cover, *loops])


def _points(head: PreparedHead, mask: FaceMask) -> Array:
    """Return the mask as a grid [rows, columns, 3], mm, rows up and columns to the left."""
    low, high, reach = _EXTENT[mask.wearing]
    levels = np.linspace(low + mask.raised, high + mask.raised, _ROWS)
    across = np.linspace(-1, 1, _COLUMNS)
    azimuths = np.radians(reach) * across
    skin = _skin(head, levels, azimuths)
    # Both edges are straight cuts that rise towards the nose and fall towards the ears.
    out = np.hypot(skin[..., 0], skin[..., 1])
    out = np.stack([_hull(skin[:, k, 2], out[:, k]) for k in range(_COLUMNS)], 1)
    out = _smoothed(_widened(out)) + mask.slack
    if mask.kind is MaskKind.FFP2 and mask.wearing is not Wearing.UNDER_CHIN:
        middle = np.exp(-0.5 * (azimuths / np.radians(22)) ** 2)
        out += 13.0 * np.outer(np.sin(np.linspace(0.15, 0.95, _ROWS) * np.pi), middle)
    direction = np.stack([np.sin(azimuths), -np.cos(azimuths)], -1)
    return np.concatenate([direction * out[..., None], skin[..., 2:]], -1)


def _skin(head: PreparedHead, levels: Array, azimuths: Array) -> Array:
    """Return the skin at rest at levels and azimuths, [rows, columns, 3] mm."""
    grid = head.grid
    rows = np.interp(levels, grid.levels, np.arange(grid.levels.size))
    columns = np.interp(azimuths, grid.azimuths, np.arange(grid.azimuths.size))
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    down, right = (rows - top)[:, None, None], (columns - left)[None, :, None]
    upper, lower = head.rest[top], head.rest[np.minimum(top + 1, grid.levels.size - 1)]
    between = upper * (1 - down) + lower * down
    return between[:, left] * (1 - right) + between[:, left + 1] * right


def _hull(height: Array, out: Array) -> Array:
    """Return the least concave line over the points (height, out)."""
    order = np.argsort(height, kind="stable")
    kept: list[int] = []
    for point in order:
        while len(kept) > 1 and _is_below(kept[-2], kept[-1], int(point), height, out):
            kept.pop()
        kept.append(int(point))
    return np.asarray(np.interp(height, height[kept], out[kept]))


def _is_below(first: int, middle: int, last: int, height: Array, out: Array) -> bool:
    """Tell whether the middle one of three points lies below the line of the others."""
    rise = (out[last] - out[first]) * (height[middle] - height[first])
    return bool((out[middle] - out[first]) * (height[last] - height[first]) <= rise)


def _widened(out: Array) -> Array:
    """Return the greatest of each value and its neighbours aside: noses end in a ridge."""
    wide = np.pad(out, ((0, 0), (1, 1)), mode="edge")
    return np.asarray(np.maximum(np.maximum(wide[:, :-2], wide[:, 2:]), out))


def _smoothed(out: Array) -> Array:
    """Average with the neighbours aside; the edges stay."""
    smooth = out.copy()
    smooth[:, 1:-1] = 0.25 * out[:, :-2] + 0.5 * out[:, 1:-1] + 0.25 * out[:, 2:]
    return smooth


def _shades(mask: FaceMask) -> Array:
    """Return the colour of every point, float32 [rows, columns, 3]."""
    shades = np.empty((_ROWS, _COLUMNS, 3), np.float32)
    shades[:] = mask.colour
    if mask.stripes is not None:
        shades[::4] = shades[1::4] = mask.stripes
    elif mask.kind is MaskKind.SURGICAL:
        shades[4:-3:4] *= 0.8  # the folds
    return shades

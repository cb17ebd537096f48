"""Things people wear or carry: hats, bags, a telephone, a box, a chair to sit on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model_assets.training.people.body_mesh import Build
from model_assets.training.people.clothing import Colour, Outfit, scaled
from model_assets.training.people.fabric import BLANK
from model_assets.training.people.loft import Patch, Ring, joined, loft
from model_assets.training.people.skeleton3d import Bone

Extent = NDArray[np.float64]
"""Lowest and highest x, y, z of head and hair above the brows, in the head's frame, [2, 3]."""
_FULLEST_M = 0.205


def box(
    nodes: Sequence[int],
    centre: Sequence[float],
    size: Sequence[float],
    colour: Sequence[float],
    square: float = 8.0,
) -> Patch:
    """Return a box with slightly rounded edges; `nodes` carry its top and its bottom."""
    x, y, z = centre
    half = np.asarray(size) / 2
    rings = []
    levels = ((1.0, 0.92), (0.94, 1.0), (-0.94, 1.0), (-1.0, 0.92))
    for k, (level, share) in enumerate(levels):
        w, d = half[0] * share, half[1] * share
        node = nodes[0] if k < 2 else nodes[-1]
        rings.append(Ring((x, y, z + float(level * half[2])), w, d, d, node, square))
    return loft(rings, 16, colour, rectangle=BLANK, ends=(True, True))


def bag(build: Build, outfit: Outfit) -> list[Patch]:
    """Return the bag an outfit has on its back or hip, if any."""
    scale = build.body.scale
    if outfit.bag == "backpack":
        z = build.height(0.68)
        node = build.trunk_node(z + 0.05)
        y = (0.10 * build.body.girth + 0.085) * scale
        size = np.array([0.28, 0.15, 0.44]) * scale
        pack = box([node], (0, y, z), size, outfit.bag_colour, 4.0)
        pocket = (0, y + 0.07 * scale, z - 0.09 * scale)
        darker = scaled(outfit.bag_colour, 0.75)
        return [pack, box([node], pocket, size * (0.75, 0.5, 0.45), darker, 4.0)]
    if outfit.bag == "shoulder_bag":
        node = build.nodes.add(Bone.PELVIS, Bone.SPINE, 0.2)
        x = (0.20 * build.body.girth + 0.05) * scale
        return [
            box([node], (x, 0.02, build.height(0.02)), (0.1, 0.3, 0.24), outfit.bag_colour, 5.0)
        ]
    return []


def hat(build: Build, outfit: Outfit, extent: Extent) -> list[Patch]:
    """Return cap, hat, beanie or raised hood over a head (and its hair) of the given extent.

    It stays off where the hair is too full for it.
    """
    low, high = extent * build.body.head
    if outfit.headwear == "none" or high[0] - low[0] > _FULLEST_M:
        return []
    node = build.nodes.add(Bone.NECK, Bone.HEAD, 1.0)
    wide = (high[0] - low[0]) / 2 + 0.008
    deep = (high[1] - low[1]) / 2 + 0.008
    top = high[2] + 0.014
    base = build.origins[Bone.HEAD] + np.array([0, (low[1] + high[1]) / 2, 0])
    if outfit.headwear == "hood":
        return [_hood(build, outfit, base, wide + 0.012, deep + 0.015, top + 0.01, node)]
    brow = 0.065 if outfit.headwear == "beanie" else 0.075
    stiff = outfit.headwear == "hat"
    rings = []
    for t in (1.0, 0.94, 0.6, 0.0) if stiff else (1.0, 0.9, 0.7, 0.4, 0.0):
        size = 1 - 0.12 * t if stiff else max(0.12, float((1 - (t * 0.99) ** 2.6) ** (1 / 2.2)))
        z = float(base[2]) + brow + (top - brow) * t
        rings.append(Ring((0, float(base[1]), z), wide * size, deep * size, deep * size, node))
    segments = build.count(18, 10)
    crown = loft(rings, segments, outfit.headwear_colour, rectangle=BLANK, ends=(True, True))
    return [crown, *_brim(build, outfit, base + np.array([0, 0, brow]), wide, deep, node)]


def _hood(
    build: Build, outfit: Outfit, base: Extent, wide: float, deep: float, top: float, node: int
) -> Patch:
    """Return a shell around the back, the sides and the top of the head."""
    shape = ((1.0, 0.15, 0.1), (0.93, 0.5, 0.6), (0.8, 0.72, 0.75), (0.5, 0.95, 0.6))
    shape += ((0.1, 1.0, 0.35), (-0.3, 0.95, 0.2), (-0.62, 0.95, 0.3))
    rings = [
        Ring((0, float(base[1]), float(base[2]) + top * t), wide * w, deep * f, deep * w, node, 2.2)
        for t, w, f in shape
    ]
    colour = scaled(outfit.top_colour, 0.95)
    return loft(rings, build.count(18, 10), colour, rectangle=BLANK, ends=(True, False))


def _brim(
    build: Build, outfit: Outfit, base: Extent, wide: float, deep: float, node: int
) -> list[Patch]:
    colour, z = scaled(outfit.headwear_colour, 0.75), float(base[2])
    if outfit.headwear == "cap":
        y = float(base[1]) - deep * 0.75
        shapes = ((0.006, 0.85, 0.085), (0.0, 0.9, 0.095), (-0.006, 0.85, 0.085))
        rings = [Ring((0, y, z + d), wide * w, f, 0.01, node, 2.4) for d, w, f in shapes]
    elif outfit.headwear == "hat":
        rings = [
            Ring((0, float(base[1]), z + d), wide + w, deep + w, deep + w, node, 2.0)
            for d, w in ((0.008, 0.02), (0.0, 0.06), (-0.004, 0.055))
        ]
    else:
        return []
    return [loft(rings, build.count(18, 10), colour, rectangle=BLANK, ends=(True, True))]


def handbag(colour: Colour) -> Patch:
    """Return a bag with a handle, the middle of the handle at the origin."""
    body = box([0], (0, 0, -0.29), (0.1, 0.32, 0.24), colour, 5.0)
    strap = [
        box([0], (0, y, -0.09), (0.015, 0.015, 0.19), scaled(colour, 0.6)) for y in (-0.06, 0.06)
    ]
    return joined([body, *strap])


def phone() -> Patch:
    """Return a telephone in the frame of the wrist (at rest, hand hanging)."""
    return box([0], (0, -0.012, -0.085), (0.011, 0.075, 0.15), (0.06, 0.05, 0.05))


def parcel(colour: Sequence[float], size: Sequence[float]) -> Patch:
    """Return a cardboard box around the origin with a strip of tape."""
    width, depth, height = size
    tape = box([0], (0, 0, 0), (0.05, depth + 0.004, height + 0.004), scaled(tuple(colour), 1.3))
    return joined([box([0], (0, 0, 0), (width, depth, height), colour, 12.0), tape])


def chair(colour: Sequence[float], seat: float) -> Patch:
    """Return a chair that stands behind the origin; `seat` is its height, metres.

    Its vertices are in its own frame: the middle of the seat above the origin, facing -y.
    """
    node = [0]
    parts = [box(node, (0, 0, seat - 0.02), (0.44, 0.44, 0.04), colour)]
    parts.append(box(node, (0, 0.22, seat + 0.28), (0.42, 0.03, 0.3), colour))
    metal = (0.25, 0.25, 0.25)
    for x in (-0.19, 0.19):
        for y, top in ((-0.19, seat - 0.02), (0.21, seat + 0.3)):
            parts.append(box(node, (x, y, top / 2), (0.035, 0.035, top), metal))
    return joined(parts)

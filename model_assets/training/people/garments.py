"""The garments of an outfit as lofts around a body, and what they leave bare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model_assets.training.noise import fractal
from model_assets.training.people import fabric
from model_assets.training.people.body_mesh import (
    ARM,
    LEG,
    Build,
    Profile,
    limb,
    limb_profile,
    shoe,
    smoothstep,
    trunk,
    trunk_profile,
)
from model_assets.training.people.clothing import Colour, Outfit, scaled
from model_assets.training.people.loft import Array, Patch, Ring, loft, shared
from model_assets.training.people.skeleton3d import LEFT, RIGHT, Bone, Side

WHITE = (1.0, 1.0, 1.0)
_THICKNESS = {
    "t_shirt": 0.006,
    "long_sleeves": 0.007,
    "shirt": 0.009,
    "hoodie": 0.018,
    "jacket": 0.022,
    "coat": 0.024,
    "dress": 0.005,
}
_SLACK = {"trousers": 0.016, "jeans": 0.010, "leggings": 0.003, "shorts": 0.022, "skirt": 0.0}


def wears_skirt(outfit: Outfit) -> bool:
    """Return whether the legs are under one common garment."""
    return outfit.top == "dress" or outfit.bottom == "skirt"


def clothes(build: Build, outfit: Outfit) -> list[Patch]:
    """Return the garments; their uv refer to the outfit's atlas."""
    rng = np.random.default_rng(outfit.seed + 2)
    patches = [_top(build, outfit, rng), *_collar(build, outfit)]
    patches += [_sleeve(build, outfit, rng, side) for side in (RIGHT, LEFT)]
    if outfit.top not in ("dress", "coat"):
        patches.append(_seat(build, outfit))
    if wears_skirt(outfit):
        patches.append(_skirt(build, outfit, rng, 0.24, _hem(outfit, rng)))
    else:
        patches += [_trouser_leg(build, outfit, rng, side) for side in (RIGHT, LEFT)]
    if outfit.top == "coat":
        patches.append(_skirt(build, outfit, rng, 0.10, rng.uniform(0.6, 1.3)))
    if outfit.tucked or (outfit.top == "dress" and outfit.seed % 2):
        patches.append(_belt(build, outfit))
    return patches + [_shoe(build, outfit, side) for side in (RIGHT, LEFT)]


def bare_arm_from(outfit: Outfit) -> float:
    """Return the position on the arm (1: elbow, 2: wrist) where the sleeve ends."""
    if outfit.top in ("t_shirt", "dress"):
        return 0.5 + 0.25 * (outfit.seed % 7) / 7
    if outfit.sleeves_rolled:
        return 0.95 + 0.3 * (outfit.seed % 5) / 5
    return 1.97


def bare_leg_from(outfit: Outfit) -> float | None:
    """Return the position on the leg (1: knee, 2: ankle) where skin or tights begin, or None."""
    if wears_skirt(outfit):
        return 0.25
    return 0.6 if outfit.bottom == "shorts" else None


def leg_colour(outfit: Outfit, skin: Colour) -> Colour:
    """Return the colour of uncovered legs: skin, or tights in some outfits with a skirt."""
    tights = wears_skirt(outfit) and outfit.seed % 3 == 0
    return scaled(outfit.shoe_colour, 0.5) if tights else skin


def _relief(rng: np.random.Generator, rows: int, columns: int, depth: float, cells: float) -> Array:
    """Return a field [rows, columns] of folds, metres, fading towards both ends."""
    field = fractal(rng, max(rows * 2, 12), max(columns * 2, 12), cells, 2)[: rows * 2 : 2]
    field = np.resize(field[:, ::2], (rows, columns)) - 0.5
    ends = np.clip(np.minimum(np.arange(rows), np.arange(rows)[::-1]) / 2, 0, 1)
    return (field * 2 * depth * ends[:, None]).astype(np.float32)


def _top(build: Build, outfit: Outfit, rng: np.random.Generator) -> Patch:
    profile = trunk_profile(build.body)
    thick = _THICKNESS[outfit.top] * build.body.scale
    loose = (0.004 + 0.022 * outfit.looseness) * build.body.scale
    if outfit.top == "dress":
        loose *= 0.3
    level = profile[:, 0]
    # Cloth hangs from chest and shoulder blades: the waist of the wearer hardly shows.
    hanging = smoothstep(level, 1.0, 0.7)
    draped = profile[:, 1:].copy()
    chest = draped[8] * (0.97 if outfit.looseness > 0.3 else 0.9)
    below = (level < 0.68)[:, None] & (level > -0.1)[:, None]
    blend = 0.25 + 0.65 * outfit.looseness
    if outfit.top in ("jacket", "coat", "hoodie"):
        blend = max(blend, 0.6)
    draped = np.where(below, np.maximum(draped, draped + blend * (chest - draped)), draped)
    profile[:, 1:] = (
        draped + thick * smoothstep(level, 1.26, 1.0)[:, None] + (loose * hanging)[:, None]
    )
    hem = _top_hem(outfit, rng)
    levels = np.linspace(1.155, hem, build.count(21))
    relief = _relief(rng, len(levels), build.count(28) + 1, 0.005 + 0.009 * outfit.looseness, 7)
    relief *= smoothstep(levels, 1.1, 0.8).astype(np.float32)[:, None]
    return trunk(build, profile, levels, WHITE, fabric.rectangle("trunk"), relief)


def _top_hem(outfit: Outfit, rng: np.random.Generator) -> float:
    """Return the level of the trunk at which the top ends."""
    if outfit.tucked or outfit.top == "dress":
        return 0.22
    return rng.uniform(-0.1, 0.08) if outfit.top != "coat" else 0.0


def _collar(build: Build, outfit: Outfit) -> list[Patch]:
    """Return collar, hood at rest, or scarf."""
    scale = build.body.scale
    colour = scaled(outfit.top_colour, 0.9)
    rows: list[tuple[float, float, float, float]] = []
    if outfit.scarf:
        colour = outfit.scarf_colour
        rows = [(1.36, 0.062, 0.066, 0.062), (1.32, 0.088, 0.096, 0.085), (1.2, 0.105, 0.108, 0.10)]
        rows += [(1.12, 0.10, 0.095, 0.095), (1.1, 0.07, 0.06, 0.07)]
    elif outfit.top in ("shirt", "jacket", "coat"):
        rows = [
            (1.26, 0.063, 0.060, 0.064),
            (1.25, 0.070, 0.072, 0.070),
            (1.17, 0.084, 0.084, 0.084),
        ]
        rows += [(1.13, 0.09, 0.078, 0.088), (1.11, 0.08, 0.06, 0.07)]
    elif outfit.top == "hoodie":
        rows = [(1.24, 0.07, 0.06, 0.07), (1.25, 0.09, 0.07, 0.105), (1.19, 0.118, 0.085, 0.14)]
        rows += [(1.10, 0.115, 0.08, 0.14), (1.06, 0.08, 0.06, 0.1)]
    if not rows:
        return []
    rings = []
    for level, width, front, back in rows:
        z = build.height(level)
        sizes = width * scale, front * scale, back * scale
        rings.append(Ring((0, 0.02 * scale, z), *sizes, build.trunk_node(z), 2.0))
    return [loft(rings, build.count(20, 10), colour, rectangle=fabric.BLANK)]


def _sleeve(build: Build, outfit: Outfit, rng: np.random.Generator, side: Side) -> Patch:
    profile = limb_profile(build.body, ARM)
    end = bare_arm_from(outfit)
    slack = (_THICKNESS[outfit.top] * 0.55 + 0.003 + 0.009 * outfit.looseness) * build.body.scale
    t = profile[:, 0]
    profile[:, 1:] += (slack * smoothstep(t, -0.15, 0.3) + 0.003)[:, None]
    if end > 1.5:
        # Cloth does not follow the wrist.
        profile[:, 1:] = np.maximum(
            profile[:, 1:], (0.036 + slack * 0.6) * smoothstep(t, 1.0, 1.4)[:, None]
        )
    elif end < 0.9:
        profile[:, 1:] += 0.004 * smoothstep(t, 0.1, 0.6)[:, None]
    stations = _stations(-0.128, end, build.count(8 + 7 * end, 6))
    relief = _relief(
        rng, len(stations), build.count(14, 7) + 1, 0.004 + 0.007 * outfit.looseness, 9
    )
    left, top, right, bottom = fabric.rectangle("sleeve")
    rectangle = (left, top, right, top + (bottom - top) * min(1.0, end / 2 + 0.02))
    segments = build.count(14, 7)
    return limb(build, side, False, profile, stations, segments, WHITE, rectangle, relief)


def _stations(start: float, end: float, count: int) -> NDArray[np.float64]:
    """Return positions along a limb, closer at the start where it is round."""
    spaced = np.linspace(0, 1, count)
    return np.concatenate([[start, start + 0.03], start + (end - start) * spaced[1:]])


def _seat(build: Build, outfit: Outfit) -> Patch:
    profile = trunk_profile(build.body)
    slack = (0.004 + 0.35 * _SLACK[outfit.bottom]) * build.body.scale
    profile[:, 1:] += slack
    if not outfit.tucked:  # under the top, whose folds must not let it through
        inside = smoothstep(profile[:, 0], 0.02, 0.14)
        profile[:, 1:] -= ((slack + 0.014 * build.body.scale) * inside)[:, None]
    levels = np.linspace(0.33 if outfit.tucked else 0.24, -0.24, build.count(10, 7))
    left, top, right, bottom = fabric.rectangle("seat")
    return trunk(build, profile, levels, WHITE, (left, top, right, top + 0.3 * (bottom - top)))


def _trouser_leg(build: Build, outfit: Outfit, rng: np.random.Generator, side: Side) -> Patch:
    profile = limb_profile(build.body, LEG)
    scale = build.body.scale
    slack = (_SLACK[outfit.bottom] * (0.5 + outfit.looseness)) * scale
    t = profile[:, 0]
    profile[:, 1:] += (0.003 * scale + slack * smoothstep(t, -0.1, 0.5))[:, None]
    end = 1.96
    if outfit.bottom == "shorts":
        end = 0.62 + 0.3 * outfit.looseness
    elif outfit.bottom != "leggings":
        tube = (0.046 + 0.03 * outfit.looseness) * scale * (0.7 + 0.3 * build.body.girth)
        profile[:, 1:] = np.maximum(profile[:, 1:], tube * smoothstep(t, 0.6, 1.2)[:, None])
    stations = _stations(-0.14, end, build.count(9 + 6 * end, 7))
    segments = build.count(16, 8)
    depth = (0.003 + 0.008 * outfit.looseness) * (outfit.bottom != "leggings")
    relief = _relief(rng, len(stations), segments + 1, depth, 10)
    left, top, right, bottom = fabric.rectangle("leg")
    rectangle = (left, top, right, top + (bottom - top) * end / 2)
    return limb(build, side, True, profile, stations, segments, WHITE, rectangle, relief)


def _hem(outfit: Outfit, rng: np.random.Generator) -> float:
    """Return how far a skirt reaches: 1 knee, 2 ankle."""
    return float(rng.choice([rng.uniform(0.6, 1.1), rng.uniform(1.1, 1.8)], p=[0.7, 0.3]))


def _skirt(
    build: Build, outfit: Outfit, rng: np.random.Generator, start: float, hem: float
) -> Patch:
    """Return a garment around both legs, from a level of the trunk to a position on the leg."""
    knees, hips = build.origins[Bone.LEFT_SHANK, 2], build.origins[Bone.LEFT_THIGH, 2]
    top, bottom = build.height(start), hips - hem * (hips - knees)
    heights = np.linspace(top, bottom, build.count(6 + 5 * hem, 6))
    naked: Profile = trunk_profile(build.body)
    waist, seat = naked[5, 1:], naked[3, 1:] + 0.014 * build.body.scale
    if outfit.top == "coat":
        waist, seat = seat + 0.012, seat + 0.022 * build.body.scale
    flare = rng.uniform(0.0, 0.14) * build.body.scale
    rings = []
    for z in heights:
        t = smoothstep(z, top, hips - 0.02)
        fall = max(0.0, (hips - z) / (hips - knees))
        width, front, back = waist + (seat - waist) * t + flare * fall * np.array([1.0, 0.9, 0.8])
        rings.append(Ring((0, 0, float(z)), width, front, back, build.trunk_node(float(z)), 2.2))
    columns = build.count(28) + 1
    waves = np.cos(np.linspace(0, 2 * np.pi, columns) * rng.integers(6, 10))
    drop = np.clip((hips + 0.05 - heights) / 0.4, 0, 1)
    relief = (drop[:, None] * waves * 0.02 * flare / 0.14).astype(np.float32)
    patch = loft(
        rings,
        columns - 1,
        WHITE,
        rectangle=fabric.rectangle("seat"),
        relief=relief,
        ends=(False, True),
    )
    _hang_skirt(build, patch, heights, columns)
    return patch


def _hang_skirt(build: Build, patch: Patch, heights: NDArray[np.float64], columns: int) -> None:
    """Let a skirt follow the thighs, and below the knees a little the shanks."""
    hips, knees = build.origins[Bone.LEFT_THIGH, 2], build.origins[Bone.LEFT_SHANK, 2]
    nodes = np.empty((2, len(heights)), np.int64)
    for row, z in enumerate(heights):
        for k, side in enumerate((RIGHT, LEFT)):
            if z > knees + 0.08:
                bend = smoothstep(float(z), hips + 0.09, hips - 0.12)
                nodes[k, row] = build.nodes.add(Bone.PELVIS, side.thigh, bend)
            else:
                bend = 0.8 * smoothstep(float(z), knees + 0.08, knees - 0.1)
                nodes[k, row] = build.nodes.add(side.thigh, side.shank, bend)
    rows = np.append(np.repeat(np.arange(len(heights)), columns), len(heights) - 1)
    x, z = patch.vertices[:, 0], patch.vertices[:, 2]
    legs = 0.98 * smoothstep(z, hips + 0.09, hips - 0.05)
    left = smoothstep(x, -0.11, 0.11)
    shared(patch, [(legs * (1 - left), nodes[0, rows]), (legs * left, nodes[1, rows])])


def _belt(build: Build, outfit: Outfit) -> Patch:
    profile = trunk_profile(build.body)
    profile[:, 1:] += (0.018 + 0.006 * (outfit.top == "dress")) * build.body.scale
    levels = np.array([0.27, 0.265, 0.215, 0.21])
    colour: Colour = scaled(outfit.shoe_colour, 0.6)
    return trunk(build, profile, levels, colour, fabric.BLANK)


def _shoe(build: Build, outfit: Outfit, side: Side) -> Patch:
    high = {"trainers": 0.0, "boots": 0.04 + 0.02 * (outfit.seed % 11), "leather": 0.0}[
        outfit.shoes
    ]
    if not wears_skirt(outfit) and outfit.bottom != "leggings":
        high = min(high, 0.05)
    patch = shoe(build, side, outfit.shoe_colour, outfit.sole_colour, high)
    patch.uv[:] = fabric.BLANK[:2]
    return patch

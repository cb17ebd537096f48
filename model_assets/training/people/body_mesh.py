"""The parts of a body as lofts: trunk, limbs, hands, feet, in the rest posture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from model_assets.training.people.body_shape import BodyIdentity
from model_assets.training.people.loft import (
    AHEAD,
    WHOLE,
    Array,
    Nodes,
    Patch,
    Rectangle,
    Ring,
    joined,
    loft,
    shared,
)
from model_assets.training.people.skeleton3d import LEFT, RIGHT, Bone, Points, Side, rest_origins

Profile = NDArray[np.float64]
DENSITY = (0.5, 1.0, 2.0)
"""Rings and segments of the details 0, 1, 2 relative to detail 1."""

# Columns: position (0 first, 1 second, 2 third joint), half width, front, back at 1.75 m.
ARM = np.array(
    [
        [-0.13, 0.018, 0.024, 0.022],
        [-0.11, 0.034, 0.040, 0.038],
        [-0.05, 0.046, 0.051, 0.049],
        [0.08, 0.056, 0.060, 0.057],
        [0.25, 0.053, 0.056, 0.054],
        [0.50, 0.046, 0.049, 0.050],
        [0.80, 0.040, 0.042, 0.043],
        [1.00, 0.037, 0.040, 0.042],
        [1.18, 0.041, 0.046, 0.042],
        [1.35, 0.041, 0.045, 0.041],
        [1.60, 0.034, 0.038, 0.035],
        [1.85, 0.025, 0.031, 0.027],
        [2.02, 0.019, 0.025, 0.024],
    ]
)
LEG = np.array(
    [
        [-0.14, 0.056, 0.056, 0.070],
        [0.00, 0.084, 0.083, 0.100],
        [0.12, 0.088, 0.087, 0.102],
        [0.30, 0.083, 0.086, 0.090],
        [0.60, 0.066, 0.072, 0.068],
        [0.85, 0.056, 0.060, 0.056],
        [1.00, 0.053, 0.058, 0.050],
        [1.12, 0.050, 0.052, 0.054],
        [1.30, 0.053, 0.047, 0.066],
        [1.50, 0.050, 0.042, 0.062],
        [1.75, 0.038, 0.034, 0.044],
        [1.92, 0.034, 0.034, 0.038],
        [2.03, 0.033, 0.036, 0.040],
    ]
)
# Columns: height (0 hip joints, 1 shoulder joints), half width masculine, feminine, front, back.
TRUNK = np.array(
    [
        [-0.24, 0.060, 0.060, 0.036, 0.045],
        [-0.21, 0.110, 0.114, 0.058, 0.080],
        [-0.14, 0.146, 0.152, 0.078, 0.108],
        [-0.04, 0.168, 0.174, 0.097, 0.126],
        [0.08, 0.169, 0.177, 0.104, 0.124],
        [0.20, 0.160, 0.162, 0.104, 0.104],
        [0.36, 0.148, 0.134, 0.099, 0.088],
        [0.52, 0.152, 0.136, 0.104, 0.090],
        [0.68, 0.163, 0.147, 0.114, 0.100],
        [0.82, 0.166, 0.150, 0.110, 0.105],
        [0.91, 0.167, 0.150, 0.094, 0.100],
        [0.98, 0.172, 0.154, 0.074, 0.090],
        [1.035, 0.168, 0.150, 0.060, 0.076],
        [1.075, 0.148, 0.133, 0.053, 0.066],
        [1.11, 0.114, 0.104, 0.051, 0.062],
        [1.15, 0.080, 0.074, 0.052, 0.058],
        [1.24, 0.058, 0.053, 0.054, 0.055],
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """A body under construction: who, where the joints are, the nodes so far, how fine."""

    body: BodyIdentity
    origins: Points
    nodes: Nodes
    detail: int

    @classmethod
    def of(cls, body: BodyIdentity, detail: int) -> Build:
        """Start with the skeleton of a body."""
        return cls(body, rest_origins(body), Nodes(), detail)

    def count(self, number: float, least: int = 5) -> int:
        """Return how many rings or segments stand for `number` of them at detail 1."""
        return max(least, round(number * DENSITY[self.detail]))

    def height(self, level: float) -> float:
        """Return the z of a level of the trunk (0 hip joints, 1 shoulder joints)."""
        low, high = self.origins[Bone.PELVIS, 2], self.origins[Bone.LEFT_ARM, 2]
        return float(low + level * (high - low))

    def trunk_node(self, z: float) -> int:
        """Return a node that carries a ring of the trunk at a height."""
        chain = (Bone.PELVIS, Bone.SPINE, Bone.CHEST, Bone.NECK)
        joints = [self.origins[b, 2] for b in chain[1:]]
        nearest = int(np.argmin([abs(z - joint) for joint in joints]))
        span = (0.07, 0.08, 0.05)[nearest] * self.body.scale
        fraction = smoothstep(z, joints[nearest] - span, joints[nearest] + span)
        return self.nodes.add(chain[nearest], chain[nearest + 1], fraction)


def smoothstep(value: float, low: float, high: float) -> float:
    """Return 0 below `low`, 1 above `high`, a smooth ramp between (also `low` > `high`)."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def trunk_profile(body: BodyIdentity) -> Profile:
    """Return height, half width, front, back of the naked trunk, [rows, 4], metres."""
    level, masculine, feminine, front, back = TRUNK.T
    width = masculine + (feminine - masculine) * body.feminine
    upper = np.clip((level - 0.5) / 0.4, 0, 1)
    width = width * (body.hips + (body.shoulders - body.hips) * upper)
    neck = np.clip((level - 1.0) / 0.15, 0, 1)
    girth = 1 + (body.girth - 1) * (1 - 0.7 * neck)
    belly = body.belly * np.exp(-(((level - 0.3) / 0.24) ** 2))
    bust = body.bust * np.exp(-(((level - 0.72) / 0.11) ** 2))
    scale = body.scale
    depth_front, depth_back = front * girth * scale + belly + bust, back * girth * scale
    return np.column_stack([level, width * girth * scale + belly * 0.4, depth_front, depth_back])


def limb_profile(body: BodyIdentity, table: Profile) -> Profile:
    """Return a limb's table for a body, metres."""
    factor = body.scale * (1 + (body.girth - 1) * 0.8)
    upper = np.interp(table[:, 0], [0.0, 0.4, 1.0, 1.35, 2.0], [1.0, 1.0, 0.0, 0.8, 0.0])
    factor = factor * (1 + (body.muscle - 0.02 * body.feminine - 1) * upper)
    return np.column_stack([table[:, 0], table[:, 1:] * np.reshape(factor, (-1, 1))])


def sampled(profile: Profile, stations: NDArray[np.float64]) -> Profile:
    """Return the profile at other positions, [stations, 3]."""
    return np.asarray(PchipInterpolator(profile[:, 0], profile[:, 1:], axis=0)(stations))


def trunk(
    build: Build,
    profile: Profile,
    levels: NDArray[np.float64],
    colour: Sequence[float],
    rectangle: Rectangle = WHOLE,
    relief: Array | None = None,
    ends: tuple[bool, bool] = (False, True),
) -> Patch:
    """Return a loft around the trunk through falling levels."""
    rings = []
    for level, (width, front, back) in zip(levels, sampled(profile, levels), strict=True):
        z = build.height(level)
        y = np.interp(level, [0.0, 0.4, 0.9, 1.2], [0.0, -0.004, 0.01, 0.022])
        square = np.interp(level, [0.0, 0.5, 0.8, 1.0, 1.13], [2.3, 2.3, 2.6, 2.6, 2.0])
        rings.append(Ring((0, y, z), width, front, back, build.trunk_node(z), square))
    patch = loft(rings, build.count(28), colour, rectangle=rectangle, relief=relief, ends=ends)
    _hang_trunk(build, patch)
    return patch


def _hang_trunk(build: Build, patch: Patch) -> None:
    """Let the shoulders follow the arms and the seat follow the thighs."""
    scale = build.body.scale
    x, z = np.abs(patch.vertices[:, 0]) / scale, patch.vertices[:, 2]
    level = (z - build.height(0)) / (build.height(1) - build.height(0))
    left = patch.vertices[:, 0] > 0
    high, low = smoothstep(level, 0.72, 0.98), smoothstep(level, 0.06, -0.2)
    arm = 0.45 * smoothstep(x, 0.10, 0.17) * high * smoothstep(level, 0.8, 1.0)
    clavicle = (0.95 - arm) * smoothstep(x, 0.04, 0.14) * high
    thigh = 0.8 * smoothstep(x, 0.0, 0.09) * low
    add = build.nodes.add
    arms = [add(s.clavicle, s.arm, 0.45) for s in (RIGHT, LEFT)]
    clavicles = [add(Bone.CHEST, s.clavicle, 1.0) for s in (RIGHT, LEFT)]
    thighs = [add(Bone.PELVIS, s.thigh, 0.5) for s in (RIGHT, LEFT)]
    second = np.where(level > 0.5, clavicle, thigh)
    second_nodes = np.where(level > 0.5, np.choose(left, clavicles), np.choose(left, thighs))
    shared(patch, [(second, second_nodes), (arm, np.choose(left, arms))])


def limb(
    build: Build,
    side: Side,
    leg: bool,
    profile: Profile,
    stations: NDArray[np.float64],
    segments: int,
    colour: Sequence[float],
    rectangle: Rectangle = WHOLE,
    relief: Array | None = None,
    ends: tuple[bool, bool] = (True, True),
) -> Patch:
    """Return a loft along an arm or leg through positions (0, 1, 2: the joints)."""
    sizes = sampled(profile, stations)
    rings = [
        Ring(_limb_point(build, side, leg, t), w, f, b, _limb_node(build, side, leg, t))
        for t, (w, f, b) in zip(stations, sizes, strict=True)
    ]
    return loft(rings, segments, colour, rectangle=rectangle, relief=relief, ends=ends)


def _chain(side: Side, leg: bool) -> tuple[Bone, Bone, Bone, Bone]:
    if leg:
        return Bone.PELVIS, side.thigh, side.shank, side.foot
    return side.clavicle, side.arm, side.forearm, side.hand


def _limb_point(build: Build, side: Side, leg: bool, t: float) -> tuple[float, float, float]:
    joints = build.origins[list(_chain(side, leg)[1:])]
    unit = joints[0, 2] - joints[1, 2]
    x, y, z = (float(np.interp(t, [0, 1, 2], joints[:, k])) for k in range(3))
    if not leg:  # the shoulder rounds off towards the neck
        x -= side.sign * 0.034 * build.body.scale * float(np.clip(-t / 0.13, 0, 1))
    beyond = min(t, 0) * unit + max(t - 2, 0) * (joints[1, 2] - joints[2, 2])
    return x, y, z - float(beyond)


def _limb_node(build: Build, side: Side, leg: bool, t: float) -> int:
    """Return the node at a position: bent over a span about the nearest joint."""
    chain = _chain(side, leg)
    joint = int(np.clip(round(t), 0, 2))
    lengths = -np.diff(build.origins[list(chain[1:]), 2])
    away = (t - joint) * float(lengths[min(int(max(t, 0)), 1)]) / build.body.scale
    low, high = ((-0.09, 0.11), (-0.075, 0.075), (-0.05, 0.04))[joint]
    if not leg and joint == 0:
        low = -0.11
    if not leg and joint == 2:
        low = -0.16
    return build.nodes.add(chain[joint], chain[joint + 1], smoothstep(away, low, high))


def hand(build: Build, side: Side, colour: Sequence[float]) -> Patch:
    """Return a relaxed hand: palm, thumb, and fingers or (detail 0) a mitten."""
    scale = build.body.scale * (1.0 - 0.08 * build.body.feminine)
    wrist = build.origins[side.hand]
    node = build.nodes.add(side.forearm, side.hand, 1.0)
    inward = -side.sign
    segments = build.count(11, 6)

    def ring(down: float, thick: float, wide: float, aside: float, y: float = 0.0) -> Ring:
        centre = wrist + np.array([inward * aside, y, -down]) * scale
        return Ring(tuple(centre), thick * scale, wide * scale, wide * scale, node, 2.5)

    palm = [
        (-0.022, 0.017, 0.021, 0.0),
        (0.0, 0.0205, 0.028, 0.0),
        (0.022, 0.018, 0.034, 0.0),
        (0.05, 0.016, 0.041, 0.001),
    ]
    palm += [(0.08, 0.014, 0.042, 0.004), (0.098, 0.010, 0.038, 0.008)]
    if build.detail == 0:
        palm += [
            (0.125, 0.011, 0.037, 0.013),
            (0.16, 0.009, 0.028, 0.026),
            (0.18, 0.004, 0.014, 0.036),
        ]
    patches = [loft([ring(*row) for row in palm], segments, colour, ends=(False, True))]
    if build.detail > 0:
        for y, length in ((-0.031, 0.073), (-0.011, 0.083), (0.010, 0.078), (0.030, 0.060)):
            tube = [
                ring(0.086 + length * f, r, r, 0.005 + c, y * (1 - 0.1 * f)) for f, r, c in _FINGER
            ]
            patches.append(loft(tube, build.count(5, 5), colour, ends=(False, True)))
    thumb = [ring(0.012 + d, r, r, 0.006 + c, y) for d, y, r, c in _THUMB]
    patches.append(loft(thumb, build.count(6, 5), colour, ends=(True, True)))
    return joined(patches)


_FINGER = ((0.0, 0.0095, 0.0), (0.4, 0.0092, 0.006), (0.75, 0.0082, 0.018), (1.0, 0.005, 0.032))
_THUMB = ((0.0, -0.02, 0.011, 0.0), (0.04, -0.046, 0.012, 0.008), (0.068, -0.054, 0.0105, 0.013))
_THUMB += ((0.088, -0.056, 0.006, 0.017),)

# Columns: ahead of the ankle, half width, up, down of the shoe's middle, at 1.75 m.
_SHOE = np.array(
    [
        [-0.068, 0.018, 0.016, 0.024],
        [-0.060, 0.031, 0.042, 0.037],
        [-0.030, 0.037, 0.062, 0.038],
        [0.010, 0.037, 0.070, 0.038],
        [0.050, 0.039, 0.050, 0.038],
        [0.100, 0.047, 0.030, 0.038],
        [0.145, 0.049, 0.021, 0.038],
        [0.180, 0.042, 0.014, 0.037],
        [0.202, 0.022, 0.006, 0.030],
    ]
)


def shoe(
    build: Build, side: Side, colour: Sequence[float], sole: Sequence[float], high: float
) -> Patch:
    """Return a shoe; `high` is how far a boot's shaft reaches above the ankle, metres."""
    scale, ankle = build.body.scale, build.origins[side.foot]
    node = build.nodes.add(side.shank, side.foot, 1.0)
    stations = np.linspace(_SHOE[0, 0], _SHOE[-1, 0], build.count(12, 7))
    stations[1], stations[-2] = _SHOE[1, 0], 0.192
    rings = []
    for ahead, (width, up, down) in zip(stations, sampled(_SHOE, stations), strict=True):
        inward = -side.sign * 0.006 * np.clip(ahead / 0.1, 0, 2)
        centre = (ankle[0] + inward * scale, ankle[1] - ahead * scale, ankle[2] - 0.047 * scale)
        rings.append(Ring(centre, width * scale, up * scale, down * scale, node, 2.9))
    patch = loft(rings, build.count(14, 8), colour, axes=AHEAD, ends=(True, True))
    below = patch.vertices[:, 2] < ankle[2] - 0.056 * scale
    patch.colours[below] = sole
    if high <= 0:
        return patch
    shaft = np.linspace(2.0 - high / 0.42, 2.05, build.count(5, 3))
    profile = limb_profile(build.body, LEG)
    profile[:, 1:] += 0.010 * scale
    return joined([patch, limb(build, side, True, profile, shaft, build.count(14, 8), colour)])


def neck(build: Build, radius: tuple[float, float], colour: Sequence[float]) -> Patch:
    """Return the neck from the collar bones up into the head; `radius` across and along."""
    origins = build.origins
    base, top = origins[Bone.NECK], origins[Bone.HEAD]
    heights = np.linspace(top[2] - 0.045, base[2] - 0.05, build.count(8, 5))
    rings = []
    for z in heights:
        t = (z - base[2]) / (top[2] - base[2])
        node = build.trunk_node(z) if t < 0.35 else _neck_node(build, t)
        y = np.interp(t, [0.0, 1.0], [base[1] - 0.004, top[1] + 0.006])
        wide = 1 + 0.55 * smoothstep(t, 0.25, -0.5)
        sizes = radius[0] * wide, radius[1] * (1 + 0.15 * (wide - 1)), radius[1] * wide**0.3
        rings.append(Ring((0, float(y), float(z)), *sizes, node, 2.0))
    return loft(rings, build.count(16, 8), colour, ends=(True, False))


def _neck_node(build: Build, t: float) -> int:
    return build.nodes.add(Bone.NECK, Bone.HEAD, smoothstep(t, 0.3, 1.3))

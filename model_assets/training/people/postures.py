"""Postures: joint rotations of people who stand, walk, sit, wave, carry and so on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model_assets.training.people.body_shape import AVERAGE
from model_assets.training.people.reach import reach
from model_assets.training.people.rotations import IDENTITY, Quaternions, product, turn
from model_assets.training.people.skeleton3d import (
    BONE_COUNT,
    LEFT,
    RIGHT,
    Bone,
    Side,
    rest_origins,
)

Rng = np.random.Generator
_REST = rest_origins(AVERAGE)
_UPPER = float(_REST[Bone.LEFT_ARM, 2] - _REST[Bone.LEFT_FOREARM, 2])
_LOWER = float(_REST[Bone.LEFT_FOREARM, 2] - _REST[Bone.LEFT_HAND, 2])


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """Joint angles.

    Attributes:
        kind: one of ``POSTURES``.
        rotations: float64 [bones, 4], quaternion of each bone relative to its parent.
        lift: metres the lowest point is above the floor (running people fly at times).
        prop: what the posture needs: "chair", "box", "phone_right", "phone_left" or "".
    """

    kind: str
    rotations: Quaternions
    lift: float = 0.0
    prop: str = ""


class _Joints:
    """Rotations under construction."""

    def __init__(self) -> None:
        self.rotations = np.tile(IDENTITY, (BONE_COUNT, 1))

    def set(self, bone: Bone, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        self.rotations[bone] = turn(x, y, z)

    def arm(self, side: Side, forward: float, outward: float, twist: float, bend: float) -> None:
        """Set shoulder (degrees forward, outward, inward twist) and elbow."""
        self.set(side.arm, -forward, -side.sign * outward, -side.sign * twist)
        self.set(side.forearm, -bend)

    def leg(self, side: Side, forward: float, outward: float, bend: float, toes: float) -> None:
        """Set hip (degrees forward, outward), knee, and the pitch of the foot (toes up)."""
        self.set(side.thigh, -forward, -side.sign * outward, side.sign * 6)
        self.set(side.shank, bend)
        self.set(side.foot, forward - bend - toes, side.sign * outward * 0.8)

    def reach(
        self, side: Side, target: tuple[float, float, float], pole: tuple[float, ...]
    ) -> None:
        """Bring the wrist to a point, metres from the middle of the shoulders.

        x of `target` and `pole` counts outwards, y ahead, z up.
        """
        mirror = np.array([side.sign, -1.0, 1.0])
        shoulder = _REST[side.arm]
        middle = np.array([0.0, shoulder[1], shoulder[2]])
        arm, forearm = reach(
            shoulder, middle + np.array(target) * mirror, np.array(pole) * mirror, _UPPER, _LOWER
        )
        self.rotations[side.arm], self.rotations[side.forearm] = arm, forearm


def _sides(rng: Rng) -> tuple[Side, Side]:
    return (LEFT, RIGHT) if rng.random() < 0.5 else (RIGHT, LEFT)


def _torso(rng: Rng, joints: _Joints, lean: float = 0.0, spread: float = 1.0) -> None:
    """Bend and turn trunk and head at random; `lean` degrees forward."""
    side, twist = rng.normal(0, 2.5 * spread, 3), rng.normal(0, 4 * spread, 3)
    joints.set(Bone.PELVIS, lean * 0.3, side[0] * 0.5, twist[0])
    joints.set(Bone.SPINE, lean * 0.35, side[1], twist[1])
    joints.set(Bone.CHEST, lean * 0.35 + rng.normal(2, 2), side[2], twist[2])
    yaw = float(np.clip(rng.normal(0, 24), -75, 75))
    pitch = float(np.clip(rng.normal(2, 9), -25, 38))
    roll = float(rng.normal(0, 4))
    joints.set(Bone.NECK, 4 - lean * 0.3 + pitch * 0.4, roll * 0.4, yaw * 0.35)
    joints.set(Bone.HEAD, -4 - lean * 0.4 + pitch * 0.6, roll * 0.6, yaw * 0.65)


def _hanging_arm(rng: Rng, joints: _Joints, side: Side) -> None:
    joints.arm(
        side,
        forward=rng.normal(2, 7),
        outward=abs(rng.normal(8, 4)) + 2,
        twist=rng.normal(20, 12),
        bend=abs(rng.normal(14, 9)) + 3,
    )
    joints.set(side.hand, rng.normal(0, 8), rng.normal(0, 6), -side.sign * rng.uniform(0, 25))


def _hanging_arms(rng: Rng, joints: _Joints) -> None:
    for side in (RIGHT, LEFT):
        _hanging_arm(rng, joints, side)


def _standing_legs(rng: Rng, joints: _Joints) -> None:
    width = abs(rng.normal(3, 2.5))
    free, loaded = _sides(rng)
    joints.leg(loaded, rng.normal(0, 1.5), width, abs(rng.normal(2, 2)), 0)
    bend = abs(rng.normal(4, 7))
    joints.leg(free, rng.normal(1, 4) + bend * 0.6, width + abs(rng.normal(0, 3)), bend, 0)


def _standing(rng: Rng, joints: _Joints) -> Posture:
    _torso(rng, joints, rng.normal(1, 3))
    _standing_legs(rng, joints)
    _hanging_arms(rng, joints)
    return Posture("standing", joints.rotations)


def _gait_leg(joints: _Joints, side: Side, phase: float, stride: float, high: float) -> None:
    """Set a leg at a phase 0..1 of the gait cycle from heel strike (Winter, 1991: hip, knee)."""
    forward = 5 + stride * np.cos(2 * np.pi * phase)
    after = (phase - 0.73 + 0.5) % 1 - 0.5
    loading = (phase - 0.15 + 0.5) % 1 - 0.5
    swing = np.exp(-((after / 0.13) ** 2))
    bend = 4 + 13 * np.exp(-((loading / 0.09) ** 2)) + high * swing
    strike = 18 * np.exp(-((((phase + 0.5) % 1 - 0.5) / 0.07) ** 2))
    push = 42 * np.exp(-((((phase - 0.6 + 0.5) % 1 - 0.5) / 0.11) ** 2))
    joints.leg(side, float(forward), 1.5, float(bend), float(strike - push - 8 * swing))


def _walking(rng: Rng, joints: _Joints) -> Posture:
    phase, stride = rng.random(), rng.uniform(14, 25)
    _torso(rng, joints, rng.normal(3, 2))
    for side, shift in ((RIGHT, 0.0), (LEFT, 0.5)):
        at = (phase + shift) % 1
        _gait_leg(joints, side, at, stride, rng.uniform(48, 60))
        swing = -np.cos(2 * np.pi * at) * rng.uniform(0.5, 1.3) * stride
        joints.arm(side, swing + 2, rng.uniform(4, 11), rng.normal(22, 8), 16 + max(0, swing) * 0.9)
    return Posture("walking", joints.rotations)


def _running(rng: Rng, joints: _Joints) -> Posture:
    phase, stride = rng.random(), rng.uniform(30, 44)
    _torso(rng, joints, rng.uniform(6, 14))
    for side, shift in ((RIGHT, 0.0), (LEFT, 0.5)):
        at = (phase + shift) % 1
        _gait_leg(joints, side, at, stride, rng.uniform(85, 110))
        swing = -np.cos(2 * np.pi * at) * rng.uniform(30, 45)
        joints.arm(side, swing - 4, rng.uniform(8, 18), rng.normal(30, 8), rng.uniform(70, 105))
    flight = abs(np.sin(2 * np.pi * phase)) ** 4 * 0.1
    return Posture("running", joints.rotations, lift=float(flight))


def _sitting(rng: Rng, joints: _Joints) -> Posture:
    recline = rng.uniform(-14, 12)
    _torso(rng, joints, -recline)
    joints.set(Bone.PELVIS, -6 - recline * 0.4)
    base = rng.uniform(76, 88)
    for side in (RIGHT, LEFT):
        forward = base + rng.normal(0, 2)
        joints.leg(side, forward, abs(rng.normal(7, 5)), rng.uniform(72, 102), 0)
        if rng.random() < 0.7:
            aside = rng.uniform(0.04, 0.2)
            joints.reach(side, (aside, rng.uniform(0.2, 0.38), -0.43), (1.0, -0.9, -0.5))
        else:
            _hanging_arm(rng, joints, side)
    return Posture("sitting", joints.rotations, prop="chair")


def _waving(rng: Rng, joints: _Joints) -> Posture:
    _standing(rng, joints)
    side, _ = _sides(rng)
    target = (rng.uniform(0.22, 0.5), rng.uniform(0.02, 0.25), rng.uniform(0.1, 0.42))
    joints.reach(side, target, (1.0, 0.1, -0.7))
    joints.set(side.clavicle, 0, -side.sign * 12)
    joints.set(side.hand, rng.normal(0, 8), rng.normal(0, 14), side.sign * rng.uniform(40, 90))
    return Posture("waving", joints.rotations)


def _carrying(rng: Rng, joints: _Joints) -> Posture:
    (_walking if rng.random() < 0.5 else _standing)(rng, joints)
    ahead, up = rng.uniform(0.28, 0.34), rng.uniform(-0.42, -0.28)
    for side in (RIGHT, LEFT):
        joints.reach(side, (0.17, ahead, up), (0.8, -0.8, -0.8))
        joints.set(side.hand)
    return Posture("carrying", joints.rotations, prop="box")


def _phone(rng: Rng, joints: _Joints) -> Posture:
    (_walking if rng.random() < 0.4 else _standing)(rng, joints)
    side, _ = _sides(rng)
    if rng.random() < 0.6:
        joints.reach(side, (0.12, 0.06, 0.12), (0.9, 0.5, -1.0))
        joints.set(side.hand, 12, 0, -side.sign * 10)
        joints.set(Bone.HEAD, 2, side.sign * 5, side.sign * rng.uniform(-25, 10))
    else:
        joints.reach(side, (0.06, rng.uniform(0.26, 0.36), rng.uniform(-0.2, -0.08)), (1, 0, -1))
        joints.set(side.hand, -10, 0, -side.sign * 35)
        joints.set(Bone.HEAD, rng.uniform(14, 28))
    prop = "phone_left" if side is LEFT else "phone_right"
    return Posture("phone", joints.rotations, prop=prop)


def _arms_crossed(rng: Rng, joints: _Joints) -> Posture:
    _standing(rng, joints)
    over, under = _sides(rng)
    height = rng.uniform(-0.24, -0.17)
    joints.reach(over, (-0.07, 0.25, height + 0.01), (1.0, 0.25, -0.9))
    joints.reach(under, (-0.07, 0.19, height - 0.03), (1.0, 0.25, -0.9))
    joints.set(over.hand, -8, 0, -over.sign * 20)
    return Posture("arms_crossed", joints.rotations)


def _hands_on_hips(rng: Rng, joints: _Joints) -> Posture:
    _standing(rng, joints)
    both = rng.random() < 0.75
    for side in (RIGHT, LEFT) if both else (_sides(rng)[0],):
        target = (rng.uniform(0.2, 0.23), rng.uniform(0.0, 0.06), rng.uniform(-0.42, -0.36))
        joints.reach(side, target, (1.0, rng.uniform(-0.8, -0.1), 0.1))
        joints.set(side.hand, -30, side.sign * 25, 0)
    return Posture("hands_on_hips", joints.rotations)


def _leaning(rng: Rng, joints: _Joints) -> Posture:
    _standing(rng, joints)
    side, other = _sides(rng)
    if rng.random() < 0.5:
        tilt = side.sign * rng.uniform(6, 13)
        joints.rotations[Bone.PELVIS] = product(turn(y=tilt), joints.rotations[Bone.PELVIS])
        joints.leg(other, rng.uniform(10, 25), 2, rng.uniform(20, 40), 0)
    else:
        lean = rng.uniform(15, 42)
        _torso(rng, joints, lean)
        for leg in (RIGHT, LEFT):
            joints.leg(leg, lean * 0.3 + 8, 4, 14, 0)
            _hanging_arm(rng, joints, leg)
        joints.reach(side, (0.1, 0.34, -0.45), (1.0, -0.6, 0.0))
    return Posture("leaning", joints.rotations)


def _crouching(rng: Rng, joints: _Joints) -> Posture:
    depth = rng.uniform(0.6, 1.0)
    _torso(rng, joints, 34 * depth)
    for side in (RIGHT, LEFT):
        bend = 125 * depth + rng.normal(0, 6)
        joints.leg(side, 92 * depth + rng.normal(0, 6), rng.uniform(6, 16), bend, -12 * depth)
        reach_ahead = (rng.uniform(0.05, 0.16), rng.uniform(0.25, 0.4), -0.3)
        joints.reach(side, reach_ahead, (1.0, -0.5, -0.6))
    return Posture("crouching", joints.rotations)


def _pointing(rng: Rng, joints: _Joints) -> Posture:
    _standing(rng, joints)
    side, _ = _sides(rng)
    angle, up = rng.uniform(-0.2, 1.6), rng.uniform(-0.25, 0.3)
    target = (0.17 + 0.52 * np.sin(angle), 0.52 * np.cos(angle), up)
    joints.reach(side, target, (1.0, -0.2, -1.0))
    return Posture("pointing", joints.rotations)


POSTURES: dict[str, Callable[[Rng, _Joints], Posture]] = {
    "standing": _standing,
    "walking": _walking,
    "running": _running,
    "sitting": _sitting,
    "waving": _waving,
    "carrying": _carrying,
    "phone": _phone,
    "arms_crossed": _arms_crossed,
    "hands_on_hips": _hands_on_hips,
    "leaning": _leaning,
    "crouching": _crouching,
    "pointing": _pointing,
}


def sample_posture(rng: Rng, kind: str) -> Posture:
    """Return a random posture of a kind.

    Raises:
        ValueError: no such kind.
    """
    if kind not in POSTURES:
        raise ValueError(f"posture {kind!r}: must be one of {', '.join(POSTURES)}")
    posture = POSTURES[kind](rng, _Joints())
    return Posture(kind, posture.rotations, posture.lift, posture.prop)

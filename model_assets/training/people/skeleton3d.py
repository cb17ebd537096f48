"""The skeleton of a figure: bones, where they lie at rest, and where a posture brings them.

At rest the figure stands with hanging arms, faces -y, and all bones have the world's axes. A
bone turns about its origin, the joint with its parent. The person's left is +x.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from model_assets.training.people.body_shape import BodyIdentity
from model_assets.training.people.rotations import Quaternions, matrices, product

Points = NDArray[np.float64]


class Bone(IntEnum):
    """Bones; a parent has a smaller number than its children."""

    PELVIS = 0
    SPINE = 1
    CHEST = 2
    NECK = 3
    HEAD = 4
    RIGHT_CLAVICLE = 5
    RIGHT_ARM = 6
    RIGHT_FOREARM = 7
    RIGHT_HAND = 8
    LEFT_CLAVICLE = 9
    LEFT_ARM = 10
    LEFT_FOREARM = 11
    LEFT_HAND = 12
    RIGHT_THIGH = 13
    RIGHT_SHANK = 14
    RIGHT_FOOT = 15
    LEFT_THIGH = 16
    LEFT_SHANK = 17
    LEFT_FOOT = 18


BONE_COUNT = len(Bone)
PARENTS = (-1, 0, 1, 2, 3, 2, 5, 6, 7, 2, 9, 10, 11, 0, 13, 14, 0, 16, 17)
JOINT_BONES = (6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18)
"""Bones whose origins are the keypoints 2 to 13 (right shoulder .. left ankle)."""


@dataclass(frozen=True, slots=True)
class Side:
    """The bones of one side of the body.

    Attributes:
        sign: +1 for the left side, which lies at +x, -1 for the right.
    """

    sign: float
    clavicle: Bone
    arm: Bone
    forearm: Bone
    hand: Bone
    thigh: Bone
    shank: Bone
    foot: Bone


RIGHT = Side(-1.0, *(Bone(b) for b in (5, 6, 7, 8, 13, 14, 15)))
LEFT = Side(1.0, *(Bone(b) for b in (9, 10, 11, 12, 16, 17, 18)))


@dataclass(frozen=True, slots=True, eq=False)
class Pose3d:
    """Where the bones are: quaternions [bones, 4] and origins [bones, 3] in the world."""

    rotations: Quaternions
    origins: Points


def rest_origins(body: BodyIdentity) -> Points:
    """Return the origins of the bones at rest, metres, [bones, 3], floor at z = 0.

    Segment lengths as fractions of the stature follow Drillis and Contini (1966).
    """
    height, scale = body.height, body.scale
    ankle = 0.043 * height
    knee = ankle + 0.243 * height * body.legs
    hip = knee + 0.243 * height * body.legs
    atlas = height - 0.152 * body.head
    neck = atlas - 0.115 * body.head
    shoulder = neck - 0.055 * scale
    waist = hip + 0.13 * (shoulder - hip) / 0.53
    chest = hip + 0.30 * (shoulder - hip) / 0.53
    across = (0.177 - 0.022 * body.feminine) * scale * body.shoulders
    hip_x = (0.088 + 0.006 * body.feminine) * scale * body.hips
    # Children's heads take more of the stature: arms go with the shoulder's height.
    elbow = shoulder * (1 - 0.216 * body.arms)
    wrist = elbow - 0.181 * shoulder * body.arms
    centre = [(0, 0, hip), (0, 0, waist), (0, 0.01, chest), (0, 0.025, neck), (0, 0.002, atlas)]
    sides = []
    for sign in (-1, 1):
        sides.append([(sign * 0.03, 0.01, shoulder), (sign * across, 0.012, shoulder)])
        sides[-1] += [(sign * across, 0.016, elbow), (sign * across, 0.012, wrist)]
    legs = [
        [(s * hip_x, 0, hip), (s * hip_x, 0, knee), (s * hip_x * 0.97, 0.012, ankle)]
        for s in (-1, 1)
    ]
    return np.array([*centre, *sides[0], *sides[1], *legs[0], *legs[1]], np.float64)


def forward_kinematics(rest: Points, local: Quaternions) -> Pose3d:
    """Return where the local rotations [bones, 4] bring a skeleton with the origins `rest`."""
    rotations = np.empty((BONE_COUNT, 4))
    origins = np.empty((BONE_COUNT, 3))
    rotations[0], origins[0] = local[0], rest[0]
    for bone in range(1, BONE_COUNT):
        parent = PARENTS[bone]
        rotations[bone] = product(rotations[parent], local[bone])
        offset = rest[bone] - rest[parent]
        origins[bone] = origins[parent] + _rotate(rotations[parent], offset)
    return Pose3d(rotations, origins)


def _rotate(quaternion: Quaternions, vector: Points) -> Points:
    return matrices(quaternion) @ vector


def moved(pose: Pose3d, rotation: Quaternions, shift: Points) -> Pose3d:
    """Return the pose turned about the origin, then shifted."""
    rotations = np.array([product(rotation, q) for q in pose.rotations])
    return Pose3d(rotations, pose.origins @ matrices(rotation).T + shift)

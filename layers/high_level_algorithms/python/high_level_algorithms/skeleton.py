"""The skeleton of the body pose network: 18 keypoints and the limbs that join them.

Order and channels are those of OpenPose's COCO model, which human-pose-estimation-0001 follows.
"""

from __future__ import annotations

from typing import NamedTuple

KEYPOINT_NAMES = (
    "nose",
    "neck",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "right_hip",
    "right_knee",
    "right_ankle",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_eye",
    "left_eye",
    "right_ear",
    "left_ear",
)
KEYPOINT_COUNT = len(KEYPOINT_NAMES)

NOSE = 0
RIGHT_EYE, LEFT_EYE, RIGHT_EAR, LEFT_EAR = 14, 15, 16, 17


class Limb(NamedTuple):
    """A limb: the keypoints it joins and the first of its two part affinity field channels."""

    start: int
    end: int
    channel: int


LIMBS = (
    Limb(1, 2, 12),
    Limb(1, 5, 20),
    Limb(2, 3, 14),
    Limb(3, 4, 16),
    Limb(5, 6, 22),
    Limb(6, 7, 24),
    Limb(1, 8, 0),
    Limb(8, 9, 2),
    Limb(9, 10, 4),
    Limb(1, 11, 6),
    Limb(11, 12, 8),
    Limb(12, 13, 10),
    Limb(1, 0, 28),
    Limb(0, 14, 30),
    Limb(14, 16, 34),
    Limb(0, 15, 32),
    Limb(15, 17, 36),
    Limb(2, 16, 18),
    Limb(5, 17, 26),
)

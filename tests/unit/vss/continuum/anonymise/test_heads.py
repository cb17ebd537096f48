from __future__ import annotations

from math import hypot

import numpy as np
import pytest
from high_level_algorithms.skeleton import KEYPOINT_NAMES
from high_level_algorithms.types import Pose

from vss.continuum.anonymise.heads import Head, head_of_face, head_of_pose, unlike

# Somebody who stands upright and looks at the camera, in millimetres, x to their left.
BODY = {
    "nose": (0, -1560),
    "neck": (0, -1330),
    "right_shoulder": (-190, -1330),
    "left_shoulder": (190, -1330),
    "right_hip": (-100, -820),
    "left_hip": (100, -820),
    "right_knee": (-100, -430),
    "left_knee": (100, -430),
    "right_eye": (-32, -1600),
    "left_eye": (32, -1600),
    "right_ear": (-75, -1590),
    "left_ear": (75, -1590),
}
MIDDLE, HEIGHT = (0, -1600), 240


def pose(*names: str, scale: float = 1.0, turned: float = 1.0) -> Pose:
    keypoints = np.zeros((len(KEYPOINT_NAMES), 3))
    for name in names or BODY:
        x, y = BODY[name]
        keypoints[KEYPOINT_NAMES.index(name)] = x * turned * scale, y * scale, 0.8
    return Pose(keypoints)


@pytest.mark.parametrize("scale", [0.02, 0.2, 3.0])
@pytest.mark.parametrize("turned", [1.0, 0.4])
def test_the_head_of_a_whole_body(scale: float, turned: float) -> None:
    head = head_of_pose(pose(scale=scale, turned=turned))
    assert head is not None
    assert hypot(head.x, head.y - MIDDLE[1] * scale) < 0.12 * HEIGHT * scale
    assert 0.85 * HEIGHT * scale < head.height < 1.4 * HEIGHT * scale


@pytest.mark.parametrize(
    "names",
    [
        ("nose", "right_eye", "left_eye"),
        ("nose", "left_eye", "left_ear", "neck"),  # in profile
        ("left_ear", "left_shoulder", "neck"),
        ("nose", "neck", "left_shoulder"),
        ("neck", "right_shoulder", "left_shoulder"),  # from behind
        ("neck", "right_hip", "left_hip"),
        ("right_shoulder", "right_hip"),
    ],
)
def test_the_head_is_covered_whatever_is_seen_of_the_body(names: tuple[str, ...]) -> None:
    head = head_of_pose(pose(*names))
    assert head is not None
    # What is obscured reaches 0.7 heights each way.
    assert hypot(head.x - MIDDLE[0], head.y - MIDDLE[1]) + HEIGHT / 2 < 0.7 * head.height + 90


@pytest.mark.parametrize(
    "names",
    [("right_hip", "right_knee"), ("right_knee",), ("nose",), ("left_hip", "right_hip")],
)
def test_legs_and_lone_points_tell_of_no_head(names: tuple[str, ...]) -> None:
    assert head_of_pose(pose(*names)) is None


def test_a_limb_of_somebody_else_does_not_blow_up_the_head() -> None:
    wrong = pose()
    wrong.keypoints[KEYPOINT_NAMES.index("left_hip"), :2] = (4000, 3000)
    head = head_of_pose(wrong)
    assert head is not None
    assert head.height < 2 * HEIGHT


def test_the_head_of_a_face_reaches_beyond_it() -> None:
    head = head_of_face(100, 200, 180, 300)
    for x, y in ((140, 170), (90, 250), (190, 250), (140, 310)):
        assert hypot(x - head.x, y - head.y) < 0.7 * head.height


def test_heads_that_are_one_are_kept_once_and_different_ones_all() -> None:
    heads = [Head(100, 100, 50), Head(102, 101, 45), Head(100, 100, 20), Head(160, 100, 50)]
    assert list(unlike(heads)) == [heads[0], heads[3], heads[2]]

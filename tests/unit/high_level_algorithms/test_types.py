"""The values handed from step to step answer simple questions about themselves."""

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.skeleton import KEYPOINT_NAMES, LEFT_EYE, NOSE
from high_level_algorithms.types import Landmarks, Pose

from tests.factories import face_pose


def test_the_score_of_a_pose_is_the_mean_of_the_keypoints_seen() -> None:
    keypoints = np.zeros((18, 3))
    keypoints[[0, 4, 9], 2] = (0.4, 0.6, 0.8)
    assert Pose(keypoints).score == pytest.approx(0.6)


def test_a_pose_sees_what_has_a_score() -> None:
    pose = face_pose(nose=(3, 4), left_eye=(5, 6))
    assert pose.sees(NOSE)
    assert pose.sees(NOSE, LEFT_EYE)
    assert not pose.sees(NOSE, KEYPOINT_NAMES.index("neck"))


def test_named_keypoints_are_those_seen() -> None:
    pose = face_pose(nose=(3, 4), left_eye=(5, 6))
    assert pose.named_keypoints() == (("nose", 3.0, 4.0, 0.9), ("left_eye", 5.0, 6.0, 0.9))
    everything = Pose(np.ones((18, 3)))
    assert tuple(keypoint.name for keypoint in everything.named_keypoints()) == KEYPOINT_NAMES


def test_landmarks_by_name_and_their_inter_ocular_distance() -> None:
    landmarks = Landmarks(np.array([(10, 20), (13, 24), (12, 26), (10, 30), (13, 31)], float))
    assert landmarks.inter_ocular_px == 5.0
    assert landmarks.named_points()["left_mouth_corner"] == (10.0, 30.0)
    assert list(landmarks.named_points()) == [
        "left_eye",
        "right_eye",
        "nose_tip",
        "left_mouth_corner",
        "right_mouth_corner",
    ]

from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.people.body_shape import AVERAGE, sample_body
from model_assets.training.people.rotations import IDENTITY, turn
from model_assets.training.people.skeleton3d import (
    BONE_COUNT,
    LEFT,
    PARENTS,
    RIGHT,
    Bone,
    forward_kinematics,
    moved,
    rest_origins,
)


def _straight():
    return np.tile(IDENTITY, (BONE_COUNT, 1))


def test_rest_is_the_pose_without_rotations():
    rest = rest_origins(AVERAGE)
    pose = forward_kinematics(rest, _straight())
    assert pose.origins == pytest.approx(rest)


def test_left_is_at_positive_x():
    rest = rest_origins(AVERAGE)
    for bones in zip(RIGHT_BONES, LEFT_BONES, strict=True):
        right, left = rest[list(bones)]
        assert left[0] > 0
        assert right == pytest.approx(left * (-1, 1, 1))


RIGHT_BONES = (RIGHT.arm, RIGHT.forearm, RIGHT.hand, RIGHT.thigh, RIGHT.shank, RIGHT.foot)
LEFT_BONES = (LEFT.arm, LEFT.forearm, LEFT.hand, LEFT.thigh, LEFT.shank, LEFT.foot)


def test_a_bent_elbow_moves_the_hand_alone():
    rest, local = rest_origins(AVERAGE), _straight()
    local[Bone.LEFT_FOREARM] = turn(x=-90)
    pose = forward_kinematics(rest, local)
    stays = [b for b in Bone if b != Bone.LEFT_HAND]
    assert pose.origins[stays] == pytest.approx(rest[stays])
    assert pose.origins[Bone.LEFT_HAND, 1] < rest[Bone.LEFT_FOREARM, 1] - 0.2
    assert pose.origins[Bone.LEFT_HAND, 2] == pytest.approx(rest[Bone.LEFT_FOREARM, 2], abs=0.01)


def test_bones_keep_their_lengths():
    rng = np.random.default_rng(3)
    rest = rest_origins(sample_body(rng))
    local = np.array([turn(*rng.uniform(-60, 60, 3)) for _ in Bone])
    pose = moved(forward_kinematics(rest, local), turn(z=77), np.array([3.0, 4.0, 0.0]))
    parents = list(PARENTS[1:])
    lengths = np.linalg.norm(pose.origins[1:] - pose.origins[parents], axis=1)
    assert lengths == pytest.approx(np.linalg.norm(rest[1:] - rest[parents], axis=1))


def test_sampled_bodies_have_human_proportions():
    rng = np.random.default_rng(0)
    for _ in range(100):
        body = sample_body(rng)
        rest = rest_origins(body) / body.height
        assert 1.0 <= body.height <= 1.95
        assert 0.48 < rest[Bone.PELVIS, 2] < 0.57
        assert (0.775 if body.height >= 1.5 else 0.7) < rest[Bone.LEFT_ARM, 2] < 0.85
        assert 0.44 < rest[Bone.LEFT_HAND, 2] < 0.53
        assert 0.07 < rest[Bone.LEFT_ARM, 0] < 0.12

from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.people.body_shape import AVERAGE
from model_assets.training.people.postures import POSTURES, sample_posture
from model_assets.training.people.skeleton3d import (
    BONE_COUNT,
    LEFT,
    RIGHT,
    Bone,
    forward_kinematics,
    rest_origins,
)

SEEDS = range(12)


def _origins(kind, seed):
    posture = sample_posture(np.random.default_rng(seed), kind)
    return forward_kinematics(rest_origins(AVERAGE), posture.rotations).origins


@pytest.mark.parametrize("kind", POSTURES)
def test_a_posture_is_rotations_and_its_kind(kind):
    posture = sample_posture(np.random.default_rng(1), kind)
    assert posture.kind == kind
    assert posture.rotations.shape == (BONE_COUNT, 4)
    assert np.linalg.norm(posture.rotations, axis=1) == pytest.approx(1)


@pytest.mark.parametrize("kind", POSTURES)
def test_the_same_seed_gives_the_same_posture(kind):
    first, second = (sample_posture(np.random.default_rng(5), kind) for _ in range(2))
    other = sample_posture(np.random.default_rng(6), kind)
    assert np.array_equal(first.rotations, second.rotations)
    assert not np.array_equal(first.rotations, other.rotations)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="posture 'flying': must be one of standing"):
        sample_posture(np.random.default_rng(0), "flying")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_waving_hand_is_above_the_shoulder(seed):
    origins = _origins("waving", seed)
    hands = origins[[RIGHT.hand, LEFT.hand], 2] - origins[[RIGHT.arm, LEFT.arm], 2]
    assert hands.max() > 0.02
    assert hands.min() < -0.2


@pytest.mark.parametrize("seed", SEEDS)
def test_sitting_thighs_lie_and_shanks_hang(seed):
    origins = _origins("sitting", seed)
    for side in (RIGHT, LEFT):
        hip, knee, ankle = origins[[side.thigh, side.shank, side.foot]]
        assert hip[1] - knee[1] > 0.3
        assert abs(hip[2] - knee[2]) < 0.25
        assert knee[2] - ankle[2] > 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_crossed_arms_cross_in_front_of_the_chest(seed):
    origins = _origins("arms_crossed", seed)
    assert origins[Bone.LEFT_HAND, 0] < origins[Bone.RIGHT_HAND, 0]
    chest = origins[[RIGHT.arm, LEFT.arm]].mean(0)
    for hand in (RIGHT.hand, LEFT.hand):
        assert origins[hand, 1] < chest[1] - 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_hands_on_hips_put_a_hand_near_the_waist(seed):
    origins = _origins("hands_on_hips", seed)
    waist = origins[Bone.SPINE]
    away = np.linalg.norm(origins[[RIGHT.hand, LEFT.hand]] - waist, axis=1)
    assert away.min() < 0.32


@pytest.mark.parametrize("seed", SEEDS)
def test_a_crouching_body_is_low(seed):
    origins = _origins("crouching", seed)
    floor = origins[[RIGHT.foot, LEFT.foot], 2].min()
    assert origins[Bone.HEAD, 2] - floor < 1.3


def test_knees_and_elbows_bend_the_human_way():
    for kind in POSTURES:
        for seed in SEEDS:
            rotations = sample_posture(np.random.default_rng(seed), kind).rotations
            assert all(rotations[side.shank][1] >= -1e-9 for side in (RIGHT, LEFT))
            assert all(rotations[side.forearm][1] <= 1e-9 for side in (RIGHT, LEFT))

from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.people.reach import reach
from model_assets.training.people.rotations import matrices

UPPER, LOWER = 0.3, 0.26


def _arm(target, pole):
    shoulder = np.array([0.18, 0.0, 1.4])
    arm, forearm = reach(shoulder, np.array(target), np.array(pole), UPPER, LOWER)
    upper, lower = matrices(arm), matrices(forearm)
    elbow = shoulder + upper @ [0, 0, -UPPER]
    return elbow, elbow + upper @ lower @ [0, 0, -LOWER]


@pytest.mark.parametrize("target", [(0.3, -0.3, 1.3), (-0.1, -0.2, 1.2), (0.2, 0.05, 1.75)])
def test_wrist_meets_a_target_within_reach(target):
    _, wrist = _arm(target, (1.0, 0.2, -1.0))
    assert wrist == pytest.approx(target, abs=1e-6)


def test_elbow_points_to_the_pole():
    target = (0.18, -0.4, 1.4)
    down, _ = _arm(target, (0.0, 0.0, -1.0))
    out, _ = _arm(target, (1.0, 0.0, 0.0))
    assert down[2] < 1.4 - 0.1
    assert out[0] > 0.18 + 0.1


def test_a_target_out_of_reach_is_pointed_at():
    _, wrist = _arm((0.18, -3.0, 1.4), (0.0, 0.0, -1.0))
    assert wrist == pytest.approx((0.18, -UPPER - LOWER, 1.4), abs=0.05)

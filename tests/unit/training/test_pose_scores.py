from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.skeleton import KEYPOINT_NAMES
from numpy.typing import NDArray

from model_assets.training.pose_scores import PoseCounts, count, similarity


def person(x: float = 100.0) -> NDArray[np.float32]:
    """Return keypoints of a person of about 150 pixels; all are seen."""
    heights = {"ankle": 150, "knee": 115, "hip": 80, "wrist": 80, "elbow": 55, "shoulder": 30}
    rows = []
    for name in KEYPOINT_NAMES:
        side, _, part = name.rpartition("_")
        across = {"left": 15, "right": -15}.get(side, 0)
        rows.append((x + across, 40 + heights.get(part, 5 if part != "neck" else 30), 2))
    return np.array(rows, np.float32)


def decoded(truth: NDArray[np.float32], off: float = 0.0) -> NDArray[np.float64]:
    pose = truth.astype(np.float64)
    pose[:, 0] += off
    pose[:, 2] = 0.8
    return pose


def one_hand_elsewhere() -> NDArray[np.float64]:
    """Return a decoded pose with a wrist a little more than a fifth of the torso off."""
    pose = decoded(person())
    pose[4, 0] += 10.5
    return pose


def test_perfect_poses_find_everybody() -> None:
    truth = np.stack([person(80), person(200), np.zeros((18, 3), np.float32)])
    counts = count([decoded(truth[1]), decoded(truth[0])], truth)
    assert counts == PoseCounts(2, 2, 2, 36, 36, 36)
    assert set(counts.shares().values()) == {1.0}


@pytest.mark.parametrize(
    ("poses", "found", "right", "invented"),
    [
        ([], 0, 0, 0),
        ([decoded(person(), 6)], 1, 18, 0),
        ([one_hand_elsewhere()], 1, 17, 0),
        ([decoded(person(), 90)], 0, 0, 1),
        ([decoded(person()), decoded(person(), 2)], 1, 18, 1),
    ],
    ids=["none", "near", "one hand elsewhere", "elsewhere", "twice"],
)
def test_pose_counts_for_one_person_and_only_near_it(
    poses: list[NDArray[np.float64]], found: int, right: int, invented: int
) -> None:
    counts = count(poses, person()[None])
    assert (counts.found, counts.right) == (found, right)
    assert counts.poses - counts.found == invented


def test_person_hardly_seen_is_neither_demanded_nor_invented() -> None:
    truth = person()[None]
    truth[0, 3:, 2] = 0
    assert count([decoded(person())], truth) == PoseCounts()


def test_similarity_falls_with_distance() -> None:
    values = [similarity(decoded(person(), off), person().astype(float)) for off in (0, 5, 20)]
    assert values[0] == 1
    assert values[0] > values[1] > values[2]

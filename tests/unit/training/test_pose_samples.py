from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.skeleton import KEYPOINT_NAMES

from model_assets.training.pose_samples import (
    STRIDE,
    WINDOW,
    PoseData,
    centred,
    learned,
    move_people,
    placement,
    pose_batch,
)


def dark_frame_with_marked_keypoints() -> PoseData:
    """One frame with a person whose keypoints are white discs on black."""
    import cv2

    rng = np.random.default_rng(3)
    frame = np.zeros((256, 456, 3), np.uint8)
    keypoints = np.zeros((1, 8, len(KEYPOINT_NAMES), 3), np.float32)
    keypoints[0, 0, :, :2] = rng.uniform((180, 60), (280, 200), (len(KEYPOINT_NAMES), 2))
    keypoints[0, 0, :, 2] = 2
    for x, y in keypoints[0, 0, :, :2]:
        cv2.circle(frame, (round((x - 0.5) * 16), round((y - 0.5) * 16)), 48, (255,) * 3, -1, 8, 4)
    return PoseData(frame[None], keypoints, np.zeros((1, 8, 4), np.uint8))


def test_peaks_lie_where_the_window_shows_the_keypoints() -> None:
    batch = pose_batch(dark_frame_with_marked_keypoints(), np.random.default_rng(1), 24)
    grid = batch.images.mean(3).reshape(24, WINDOW[0] // STRIDE, STRIDE, WINDOW[1] // STRIDE, -1)
    light = grid.max((2, 4)) - grid.min((2, 4))
    peaks = batch.heatmaps[:, :-1].max(1)
    shown = peaks.max((1, 2)) > 0.5
    assert shown.sum() > 12
    contrast = [
        one[peak > 0.7].mean() - one[peak < 0.05].mean()
        for one, peak in zip(light[shown], peaks[shown], strict=True)
    ]
    assert min(contrast) > 20


def test_batch_depends_on_its_seed_alone() -> None:
    data = dark_frame_with_marked_keypoints()
    first, again, other = (pose_batch(data, np.random.default_rng(s), 3) for s in (5, 5, 6))
    assert (first.images == again.images).all()
    assert (first.fields == again.fields).all()
    assert (first.images != other.images).any()


@pytest.mark.parametrize("mirror", [False, True])
def test_mirrored_people_keep_their_left_on_the_right_of_the_picture(mirror: bool) -> None:
    people = np.zeros((1, len(KEYPOINT_NAMES), 3), np.float32)
    people[0, :, 2] = 2
    for kind, name in enumerate(KEYPOINT_NAMES):
        side = {"left": 20, "right": -20}.get(name.partition("_")[0], 0)
        people[0, kind, :2] = 228 + side, 128
    rng = np.random.default_rng(2)
    matrix = placement(rng, np.array([228.0, 128.0]), 150, (256, 456), mirror)
    moved = move_people(people, matrix, mirror)[0]
    left, right = (KEYPOINT_NAMES.index(f"{side}_hip") for side in ("left", "right"))
    assert moved[left, 0] > moved[right, 0]


def test_keypoint_beyond_the_window_loses_its_label() -> None:
    people = np.full((1, len(KEYPOINT_NAMES), 3), 2, np.float32)
    people[0, :, 0] = np.where(np.arange(len(KEYPOINT_NAMES)) < 9, 10, WINDOW[1] + 1)
    unchanged = np.array([[1.0, 0, 0], [0, 1, 0]])
    labels = move_people(people, unchanged, False)[0, :, 2]
    assert (labels == [2] * 9 + [0] * 9).all()


def test_ignored_region_moves_with_the_frame() -> None:
    shifted = np.array([[1.0, 0, -16], [0, 1, 8]])
    mask = learned(np.array([[4, 2, 6, 5], [0, 0, 0, 0]], np.uint8), shifted, (10, 10))
    assert (np.argwhere(mask[0] == 0) == [(r, c) for r in (3, 4, 5) for c in (2, 3)]).all()


def test_transform_for_opencv_moves_pixel_centres() -> None:
    matrix = np.array([[0.0, -2, 5], [2, 0, 7]])
    centre = np.array([3.5, 4.5])
    expected = matrix[:, :2] @ centre + matrix[:, 2]
    got = centred(matrix)[:, :2] @ (centre - 0.5) + centred(matrix)[:, 2] + 0.5
    np.testing.assert_allclose(got, expected)

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.alignment import REFERENCE_POINTS

from model_assets.training.face_data import POINTS_MIRRORED, aligned, apply, crop

FACE = np.array([(60, 62), (98, 60), (80, 80), (64, 100), (95, 99)], np.float64)


def picture_of(points: np.ndarray) -> np.ndarray:
    """Return a picture, black but for a disc of its own grey at each landmark."""
    import cv2

    image = np.zeros((160, 160, 3), np.uint8)
    for number, (x, y) in enumerate(points):
        centre = round((x - 0.5) * 16), round((y - 0.5) * 16)
        cv2.circle(image, centre, 5 * 16, (100 + 30 * number,) * 3, -1, 8, 4)
    return image


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("turn", [0.0, 0.3])
def test_crop_shows_each_landmark_where_its_transform_says(mirror: bool, turn: float) -> None:
    image, matrix = crop(picture_of(FACE), FACE.mean(0), 90.0, turn, mirror, 96)
    for number, (x, y) in enumerate(apply(matrix, FACE)):
        assert image[int(y), int(x), 0] == pytest.approx(100 + 30 * number, abs=4)


def test_mirrored_landmarks_keep_their_order_from_left_to_right() -> None:
    _, matrix = crop(picture_of(FACE), FACE.mean(0), 90.0, 0.0, True, 96)
    mirrored = apply(matrix, FACE)[POINTS_MIRRORED]
    assert mirrored[0, 0] < mirrored[1, 0]
    assert mirrored[3, 0] < mirrored[4, 0]


def test_aligned_face_lies_at_the_reference_points() -> None:
    size = 128
    image = aligned(np.random.default_rng(1), picture_of(FACE), FACE, size, 0.0)
    for number, (x, y) in enumerate(REFERENCE_POINTS * size):
        assert image[int(y), int(x), 0] == pytest.approx(100 + 30 * number, abs=4)


def test_errors_of_found_landmarks_move_the_aligned_face() -> None:
    rng = np.random.default_rng(1)
    exact, moved = (aligned(rng, picture_of(FACE), FACE, 128, error) for error in (0.0, 0.06))
    assert (exact != moved).any()

"""The similarity is the least-squares one, keeps the handedness, and brings faces upright."""

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.alignment import REFERENCE_POINTS, align, similarity
from high_level_algorithms.types import Landmarks, Points
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import image_of_dots, positions_of_dots, similarity_matrix, transformed

exact = settings(derandomize=True, deadline=None, max_examples=80)
rotations = st.floats(-np.pi, np.pi)
scales = st.floats(0.01, 100)
shifts = st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
seeds = st.integers(0, 2**32 - 1)


def _points(seed: int, spread: float = 1.0) -> Points:
    return np.random.default_rng(seed).normal(0, spread, (5, 2))


def _square_error(matrix: Points, source: Points, target: Points) -> float:
    return float(((transformed(matrix, source) - target) ** 2).sum())


@exact
@given(rotation=rotations, scale=scales, shift=shifts, seed=seeds)
def test_recovers_a_known_similarity(
    rotation: float, scale: float, shift: tuple[float, float], seed: int
) -> None:
    source = _points(seed)
    truth = similarity_matrix(rotation, scale, shift)
    found = similarity(source, transformed(truth, source))
    np.testing.assert_allclose(found, truth, atol=1e-9 * max(scale, 1e3))


@exact
@given(rotation=rotations, scale=scales, seed=seeds)
def test_keeps_the_handedness_of_mirrored_points(rotation: float, scale: float, seed: int) -> None:
    source = _points(seed)
    mirrored = transformed(similarity_matrix(rotation, scale, (0, 0)), source * (-1, 1))
    linear = np.array(similarity(source, mirrored))[:, :2]
    determinant = np.linalg.det(linear)
    assert determinant >= 0
    np.testing.assert_allclose(linear.T @ linear, determinant * np.eye(2), atol=1e-9 * scale**2)


@exact
@given(
    seed=seeds,
    turn=st.floats(-0.5, 0.5),
    growth=st.floats(0.7, 1.4),
    shift=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
)
def test_no_other_similarity_fits_better(
    seed: int, turn: float, growth: float, shift: tuple[float, float]
) -> None:
    source, target = _points(seed), _points(seed + 1)
    best = np.array(similarity(source, target))
    other = best.copy()
    other[:, :2] = similarity_matrix(turn, growth, (0, 0))[:, :2] @ best[:, :2]
    other[:, 2] += shift
    least = _square_error(best, source, target)
    assert _square_error(other, source, target) >= least * (1 - 1e-12)


def test_agrees_with_the_complex_least_squares_solution() -> None:
    source, target = _points(11), _points(12)
    # z -> a z + b over the complex numbers is exactly a similarity that keeps the handedness.
    z, w = (points @ (1, 1j) for points in (source, target))
    (a, b), *_ = np.linalg.lstsq(np.stack([z, np.ones(5)], axis=1), w, rcond=None)
    expected = [[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]]
    np.testing.assert_allclose(similarity(source, target), expected, atol=1e-12)


def test_points_on_a_line_are_enough() -> None:
    source = np.outer(np.arange(5.0), (2.0, 1.0))
    truth = similarity_matrix(0.7, 3.0, (4.0, -5.0))
    np.testing.assert_allclose(similarity(source, transformed(truth, source)), truth, atol=1e-9)


def test_reference_points_are_symmetric_and_upright() -> None:
    left_eye, right_eye, nose, left_mouth, right_mouth = REFERENCE_POINTS
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < nose[0] < right_mouth[0]
    assert left_eye[1] == right_eye[1] < nose[1] < left_mouth[1] == right_mouth[1]
    assert (REFERENCE_POINTS > 0).all()
    assert (REFERENCE_POINTS < 1).all()


@pytest.mark.parametrize("rotation", [0.0, 0.4, -0.9, np.pi])
@pytest.mark.parametrize("face_px", [40.0, 128.0, 700.0])
def test_align_brings_the_landmarks_to_the_reference_points(
    rotation: float, face_px: float
) -> None:
    placed = similarity_matrix(rotation, face_px, (0, 0))
    placed[:, 2] = 420 - placed[:, :2] @ (0.5, 0.6)
    points = transformed(placed, REFERENCE_POINTS)
    image = image_of_dots(840, 840, points, radius=0.05 * face_px)
    aligned = align(image, Landmarks(points), 128)
    assert aligned.shape == (128, 128, 3)
    np.testing.assert_allclose(positions_of_dots(aligned), REFERENCE_POINTS * 128, atol=0.3)


def test_align_a_face_half_outside_the_frame() -> None:
    image = np.full((60, 60, 3), 77, np.uint8)
    assert (align(image, Landmarks(REFERENCE_POINTS * 50 - 25), 128) == 77).all()

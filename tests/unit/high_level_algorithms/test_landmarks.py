"""Landmarks come back in frame pixels; each pass brings the crop closer to the face."""

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.landmarks import LandmarkFinder, implied_region
from high_level_algorithms.types import Landmarks, Points, Square

from tests.factories import image_of_dots, positions_of_dots, similarity_matrix, transformed
from tests.fakes import FakeNetwork, Image

SIZE = 48
# Five points in a tight crop: half as large as the crop and in its middle.
TIGHT = np.array([(0.27, 0.25), (0.73, 0.25), (0.5, 0.5), (0.31, 0.75), (0.69, 0.75)])


def _exact(image: Image) -> tuple[Points]:
    return ((positions_of_dots(image) / SIZE).reshape(1, 10, 1, 1),)


def _trained_on_tight_crops(image: Image) -> tuple[Points]:
    """Err towards the points of a tight crop, the more the less tight the crop is."""
    points = positions_of_dots(image) / SIZE
    return ((points + 0.25 * (TIGHT - points)).reshape(1, 10, 1, 1),)


def _face(side: float, centre: tuple[float, float], rotation: float = 0.0) -> Points:
    placed = similarity_matrix(rotation, side, (0, 0))
    placed[:, 2] = np.array(centre) - placed[:, :2] @ (0.5, 0.5)
    return transformed(placed, TIGHT)


def _error(found: Landmarks, truth: Points) -> float:
    return float(np.hypot(*(found.points - truth).T).max())


@pytest.mark.parametrize("side", [40.0, 120.0, 300.0])
@pytest.mark.parametrize("passes", [1, 2, 3])
def test_landmarks_come_back_in_frame_pixels(side: float, passes: int) -> None:
    truth = _face(side, (210.0, 190.0), rotation=0.2)
    image = image_of_dots(400, 420, truth, radius=0.05 * side)
    finder = LandmarkFinder(FakeNetwork((SIZE, SIZE), _exact), passes)
    found = finder.find(image, Square(212.0, 195.0, 1.1 * side))
    assert (found.points.shape, found.points.dtype) == ((5, 2), np.float64)
    assert _error(found, truth) <= 0.012 * side


@pytest.mark.parametrize("offset", [(0.0, 0.0), (0.15, 0.0), (-0.1, 0.15)])
@pytest.mark.parametrize("looseness", [0.9, 1.3, 1.8])
def test_passes_converge(offset: tuple[float, float], looseness: float) -> None:
    side = 100.0
    truth = _face(side, (160.0, 150.0))
    image = image_of_dots(300, 320, truth, radius=6.0)
    region = Square(160.0 + side * offset[0], 150.0 + side * offset[1], looseness * side)
    errors = [
        _error(
            LandmarkFinder(FakeNetwork((SIZE, SIZE), _trained_on_tight_crops), passes).find(
                image, region
            ),
            truth,
        )
        for passes in (1, 2, 3, 6)
    ]
    assert errors[0] > 1.0 or (looseness == 0.9 and offset == (0.0, 0.0))
    assert errors[1] <= max(0.6 * errors[0], 1.0)
    assert errors[2] <= max(0.6 * errors[1], 1.0)
    assert errors[3] <= 1.0


@pytest.mark.parametrize("passes", [1, 2, 5])
def test_every_pass_asks_the_network_once(passes: int) -> None:
    network = FakeNetwork((SIZE, SIZE), _exact)
    image = image_of_dots(300, 300, _face(100.0, (150.0, 150.0)), radius=5.0)
    LandmarkFinder(network, passes).find(image, Square(150.0, 150.0, 110.0))
    assert len(network.images) == passes


def test_a_face_at_the_border_is_found() -> None:
    truth = _face(80.0, (30.0, 32.0))
    image = image_of_dots(200, 200, truth, radius=4.0)
    finder = LandmarkFinder(FakeNetwork((SIZE, SIZE), _exact), 3)
    assert _error(finder.find(image, Square(34.0, 30.0, 100.0)), truth) <= 1.0


def test_landmarks_outlive_the_next_inference() -> None:
    finder = LandmarkFinder(FakeNetwork((SIZE, SIZE), _exact), 1)
    square = Square(150.0, 150.0, 110.0)
    first = finder.find(image_of_dots(300, 300, _face(100.0, (150, 150)), radius=5.0), square)
    before = first.points.copy()
    finder.find(image_of_dots(300, 300, _face(90.0, (160, 145)), radius=5.0), square)
    np.testing.assert_array_equal(first.points, before)


def test_the_implied_region_is_twice_as_large_as_the_points() -> None:
    relative = [0.1, 0.2, 0.5, 0.22, 0.3, 0.4, 0.14, 0.8, 0.46, 0.78]
    region = implied_region(relative, Square(50.0, 50.0, 100.0))
    assert (region.x, region.y, region.side) == pytest.approx((30.0, 50.0, 120.0))


@pytest.mark.parametrize("rotation", [0.0, np.pi / 2, np.pi])
def test_the_implied_region_of_a_tight_face_is_its_crop(rotation: float) -> None:
    relative = _face(0.3, (0.6, 0.4), rotation).reshape(-1).tolist()
    region = implied_region(relative, Square(80.0, 110.0, 200.0))
    assert (region.x, region.y, region.side) == pytest.approx((100.0, 90.0, 60.0))


@pytest.mark.parametrize("value", [0.5, 0.0, -3.0, 1e6])
def test_landmarks_that_fall_together_are_still_landmarks(value: float) -> None:
    network = FakeNetwork((SIZE, SIZE), lambda image: (np.full((1, 10, 1, 1), value),))
    found = LandmarkFinder(network, 3).find(np.zeros((99, 99, 3), np.uint8), Square(50, 50, 20))
    assert found.points.shape == (5, 2)
    assert np.isfinite(found.points).all()
    assert implied_region([value] * 10, Square(50, 50, 20)).side == 1.0

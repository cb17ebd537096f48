"""Low-level image operations against slices, area means and OpenCV as an oracle."""

from __future__ import annotations

import math
import timeit

import cv2
import numpy as np
import pytest
from deep_learning.image_ops import Image, crop_square, letterbox, reduce, warp
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import (
    as_transform,
    checkerboard,
    image_of_dots,
    noise_image,
    positions_of_dots,
    similarity_matrix,
    smooth_image,
    transformed,
)

IDENTITY = similarity_matrix(0.0, 1.0, (0.0, 0.0))


def _mean_difference(first: Image, second: Image) -> float:
    assert first.shape == second.shape
    return float(np.abs(first.astype(np.float64) - second).mean())


def _area_mean(image: Image, factor: int) -> np.ndarray:
    height, width, channels = image.shape
    blocks = image.reshape(height // factor, factor, width // factor, factor, channels)
    return blocks.astype(np.float64).mean((1, 3))


SIZES = [
    ((1080, 1920), (456, 256)),
    ((256, 456), (456, 256)),
    ((257, 457), (456, 256)),
    ((511, 911), (456, 256)),
    ((1079, 1919), (455, 255)),
    ((48, 64), (456, 256)),
    ((32, 8192), (456, 2)),
    ((8192, 32), (1, 256)),
    ((32, 8192), (224, 224)),
    ((8192, 33), (3, 224)),
    ((1, 1), (7, 5)),
]


@pytest.mark.parametrize(("shape", "size"), SIZES)
def test_reduce_gives_exactly_the_size_wanted(
    shape: tuple[int, int], size: tuple[int, int]
) -> None:
    width, height = size
    reduced = reduce(np.zeros((*shape, 3), np.uint8), width, height)
    assert reduced.shape == (height, width, 3)
    assert reduced.dtype == np.uint8


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((720, 1280), (455, 256)),
        ((1080, 1920), (455, 256)),
        ((481, 641), (341, 256)),
        ((999, 777), (199, 256)),
        ((1000, 1000), (501, 501)),
        ((1000, 1000), (999, 999)),
    ],
)
def test_reduce_is_close_to_area_averages(shape: tuple[int, int], size: tuple[int, int]) -> None:
    image = smooth_image(*shape)
    oracle = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    assert _mean_difference(reduce(image, *size), oracle) <= 1.0


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_reduce_by_a_power_of_two_is_the_area_mean(factor: int) -> None:
    image = noise_image(64, 96)
    reduced = reduce(image, 96 // factor, 64 // factor)
    # Every halving rounds to whole numbers once.
    assert np.abs(reduced - _area_mean(image, factor)).max() <= 0.5 * math.log2(factor) + 0.5


@pytest.mark.parametrize("factor", [2, 3, 4, 5, 10])
def test_reduce_does_not_alias(factor: int) -> None:
    reduced = reduce(checkerboard(240, 360), 360 // factor, 240 // factor)
    assert np.abs(reduced.astype(np.float64) - 127.5).max() <= 4.0


@pytest.mark.parametrize(
    ("shape", "size"), [((32, 8192), (224, 224)), ((8192, 32), (224, 224)), ((64, 1000), (64, 64))]
)
def test_reduce_along_one_side_only_does_not_alias(
    shape: tuple[int, int], size: tuple[int, int]
) -> None:
    stripes = np.zeros((*shape, 3), np.uint8)
    along = stripes if shape[1] > shape[0] else stripes.transpose(1, 0, 2)
    along[:, ::2] = 255
    reduced = reduce(stripes, *size)
    assert np.abs(reduced.astype(np.float64) - 127.5).max() <= 40.0


@pytest.mark.parametrize("width", [1919, 2047, 4095, 8191])
def test_reduce_of_an_odd_size_keeps_positions(width: int) -> None:
    image = np.zeros((64, width, 3), np.uint8)
    image[:, width - 240 : width - 120] = 255
    profile = reduce(image, 456, 64 * 456 // width)[0, :, 0].astype(np.float64)
    found = (profile * (np.arange(456) + 0.5)).sum() / profile.sum()
    assert found == pytest.approx((width - 180) * 456 / width, abs=0.15)


def test_reduce_of_an_odd_size_is_about_as_fast() -> None:
    def least_seconds(height: int, width: int) -> float:
        image = np.zeros((height, width, 3), np.uint8)
        durations = timeit.repeat(lambda: reduce(image, 456, 256), number=1, repeat=7)
        return min(durations)

    # OpenCV's area resize by anything but a whole factor is ten times slower.
    assert least_seconds(1079, 1919) <= 4 * least_seconds(1080, 1920)


def test_reduce_leaves_an_image_of_the_wanted_size_alone() -> None:
    image = noise_image(20, 30)
    np.testing.assert_array_equal(reduce(image, 30, 20), image)


SHAPES = [(1080, 1920), (1920, 1080), (256, 456), (480, 640), (31, 33), (32, 8192), (8192, 32)]


@pytest.mark.parametrize("shape", SHAPES)
def test_letterbox_keeps_the_aspect_and_pads_with_zeros(shape: tuple[int, int]) -> None:
    fitted = letterbox(np.full((*shape, 3), 255, np.uint8), 456, 256)
    height, width, _ = fitted.content.shape
    scale = min(456 / shape[1], 256 / shape[0])
    assert fitted.image.shape == (256, 456, 3)
    assert abs(width - shape[1] * scale) <= 0.5
    assert abs(height - shape[0] * scale) <= 0.5
    assert width == 456 or height == 256
    assert (fitted.image[:height, :width] == 255).all()
    assert not fitted.image[height:].any()
    assert not fitted.image[:, width:].any()


def test_letterbox_content_is_a_view_at_the_top_left() -> None:
    fitted = letterbox(smooth_image(300, 200), 456, 256)
    assert np.shares_memory(fitted.content, fitted.image)
    height, width, _ = fitted.content.shape
    np.testing.assert_array_equal(fitted.image[:height, :width], fitted.content)


def test_letterbox_image_is_what_a_network_takes() -> None:
    fitted = letterbox(noise_image(100, 333)[::-1, ::3], 456, 256)
    assert fitted.image.flags.c_contiguous
    assert fitted.image.dtype == np.uint8


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    height=st.integers(1, 400),
    width=st.integers(1, 400),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
)
def test_letterbox_coordinates_lead_back(height: int, width: int, x: float, y: float) -> None:
    fitted = letterbox(np.zeros((height, width, 3), np.uint8), 57, 32)
    content_height, content_width, _ = fitted.content.shape
    scale_x, scale_y = fitted.scale_xy
    assert min(content_height, content_width) >= 1
    assert x * content_width / scale_x == pytest.approx(x * width, abs=1e-6)
    assert y * content_height / scale_y == pytest.approx(y * height, abs=1e-6)


@pytest.mark.parametrize("shape", [(720, 1280), (719, 1279), (1280, 720), (300, 300)])
def test_letterbox_shows_points_where_its_scale_says(shape: tuple[int, int]) -> None:
    height, width = shape
    shares = [(0.1, 0.1), (0.9, 0.1), (0.5, 0.5), (0.1, 0.9), (0.9, 0.9)]
    points = np.array(shares) * (width, height)
    fitted = letterbox(image_of_dots(height, width, points, radius=20.0), 456, 256)
    np.testing.assert_allclose(
        positions_of_dots(fitted.content), points * fitted.scale_xy, atol=0.25
    )


@pytest.mark.parametrize("shape", [(1, 1000), (1000, 1), (1, 8192)])
def test_letterbox_content_never_vanishes(shape: tuple[int, int]) -> None:
    fitted = letterbox(np.full((*shape, 3), 200, np.uint8), 100, 100)
    assert min(fitted.content.shape[:2]) == 1
    assert (fitted.content == 200).all()


def test_identity_warp_returns_the_same_pixels() -> None:
    image = noise_image(40, 40)
    np.testing.assert_array_equal(warp(image, as_transform(IDENTITY), 40), image)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (3, 7), (20, 0), (0, 30), (19, 29)])
def test_a_shift_by_whole_pixels_is_a_slice(x: int, y: int) -> None:
    image = noise_image(60, 50)
    shifted = warp(image, as_transform(similarity_matrix(0.0, 1.0, (-x, -y))), 30)
    np.testing.assert_array_equal(shifted, image[y : y + 30, x : x + 30])


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_quarter_turn_is_exact(quarters: int) -> None:
    image = noise_image(32, 32)
    turn = similarity_matrix(quarters * np.pi / 2, 1.0, (0, 0))
    turn[:, 2] = 16 - turn[:, :2] @ (16, 16)
    turned = warp(image, as_transform(turn), 32)
    # With y down a positive angle turns clockwise, numpy's rot90 turns the other way.
    np.testing.assert_array_equal(turned, np.rot90(image, -quarters))


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_warp_by_a_power_of_two_is_the_area_mean(factor: int) -> None:
    image = noise_image(128, 128)
    size = 128 // factor
    reduced = warp(image, as_transform(similarity_matrix(0.0, 1 / factor, (0, 0))), size)
    assert np.abs(reduced - _area_mean(image, factor)).max() <= 0.5 * math.log2(factor) + 0.5


@pytest.mark.parametrize("scale", [0.6, 0.9, 1.0, 1.7, 4.0])
@pytest.mark.parametrize("rotation", [0.0, 0.3, -2.0])
def test_warp_agrees_with_opencv(scale: float, rotation: float) -> None:
    image = smooth_image(120, 160)
    matrix = similarity_matrix(rotation, scale, (0, 0))
    matrix[:, 2] = 32 - matrix[:, :2] @ (80, 60)
    centres = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    pixel_matrix = np.linalg.inv(centres) @ np.vstack([matrix, [0, 0, 1]]) @ centres
    oracle = cv2.warpAffine(
        image,
        pixel_matrix[:2],
        (64, 64),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    assert np.abs(warp(image, as_transform(matrix), 64).astype(int) - oracle).max() <= 1


def _assert_warp_moves_dots(rotation: float, scale: float, offset: tuple[float, float]) -> None:
    side = int(160 / scale)
    spread = np.array([(-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)]) * 20 / scale
    points = spread + side / 2 + np.array(offset)
    matrix = similarity_matrix(rotation, scale, (0, 0))
    matrix[:, 2] = 48 - matrix[:, :2] @ (side / 2, side / 2)
    image = image_of_dots(side, side, points, radius=max(3.0, 3.0 / scale))
    found = positions_of_dots(warp(image, as_transform(matrix), 96))
    np.testing.assert_allclose(found, transformed(matrix, points), atol=0.2)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(
    rotation=st.floats(-np.pi, np.pi),
    scale=st.floats(0.4, 2.0),
    offset=st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
)
def test_warp_moves_points_as_its_matrix_says(
    rotation: float, scale: float, offset: tuple[float, float]
) -> None:
    _assert_warp_moves_dots(rotation, scale, offset)


@pytest.mark.parametrize("scale", [0.12, 0.25])
def test_a_strong_reduction_moves_points_as_its_matrix_says(scale: float) -> None:
    _assert_warp_moves_dots(0.7, scale, (2.3, -4.6))


@pytest.mark.parametrize("factor", [2.5, 3, 7, 10, 23])
@pytest.mark.parametrize("rotation", [0.0, 0.4])
def test_a_strong_reduction_does_not_alias(factor: float, rotation: float) -> None:
    matrix = similarity_matrix(rotation, 1 / factor, (0, 0))
    matrix[:, 2] = 8 - matrix[:, :2] @ (256, 256)
    reduced = warp(checkerboard(512, 512), as_transform(matrix), 16)
    assert np.abs(reduced.astype(np.float64) - 127.5).max() <= 2.0


@pytest.mark.parametrize("offset", range(6))
@pytest.mark.parametrize("reduction", [3, 10, 14])
def test_a_reduced_crop_is_right_up_to_its_border(offset: int, reduction: int) -> None:
    ramp = np.repeat(np.linspace(0, 250, 400)[None, :, None], 400, axis=0)
    image = np.round(np.repeat(ramp, 3, axis=2)).astype(np.uint8)
    side = 12 * reduction
    crop = crop_square(image, (200.0 + offset, 200.0), side, 12)
    left = 200 + offset - side // 2
    cut = image[200 - side // 2 :, left : left + side][:side]
    assert np.abs(crop - _area_mean(cut, reduction)).max() <= 2.0


def test_crop_square_is_centred() -> None:
    image = noise_image(80, 90)
    crop = crop_square(image, (40.0, 30.0), 20.0, 20)
    np.testing.assert_array_equal(crop, image[20:40, 30:50])


def test_borders_repeat() -> None:
    image = noise_image(50, 50)
    crop = crop_square(image, (0.0, 50.0), 20.0, 20)
    np.testing.assert_array_equal(crop, np.pad(image, ((0, 10), (10, 0), (0, 0)), "edge")[40:, :20])
    crop = crop_square(image, (50.0, 0.0), 20.0, 20)
    np.testing.assert_array_equal(crop, np.pad(image, ((10, 0), (0, 10), (0, 0)), "edge")[:20, 40:])


@pytest.mark.parametrize("distance", [30.0, 1e3, 1e5, 1e7, 1e9])
def test_a_crop_outside_the_image_repeats_the_nearest_edge(distance: float) -> None:
    image = noise_image(50, 50)
    corner = crop_square(image, (50 + distance, -distance), 20.0, 16)
    assert (corner == image[0, -1]).all()
    beside = crop_square(image, (-distance, 25.0), 16.0, 16)
    np.testing.assert_array_equal(beside, np.repeat(image[17:33, :1], 16, axis=1))


@pytest.mark.parametrize("side", [1e-3, 0.5, 1.0, 49.0, 500.0, 1e4, 1e6])
@pytest.mark.parametrize("centre", [(25.0, 20.0), (0.0, 0.0), (-3.0, 45.0)])
def test_a_crop_of_any_size_has_the_size_wanted(side: float, centre: tuple[float, float]) -> None:
    image = np.full((40, 50, 3), 90, np.uint8)
    crop = crop_square(image, centre, side, 48)
    assert crop.shape == (48, 48, 3)
    assert (crop == 90).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (2, 3)])
def test_tiny_images_can_be_cropped(shape: tuple[int, int]) -> None:
    crop = crop_square(np.full((*shape, 3), 7, np.uint8), (0.5, 0.5), 200.0, 48)
    assert (crop == 7).all()

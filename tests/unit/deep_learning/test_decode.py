"""Guarded decoding: every variant of JPEG and PNG, seen upright."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from deep_learning.decode import decode_image
from numpy.typing import NDArray

from tests.image_files import (
    chunk,
    exif_block,
    jpeg,
    jpeg_segment,
    png_of,
    with_jpeg_segments,
)
from tests.image_variants import (
    GRAY_PICTURE,
    JPEG,
    JPEG_VARIANTS,
    PICTURE,
    PNG,
    PNG_VARIANTS,
    RGB_PICTURE,
    gray_as_bgr,
)


@pytest.mark.parametrize("content", JPEG_VARIANTS.values(), ids=JPEG_VARIANTS)
def test_decodes_colour_jpeg(content: bytes) -> None:
    image = decode_image(content)
    assert image.shape == PICTURE.shape
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert np.abs(image.astype(int) - PICTURE).mean() < 3


@pytest.mark.parametrize("progressive", [False, True])
def test_decodes_gray_jpeg_to_three_equal_channels(progressive: bool) -> None:
    image = decode_image(jpeg(mode="L", progressive=progressive))
    assert np.abs(image.astype(int) - gray_as_bgr(GRAY_PICTURE)).mean() < 3
    assert (image == image[:, :, :1]).all()


def by_opencv(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize("name", ["4:4:4", "cmyk"])
def test_jpeg_of_full_colour_gives_the_pixels_of_opencv(name: str) -> None:
    content = JPEG_VARIANTS[name]
    np.testing.assert_array_equal(decode_image(content), by_opencv(content))


@pytest.mark.parametrize("name", ["4:2:0", "4:2:2", "progressive"])
def test_jpeg_of_reduced_colour_differs_from_opencv_in_colour_alone(name: str) -> None:
    image, expected = decode_image(JPEG_VARIANTS[name]), by_opencv(JPEG_VARIANTS[name])
    luma = [cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).astype(int) for pixels in (image, expected)]
    assert np.abs(luma[0] - luma[1]).max() <= 2
    assert np.abs(image.astype(int) - expected).mean() <= 2


@pytest.mark.parametrize(("content", "expected"), PNG_VARIANTS.values(), ids=PNG_VARIANTS)
def test_decodes_png_exactly(content: bytes, expected: NDArray[np.uint8]) -> None:
    image = decode_image(content)
    np.testing.assert_array_equal(image, expected)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous


@pytest.mark.parametrize("content", [JPEG, PNG], ids=["jpeg", "png"])
def test_takes_a_memoryview_of_any_item_size(content: bytes) -> None:
    expected = decode_image(content)
    padded = content + bytes(-len(content) % 4)
    for view in (memoryview(content), memoryview(bytearray(padded)).cast("I")):
        np.testing.assert_array_equal(decode_image(view), expected)


# The stored picture for each orientation, so that it is seen as PICTURE.
STORED = {
    1: PICTURE,
    2: PICTURE[:, ::-1],
    3: PICTURE[::-1, ::-1],
    4: PICTURE[::-1],
    5: PICTURE.transpose(1, 0, 2),
    6: np.rot90(PICTURE, 1),
    7: PICTURE[::-1, ::-1].transpose(1, 0, 2),
    8: np.rot90(PICTURE, -1),
}


@pytest.mark.parametrize("orientation", STORED)
def test_turns_the_picture_upright(orientation: int) -> None:
    stored = np.ascontiguousarray(STORED[orientation])
    block = exif_block(orientation, ">")
    app1 = jpeg_segment(0xE1, b"Exif\0\0" + block)

    from_jpeg = decode_image(with_jpeg_segments(jpeg(stored, subsampling=0), app1))
    from_png = decode_image(png_of(stored[:, :, ::-1], before=chunk(b"eXIf", block)))

    assert from_jpeg.shape == PICTURE.shape
    assert np.abs(from_jpeg.astype(int) - PICTURE).max() < 12
    np.testing.assert_array_equal(from_png, PICTURE)
    assert from_jpeg.flags.c_contiguous
    assert from_png.flags.c_contiguous


def test_damaged_exif_never_rejects() -> None:
    damaged = exif_block(6)[:20] + b"\xff" * 9
    app1 = jpeg_segment(0xE1, b"Exif\0\0" + damaged)
    np.testing.assert_array_equal(decode_image(with_jpeg_segments(JPEG, app1)), decode_image(JPEG))
    np.testing.assert_array_equal(
        decode_image(png_of(RGB_PICTURE, before=chunk(b"eXIf", damaged))), PICTURE
    )

"""EXIF orientation: reading the tag and turning the pixels."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from deep_learning.orientation import apply_orientation, exif_orientation
from PIL import Image, ImageOps

from tests.image_files import exif_block, picture


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_reads_the_tag_in_both_byte_orders(orientation: int, byte_order: str) -> None:
    assert exif_orientation(exif_block(orientation, byte_order)) == orientation
    assert exif_orientation(memoryview(exif_block(orientation, byte_order))) == orientation


def with_bytes(position: int, replacement: bytes) -> bytes:
    block = exif_block(6)
    return block[:position] + replacement + block[position + len(replacement) :]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"II", id="byte order only"),
        pytest.param(with_bytes(0, b"XX"), id="unknown byte order"),
        pytest.param(with_bytes(0, b"MM"), id="wrong byte order"),
        pytest.param(with_bytes(2, b"\x2b"), id="wrong magic number"),
        pytest.param(with_bytes(4, b"\xff\xff\xff\xff"), id="directory far beyond the end"),
        pytest.param(exif_block(6)[:9], id="cut within the count"),
        pytest.param(exif_block(6)[:25], id="cut within the entry"),
        pytest.param(with_bytes(8, b"\xff\xff").replace(b"\x12\x01", b"\x13\x01"), id="endless"),
        pytest.param(with_bytes(8, b"\x01"), id="directory without the tag"),
        pytest.param(with_bytes(24, b"\x04"), id="of another type"),
        pytest.param(with_bytes(26, b"\x02"), id="of two values"),
        pytest.param(exif_block(0), id="value 0"),
        pytest.param(exif_block(9), id="value 9"),
    ],
)
def test_a_damaged_block_counts_as_upright(block: bytes) -> None:
    assert exif_orientation(block) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_pixels_as_pillow_does(orientation: int) -> None:
    image = picture(5, 7)
    stored = Image.fromarray(image)
    stored.getexif()[0x0112] = orientation

    turned = apply_orientation(image, orientation)

    np.testing.assert_array_equal(turned, np.asarray(ImageOps.exif_transpose(stored)))
    assert turned.flags.c_contiguous
    assert turned.dtype == np.uint8


@pytest.mark.parametrize("orientation", [0, 9])
def test_refuses_an_orientation_that_does_not_exist(orientation: int) -> None:
    with pytest.raises(ValueError, match=f"orientation {orientation}: allowed are 1 to 8"):
        apply_orientation(picture(), orientation)


def test_block_offset_is_honoured() -> None:
    moved = b"II" + struct.pack("<HI", 42, 20) + bytes(12) + exif_block(8)[8:]
    assert exif_orientation(moved) == 8

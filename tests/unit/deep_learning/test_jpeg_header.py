"""The walk over the segments of a JPEG file."""

from __future__ import annotations

import time

import pytest
from deep_learning.errors import Reason, RejectedInput
from deep_learning.image_header import ImageHeader
from deep_learning.jpeg_header import (
    MAX_SCANS,
    MAX_SEGMENTS,
    check_jpeg_scans,
    find_jpeg_exif,
    read_jpeg_header,
)

from tests.image_files import exif_block, jpeg, jpeg_segment, scan_bomb, with_jpeg_segments

BASELINE = jpeg()
FRAME = BASELINE.index(b"\xff\xc0")
TABLES_ONLY = BASELINE[:FRAME]


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (BASELINE, ImageHeader(64, 48, 8, 3, multi_pass=False)),
        (jpeg(mode="L"), ImageHeader(64, 48, 8, 1, multi_pass=False)),
        (jpeg(mode="CMYK"), ImageHeader(64, 48, 8, 4, multi_pass=False)),
        (jpeg(progressive=True), ImageHeader(64, 48, 8, 3, multi_pass=True)),
        (with_jpeg_segments(BASELINE, b"\xff" * 9), ImageHeader(64, 48, 8, 3, multi_pass=False)),
        # A first scan of one of three components: the sequential file has several scans.
        (
            BASELINE.replace(b"\xff\xda\x00\x0c\x03", b"\xff\xda\x00\x08\x01"),
            ImageHeader(64, 48, 8, 3, multi_pass=True),
        ),
    ],
    ids=["baseline", "gray", "cmyk", "progressive", "fill bytes", "several scans"],
)
def test_reads_the_frame_header(content: bytes, header: ImageHeader) -> None:
    assert read_jpeg_header(content) == header


def with_frame(offset: int, value: int) -> bytes:
    return BASELINE[: FRAME + offset] + bytes([value]) + BASELINE[FRAME + offset + 1 :]


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        (with_frame(1, 0xC3), Reason.UNSUPPORTED_FORMAT, "SOF3"),
        (with_frame(1, 0xC9), Reason.UNSUPPORTED_FORMAT, "SOF9"),
        (with_frame(4, 12), Reason.UNSUPPORTED_FORMAT, "3 components of 12 bits"),
        (with_frame(9, 2), Reason.UNSUPPORTED_FORMAT, "2 components of 8 bits"),
        (TABLES_ONLY + b"\xff\xda\x00\x02", Reason.BAD_HEADER, "without a frame header"),
        (TABLES_ONLY + b"\xff\xd9", Reason.TRUNCATED, "before its first scan"),
        (
            TABLES_ONLY + jpeg_segment(0xC0, b"\x08\x00") + jpeg_segment(0xDA, b""),
            Reason.BAD_HEADER,
            "frame header of 2 bytes",
        ),
        (b"\xff\xd8\xff", Reason.TRUNCATED, "3 bytes"),
        (b"\xff\xd8\xff\xe0", Reason.TRUNCATED, "FFE0"),
        (b"\xff\xd8\xff\xe0\x00", Reason.TRUNCATED, "FFE0"),
        (b"\xff\xd8\xff\xe0\x00\x09abc", Reason.TRUNCATED, "of 9 bytes"),
        (b"\xff\xd8\xff\xe0\x00\x01abc", Reason.BAD_HEADER, "length 1"),
        (b"\xff\xd8\xff\x00abc", Reason.BAD_HEADER, "bytes ff00 at 2"),
        (TABLES_ONLY + b"garbage" + BASELINE[FRAME:], Reason.BAD_HEADER, "bytes 6761"),
        (
            with_jpeg_segments(BASELINE, *[jpeg_segment(0xFE, b"")] * MAX_SEGMENTS),
            Reason.BAD_HEADER,
            "more than 1024 segments",
        ),
    ],
)
def test_rejects_a_damaged_or_foreign_header(content: bytes, reason: Reason, message: str) -> None:
    with pytest.raises(RejectedInput, match=message) as rejection:
        read_jpeg_header(content)
    assert rejection.value.reason is reason


@pytest.mark.parametrize("kind", [b"\xff\xfe\x00\x02", b"\xff", b"\xff\x01", b"\xff\xfe\xff\xff"])
def test_ten_megabytes_of_one_thing_are_read_in_no_time(kind: bytes) -> None:
    content = b"\xff\xd8\xff" + kind * (10 * 1024 * 1024 // len(kind))
    begin = time.process_time()
    with pytest.raises(RejectedInput):
        read_jpeg_header(content)
    assert time.process_time() - begin < 0.5


def test_finds_the_exif_block_before_the_first_scan_only() -> None:
    app1 = jpeg_segment(0xE1, b"Exif\0\0" + exif_block(6))
    xmp = jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0")

    assert find_jpeg_exif(with_jpeg_segments(BASELINE, xmp, app1)) == exif_block(6)
    assert find_jpeg_exif(BASELINE + app1) == b""


@pytest.mark.parametrize("scans", [1, MAX_SCANS])
def test_accepts_as_many_scans_as_encoders_write(scans: int) -> None:
    check_jpeg_scans(scan_bomb(64, 64, scans))


def test_scan_markers_elsewhere_are_not_counted() -> None:
    comment = jpeg_segment(0xFE, b"\xff\xda" * 1000)
    check_jpeg_scans(with_jpeg_segments(scan_bomb(64, 64, 10), comment) + b"\xff\xda" * 1000)


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        (scan_bomb(64, 64, MAX_SCANS + 1), Reason.BAD_HEADER, "more than 64 scans"),
        (scan_bomb(64, 64, 10)[:-2], Reason.TRUNCATED, "before its end-of-image"),
        (scan_bomb(64, 64, 10)[:-6], Reason.TRUNCATED, "before its end-of-image"),
    ],
)
def test_rejects_too_many_scans_and_a_missing_end(
    content: bytes, reason: Reason, message: str
) -> None:
    with pytest.raises(RejectedInput, match=message) as rejection:
        check_jpeg_scans(content)
    assert rejection.value.reason is reason

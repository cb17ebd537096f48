"""Guarded decoding: every variant of JPEG and PNG, every reason for a rejection."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import simplejpeg
from deep_learning.decode import DecodeLimits, _checked_pixels, decode_image
from deep_learning.errors import Reason, RejectedInput
from deep_learning.image_header import ImageHeader
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.image_files import (
    GRAY,
    GRAY_ALPHA,
    PALETTE,
    RGBA,
    chunk,
    exif_block,
    jpeg,
    jpeg_segment,
    mutated,
    picture,
    png,
    png_header,
    png_of,
    scan_bomb,
    with_jpeg_segments,
    with_jpeg_size,
    written_by_pillow,
)

PICTURE = picture()
RGB_PICTURE = PICTURE[:, :, ::-1]
GRAY_PICTURE = cv2.cvtColor(PICTURE, cv2.COLOR_BGR2GRAY)
JPEG = jpeg()
PNG = png_of(RGB_PICTURE)
APP1 = jpeg_segment(0xE1, b"Exif\0\0" + exif_block(1))
WHITE = np.full((48, 64, 1), 255, dtype=np.uint8)


def gray_as_bgr(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(gray[:, :, None], 3, axis=2)


def rejection(data: bytes, limits: DecodeLimits | None = None) -> RejectedInput:
    with pytest.raises(RejectedInput) as caught:
        decode_image(data, limits or DecodeLimits())
    return caught.value


# --- what decodes ---------------------------------------------------------------------------------

JPEG_VARIANTS = {
    "4:2:0": jpeg(),
    "4:4:4": jpeg(subsampling=0),
    "4:2:2": jpeg(subsampling=1),
    "optimised": jpeg(optimize=True),
    "progressive": jpeg(progressive=True),
    "restart markers": jpeg(restart_marker_blocks=1),
    "cmyk": jpeg(mode="CMYK", quality=100),
    "ycck": simplejpeg.encode_jpeg(
        np.ascontiguousarray(np.dstack([RGB_PICTURE, WHITE])), quality=95, colorspace="CMYK"
    ),
    "rgb": jpeg(keep_rgb=True, subsampling=0),
    "camera": with_jpeg_segments(
        JPEG, APP1, *[jpeg_segment(0xE2, bytes(60_000))] * 9, jpeg_segment(0xFE, b"front door")
    ),
    "trailing data": JPEG + b"\0" * 999,
    "multi-picture": written_by_pillow(PICTURE, "MPO", quality=95) + JPEG,
}


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


INDICES = (GRAY_PICTURE // 64)[:, :, None]
LEVELS = np.array([[9, 80, 200], [50, 60, 70], [0, 255, 1], [254, 3, 128]], dtype=np.uint8)
PLTE = chunk(b"PLTE", LEVELS[:, ::-1].tobytes())
ONE_BIT = GRAY_PICTURE > 128
ONE_BIT_ROWS = zlib.compress(b"".join(b"\0" + np.packbits(row).tobytes() for row in ONE_BIT))
ALPHA = picture()[:, :, :1]
PALETTE_PNG = png_of(INDICES, PALETTE, before=PLTE)
TRANSPARENT = png_of(INDICES, PALETTE, before=PLTE + chunk(b"tRNS", b"\0\x40\x80"))
ANIMATION = chunk(b"acTL", bytes(7) + b"\2" + bytes(4))
ANIMATED = png_of(
    RGB_PICTURE,
    before=ANIMATION,
    after=chunk(b"fcTL", bytes(26)) + chunk(b"fdAT", bytes(4) + zlib.compress(bytes(9264))),
)

PNG_VARIANTS = {
    "rgb": (PNG, PICTURE),
    "filtered": (written_by_pillow(PICTURE, "PNG"), PICTURE),
    "16-bit": (png_of(RGB_PICTURE.astype(np.uint16) * 257), PICTURE),
    "16-bit gray": (
        png_of(GRAY_PICTURE[:, :, None].astype(np.uint16) * 257, GRAY),
        gray_as_bgr(GRAY_PICTURE),
    ),
    "gray": (png_of(GRAY_PICTURE[:, :, None], GRAY), gray_as_bgr(GRAY_PICTURE)),
    "1-bit": (
        png(png_header(64, 48, 1, GRAY), ONE_BIT_ROWS),
        gray_as_bgr(ONE_BIT.astype(np.uint8) * 255),
    ),
    "palette": (PALETTE_PNG, LEVELS[INDICES[:, :, 0]]),
    "palette with transparency": (TRANSPARENT, LEVELS[INDICES[:, :, 0]]),
    "alpha": (png_of(np.dstack([RGB_PICTURE, ALPHA]), RGBA), PICTURE),
    "gray alpha": (
        png_of(np.dstack([GRAY_PICTURE, ALPHA]), GRAY_ALPHA),
        gray_as_bgr(GRAY_PICTURE),
    ),
    "interlaced": (png_of(RGB_PICTURE, interlaced=True), PICTURE),
    "interlaced 33x37": (png_of(RGB_PICTURE[:37, :33], interlaced=True), PICTURE[:37, :33]),
    "flat": (png_of(np.full((512, 512, 3), 7, np.uint8)), np.full((512, 512, 3), 7, np.uint8)),
    "gamma": (png_of(RGB_PICTURE, before=chunk(b"gAMA", b"\0\0\x27\x10")), PICTURE),
    "animated": (ANIMATED, PICTURE),
    "trailing data": (PNG + JPEG, PICTURE),
}


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


# --- what is rejected -----------------------------------------------------------------------------

GREY_TAIL = JPEG[: len(JPEG) * 3 // 4] + b"\xff\xd9"
STRAY = JPEG[:-2] + b"stray bytes" + JPEG[-2:]
ZEROED = JPEG[:-300] + bytes(100) + JPEG[-200:]

REJECTED = {
    "empty": (b"", Reason.EMPTY, "0 bytes"),
    "one byte": (b"\xff", Reason.UNSUPPORTED_FORMAT, "begins with bytes ff"),
    "text": (b"not an image", Reason.UNSUPPORTED_FORMAT, "6e6f7420"),
    "html": (b"<!doctype html><img src=x>", Reason.UNSUPPORTED_FORMAT, "allowed are ffd8ff"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.UNSUPPORTED_FORMAT, "PNG"),
    "zip": (b"PK\x03\x04" + bytes(99), Reason.UNSUPPORTED_FORMAT, "504b0304"),
    "gif": (written_by_pillow(PICTURE, "GIF"), Reason.UNSUPPORTED_FORMAT, b"GIF8".hex()),
    "webp": (written_by_pillow(PICTURE, "WEBP"), Reason.UNSUPPORTED_FORMAT, b"RIFF".hex()),
    "tiff": (written_by_pillow(PICTURE, "TIFF"), Reason.UNSUPPORTED_FORMAT, b"II*".hex()),
    "bmp": (written_by_pillow(PICTURE, "BMP"), Reason.UNSUPPORTED_FORMAT, b"BM".hex()),
    "ppm": (written_by_pillow(PICTURE, "PPM"), Reason.UNSUPPORTED_FORMAT, b"P6".hex()),
    "jpeg 2000": (written_by_pillow(PICTURE, "JPEG2000"), Reason.UNSUPPORTED_FORMAT, "6a502020"),
    "jpeg behind a byte": (b"\0" + JPEG, Reason.UNSUPPORTED_FORMAT, "00ffd8ff"),
    "png signature with lf": (PNG.replace(b"\r\n", b"\n"), Reason.UNSUPPORTED_FORMAT, "89504e47"),
    "jpeg 40 MP": (
        with_jpeg_size(JPEG, 8000, 5000),
        Reason.TOO_MANY_PIXELS,
        "8000x5000 = 40000000",
    ),
    "png 40 MP": (png(png_header(8000, 5000), b""), Reason.TOO_MANY_PIXELS, "at most 16777216"),
    "jpeg 65535": (with_jpeg_size(JPEG, 65535, 65535), Reason.BAD_DIMENSIONS, "65535x65535"),
    "png 65535": (png(png_header(65535, 65535), b""), Reason.BAD_DIMENSIONS, "32 to 8192 px"),
    "png 2^31": (png(png_header(2**31, 2**32 - 1), b""), Reason.BAD_DIMENSIONS, "2147483648x"),
    "jpeg 1x1": (jpeg(PICTURE[:1, :1]), Reason.BAD_DIMENSIONS, "1x1"),
    "png 1x1": (png_of(PICTURE[:1, :1]), Reason.BAD_DIMENSIONS, "1x1"),
    "png 1x8192": (png_of(np.zeros((8192, 1, 3), np.uint8)), Reason.BAD_DIMENSIONS, "1x8192"),
    "jpeg 0 rows": (with_jpeg_size(JPEG, 64, 0), Reason.BAD_DIMENSIONS, "64x0"),
    "one pixel too narrow": (png_of(PICTURE[:, :31]), Reason.BAD_DIMENSIONS, "31x48"),
    "one pixel too wide": (png(png_header(8193, 32), b""), Reason.BAD_DIMENSIONS, "8193x32"),
    "jpeg too tall for its data": (with_jpeg_size(JPEG, 64, 480), Reason.TRUNCATED, "premature"),
    "jpeg 16 MP of nothing": (with_jpeg_size(JPEG, 4096, 4096), Reason.TRUNCATED, "premature"),
    "jpeg ending in grey": (GREY_TAIL, Reason.TRUNCATED, "premature end"),
    "jpeg without its end": (JPEG[:-2], Reason.TRUNCATED, "Premature end"),
    "jpeg zeroed in the middle": (ZEROED, Reason.TRUNCATED, "Corrupt JPEG data"),
    "jpeg with stray bytes": (STRAY, Reason.UNDECODABLE, "extraneous bytes"),
    "jpeg of odd sampling": (
        JPEG.replace(b"\x03\x01\x22\x00\x02\x11", b"\x03\x01\x42\x00\x02\x11"),
        Reason.UNSUPPORTED_FORMAT,
        "subsampling",
    ),
    "jpeg lossless": (JPEG.replace(b"\xff\xc0", b"\xff\xc3"), Reason.UNSUPPORTED_FORMAT, "SOF3"),
    "jpeg garbage": (b"\xff\xd8\xff\xe0" + b"g" * 99_999, Reason.BAD_HEADER, "marker"),
    "jpeg scan bomb": (scan_bomb(4096, 4096, 2646), Reason.BAD_HEADER, "64 scans"),
    "png truncated": (PNG[:-20], Reason.TRUNCATED, "IEND"),
    "png of short data": (png(png_header(64, 480), zlib.compress(PNG)), Reason.TRUNCATED, "rows"),
    "png colour type": (png(png_header(64, 48, 8, 5), b""), Reason.BAD_HEADER, "type 5"),
    "png checksum": (PNG[:99] + b"?" + PNG[100:], Reason.UNDECODABLE, "checksum"),
    "png of filter 9": (
        png(png_header(64, 48), zlib.compress(b"\x09" * 9264)),
        Reason.UNDECODABLE,
        "no image",
    ),
    "palette without a palette": (png_of(INDICES, PALETTE), Reason.UNDECODABLE, "no image"),
}


@pytest.mark.parametrize(("content", "reason", "message"), REJECTED.values(), ids=REJECTED)
def test_rejects_with_a_reason(content: bytes, reason: Reason, message: str) -> None:
    begin = time.process_time()
    error = rejection(content)
    assert time.process_time() - begin < 1
    assert error.reason is reason
    assert message in str(error)


def test_each_reason_is_reached() -> None:
    before_decoding = {Reason.BAD_KEY, Reason.OBJECT_MISSING, Reason.SUPERSEDED}
    reached = {reason for _, reason, _ in REJECTED.values()} | {Reason.TOO_LARGE}
    assert reached == set(Reason) - before_decoding


def test_size_is_checked_before_anything_else() -> None:
    limits = DecodeLimits(max_bytes=len(JPEG))
    decode_image(JPEG, limits)
    error = rejection(JPEG + b"\0", limits)
    assert error.reason is Reason.TOO_LARGE
    assert f"file of {len(JPEG) + 1} bytes: at most {len(JPEG)} allowed" in str(error)
    assert rejection(bytes(10 * 1024 * 1024 + 1)).reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (DecodeLimits(max_pixels=64 * 48), None),
        (DecodeLimits(max_pixels=64 * 48 - 1), Reason.TOO_MANY_PIXELS),
        (DecodeLimits(min_side=48), None),
        (DecodeLimits(min_side=49), Reason.BAD_DIMENSIONS),
        (DecodeLimits(max_side=64), None),
        (DecodeLimits(max_side=63), Reason.BAD_DIMENSIONS),
    ],
)
@pytest.mark.parametrize("content", [JPEG, PNG], ids=["jpeg", "png"])
def test_limits_are_inclusive(content: bytes, limits: DecodeLimits, reason: Reason | None) -> None:
    if reason is None:
        assert decode_image(content, limits).shape == PICTURE.shape
    else:
        assert rejection(content, limits).reason is reason


def test_opencv_keeps_its_own_limit() -> None:
    large = png(png_header(4200, 4000, 1, GRAY), zlib.compress(bytes(4000 * (1 + 525))))
    error = rejection(large, DecodeLimits(max_pixels=4200 * 4000))
    assert error.reason is Reason.UNDECODABLE
    assert "PNG decoder" in str(error)


def test_pixels_that_contradict_the_header_are_rejected() -> None:
    header = ImageHeader(64, 48, 8, 3, multi_pass=False)
    for pixels in (PICTURE[1:], PICTURE[:, :, 0], PICTURE.astype(np.uint16)):
        with pytest.raises(RejectedInput, match=r"decoder gave .* expected") as caught:
            _checked_pixels(pixels, header)
        assert caught.value.reason is Reason.UNDECODABLE


@pytest.mark.parametrize("tenth", range(10))
@pytest.mark.parametrize(
    "content", [JPEG, JPEG_VARIANTS["progressive"], PNG], ids=["baseline", "progressive", "png"]
)
def test_a_file_cut_anywhere_is_rejected(content: bytes, tenth: int) -> None:
    error = rejection(content[: 3 + (len(content) - 4) * tenth // 9])
    expected = {Reason.TRUNCATED, Reason.BAD_HEADER}
    if tenth == 0:
        expected.add(Reason.UNSUPPORTED_FORMAT)  # less than the signature of a PNG is left
    assert error.reason in expected


def test_the_most_scans_allowed_take_less_than_a_second() -> None:
    content = scan_bomb(4096, 4096, 64)
    begin = time.process_time()
    assert decode_image(content).shape == (4096, 4096, 3)
    assert time.process_time() - begin < 1


# --- mutated files --------------------------------------------------------------------------------

SEEDS = (*JPEG_VARIANTS.values(), *(content for content, _ in PNG_VARIANTS.values()))
POSITIONS = st.integers(0, 1 << 20) | st.integers(0, 700)  # headers are in the first 700 bytes


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(POSITIONS, st.integers(0, 255)), max_size=6),
    place=POSITIONS,
    insert=st.binary(max_size=8),
    cut=st.just(0) | st.integers(0, 400),
)
def test_mutated_files_decode_or_are_rejected(
    seed: bytes, changes: list[tuple[int, int]], place: int, insert: bytes, cut: int
) -> None:
    begin = time.process_time()
    with contextlib.suppress(RejectedInput):
        image = decode_image(mutated(seed, changes, place, insert, cut))
        assert image.dtype == np.uint8
        assert image.shape[2] == 3
        assert min(image.shape[:2]) >= 32
    assert time.process_time() - begin < 1


# --- in processes of their own --------------------------------------------------------------------


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = "\n".join(["import sys", f"sys.path[:0] = {[p for p in sys.path if p]!r}"])
    return subprocess.run(
        [sys.executable, "-c", f"{paths}\n{code}", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_codecs_print_nothing_on_damaged_files(tmp_path: Path) -> None:
    for name, (content, _, _) in REJECTED.items():
        # Sound checksums around a wrong filter or without a palette: made on purpose, never by
        # damage, and libpng alone can tell.
        if name not in ("png of filter 9", "palette without a palette"):
            (tmp_path / re.sub(r"\W", "_", name)).write_bytes(content)
    result = run_python(
        """
import pathlib
from deep_learning.decode import decode_image
from deep_learning.errors import RejectedInput
for path in pathlib.Path(sys.argv[1]).iterdir():
    try:
        decode_image(path.read_bytes())
    except RejectedInput:
        continue
    raise AssertionError(path)
""",
        str(tmp_path),
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_lack_of_memory_is_a_rejection(tmp_path: Path, file_format: str) -> None:
    large = tmp_path / "large"
    large.write_bytes(written_by_pillow(np.zeros((4096, 4096, 3), np.uint8), file_format))
    result = run_python(
        """
import pathlib, re, resource
from deep_learning.decode import decode_image
from deep_learning.errors import RejectedInput
data = pathlib.Path(sys.argv[1]).read_bytes()
status = pathlib.Path("/proc/self/status").read_text()
used = int(re.search(r"VmSize:\\s+(\\d+)", status)[1]) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + 20_000_000,) * 2)
try:
    decode_image(data)
except RejectedInput as error:
    print(error.reason)
""",
        str(large),
    )
    assert result.stdout == "undecodable\n", result.stderr


def test_importing_the_tool_limits_the_pixels_of_opencv(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png(png_header(20_000, 20_000), zlib.compress(bytes(1000))))
    result = run_python(
        """
import os
os.environ.pop("OPENCV_IO_MAX_IMAGE_PIXELS", None)
import vss
import cv2, numpy
try:
    cv2.imdecode(numpy.fromfile(sys.argv[1], numpy.uint8), cv2.IMREAD_COLOR)
except cv2.error as error:
    print("rejected by", error.err)
""",
        str(bomb),
    )
    assert "CV_IO_MAX_IMAGE_PIXELS" in result.stdout, result.stderr

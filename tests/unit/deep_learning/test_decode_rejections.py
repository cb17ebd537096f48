"""Guarded decoding: every reason for a rejection, damaged files, files that would take too much."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from deep_learning.decode import DecodeLimits, _checked_pixels, decode_image
from deep_learning.errors import Reason, RejectedInput
from deep_learning.image_header import ImageHeader
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.image_files import (
    GRAY,
    PALETTE,
    jpeg,
    mutated,
    png,
    png_header,
    png_of,
    scan_bomb,
    with_jpeg_size,
    written_by_pillow,
)
from tests.image_variants import (
    INDICES,
    JPEG,
    JPEG_VARIANTS,
    PICTURE,
    PNG,
    PNG_VARIANTS,
)


def rejection(data: bytes, limits: DecodeLimits | None = None) -> RejectedInput:
    with pytest.raises(RejectedInput) as caught:
        decode_image(data, limits or DecodeLimits())
    return caught.value


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

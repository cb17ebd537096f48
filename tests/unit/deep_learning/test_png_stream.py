"""Reduction of a PNG file to what its pixels need."""

from __future__ import annotations

import time
import zlib

import pytest
from deep_learning.errors import Reason, RejectedInput
from deep_learning.image_header import ImageHeader
from deep_learning.png_stream import MAX_CHUNKS, read_png_header, repack_png

from tests.image_files import (
    GRAY,
    GRAY_ALPHA,
    PALETTE,
    PNG_SIGNATURE,
    RGB,
    RGBA,
    chunk,
    exif_block,
    picture,
    png,
    png_header,
    png_of,
)

SOUND = png_of(picture())
ROWS = zlib.compress(bytes(48 * (1 + 64 * 3)))
HEADER = png_header(64, 48)


def repacked(content: bytes) -> tuple[bytearray, bytes]:
    return repack_png(content, read_png_header(content))


@pytest.mark.parametrize(
    ("bit_depth", "colour_type", "interlace", "components"),
    [(1, GRAY, 0, 1), (16, RGB, 1, 3), (4, PALETTE, 0, 1), (8, GRAY_ALPHA, 0, 2), (8, RGBA, 1, 4)],
)
def test_reads_the_header(
    bit_depth: int, colour_type: int, interlace: int, components: int
) -> None:
    content = PNG_SIGNATURE + png_header(70, 50, bit_depth, colour_type, interlace)
    expected = ImageHeader(70, 50, bit_depth, components, multi_pass=bool(interlace))
    assert read_png_header(content) == expected


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        (PNG_SIGNATURE, Reason.TRUNCATED, "8 bytes"),
        (SOUND[:32], Reason.TRUNCATED, "32 bytes"),
        (PNG_SIGNATURE + chunk(b"CgBI", bytes(4)) + SOUND[8:], Reason.BAD_HEADER, "IHDR"),
        (PNG_SIGNATURE + png_header(64, 48, 8, 1), Reason.BAD_HEADER, "colour type 1"),
        (PNG_SIGNATURE + png_header(64, 48, 4, RGB), Reason.BAD_HEADER, "with 4 bits"),
        (PNG_SIGNATURE + png_header(64, 48, 8, RGB, 2), Reason.BAD_HEADER, "interlace 2"),
    ],
)
def test_rejects_a_damaged_header(content: bytes, reason: Reason, message: str) -> None:
    with pytest.raises(RejectedInput, match=message) as rejection:
        read_png_header(content)
    assert rejection.value.reason is reason


def flipped(position: int) -> bytes:
    return SOUND[:position] + bytes([SOUND[position] ^ 1]) + SOUND[position + 1 :]


@pytest.mark.parametrize(
    ("content", "reason", "message"),
    [
        (SOUND[:-1], Reason.TRUNCATED, "before its IEND"),
        (SOUND[:-12], Reason.TRUNCATED, "before its IEND"),
        (SOUND[: len(SOUND) // 2], Reason.TRUNCATED, "before its IEND"),
        (PNG_SIGNATURE + HEADER + chunk(b"IEND"), Reason.TRUNCATED, "data of 0 bytes"),
        (png(HEADER, ROWS[:-4]), Reason.TRUNCATED, "need 9264"),
        (png(HEADER, zlib.compress(bytes(9263))), Reason.TRUNCATED, "of 9263 bytes"),
        (png(HEADER, zlib.compress(bytes(9265))), Reason.UNDECODABLE, "more than the 9264"),
        (png(HEADER, ROWS[:-4] + bytes(4)), Reason.UNDECODABLE, "incorrect data check"),
        (png(HEADER, b"no deflate stream"), Reason.UNDECODABLE, "incorrect header"),
        (flipped(30), Reason.UNDECODABLE, "IHDR.*checksum"),
        (flipped(len(SOUND) // 2), Reason.UNDECODABLE, "IDAT.*checksum"),
        (flipped(len(SOUND) - 1), Reason.UNDECODABLE, "IEND.*checksum"),
        (png(HEADER, ROWS, before=chunk(b"ABCD")), Reason.UNSUPPORTED_FORMAT, "ABCD"),
        (png(HEADER, ROWS, before=chunk(b"\x80BCD")), Reason.UNSUPPORTED_FORMAT, "x80BCD"),
        (png(HEADER, ROWS, before=chunk(b"tEXt") * MAX_CHUNKS), Reason.BAD_HEADER, "16384 chunks"),
        (png(png_header(4096, 4096, 16, RGBA), ROWS), Reason.TOO_MANY_PIXELS, "134221824 bytes"),
    ],
)
def test_rejects_damage(content: bytes, reason: Reason, message: str) -> None:
    with pytest.raises(RejectedInput, match=message) as rejection:
        repacked(content)
    assert rejection.value.reason is reason


def test_keeps_critical_chunks_alone() -> None:
    palette = chunk(b"PLTE", bytes(range(12)))
    header = png_header(64, 48, 8, PALETTE)
    ancillary = chunk(b"tEXt", b"a\0b") + chunk(b"tRNS", b"\0") + chunk(b"fcTL", bytes(26))
    content = png(header, zlib.compress(bytes(48 * 65)), palette + ancillary, ancillary)

    small, exif = repacked(content)

    assert small.startswith(PNG_SIGNATURE + header + palette)
    assert small[len(PNG_SIGNATURE + header + palette) :][4:8] == b"IDAT"
    assert small.endswith(chunk(b"IEND"))
    assert exif == b""
    assert not any(kind in small for kind in (b"tEXt", b"tRNS", b"fcTL"))


@pytest.mark.parametrize("size", [1, 7, 8192])
def test_chunks_of_any_size_give_the_same_file(size: int) -> None:
    whole = repacked(SOUND)[0]
    data = zlib.compress(zlib.decompress(SOUND[41:-16]))
    pieces = b"".join(chunk(b"IDAT", data[i : i + size]) for i in range(0, len(data), size))
    assert repacked(PNG_SIGNATURE + SOUND[8:33] + pieces + chunk(b"IEND"))[0] == whole


def test_finds_the_exif_block_before_or_after_the_data() -> None:
    exif = chunk(b"eXIf", exif_block(6))
    assert repacked(png(HEADER, ROWS, before=exif))[1] == exif_block(6)
    assert repacked(png(HEADER, ROWS, after=exif))[1] == exif_block(6)
    assert repacked(png(HEADER, ROWS, after=exif[:-1] + bytes([exif[-1] ^ 1])))[1] == b""


def zeros(size: int) -> bytes:
    """Deflate a long run of zeros without holding it."""
    deflate = zlib.compressobj()
    megabyte = bytes(1 << 20)
    return b"".join(deflate.compress(megabyte) for _ in range(size >> 20)) + deflate.flush()


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A quarter of a megabyte that inflates to 256 MB."""
    return zeros(1 << 28)


def test_data_beyond_the_last_row_is_not_inflated(bomb: bytes) -> None:
    content = png(HEADER, bomb)
    begin = time.process_time()
    with pytest.raises(RejectedInput) as rejection:
        repacked(content)
    assert rejection.value.reason is Reason.UNDECODABLE
    assert time.process_time() - begin < 0.1


def test_what_follows_the_end_of_the_stream_costs_nothing() -> None:
    tail = b"".join(chunk(b"IDAT", bytes(600)) for _ in range(16_000))
    content = png(HEADER, ROWS, after=tail)
    begin = time.process_time()
    assert repacked(content)[0] == repacked(png(HEADER, ROWS))[0]
    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(
    ("kind", "prefix"), [(b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0"), (b"iCCP", b"a\0\0")]
)
def test_ancillary_data_is_not_inflated(bomb: bytes, kind: bytes, prefix: bytes) -> None:
    content = png(HEADER, ROWS, before=chunk(kind, prefix + bomb))
    begin = time.process_time()
    assert repacked(content)[0] == repacked(png(HEADER, ROWS))[0]
    assert time.process_time() - begin < 0.1

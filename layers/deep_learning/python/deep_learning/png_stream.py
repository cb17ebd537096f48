"""A PNG file reduced to what its pixels need, its image data inflated here under a bound.

Source: W3C Portable Network Graphics, third edition. Two attacks make this necessary, both tried on
OpenCV 4.14 with its pixel limit set: image data that goes on after the last row is inflated to
its end (3.9 MB of file: 3.9 s), and zTXt, iTXt and iCCP chunks are inflated although nobody reads
them. So the decoder gets the critical chunks alone, and their data as stored, not deflated, blocks.
Inflating is most of the cost of decoding either way: a 1080p PNG takes a quarter longer in all.

What is left out on purpose: tRNS (see ``decode``), gamma and colour profiles (networks are trained
on stored values), and the animation chunks (the still picture of an animated PNG is decoded).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from deep_learning.errors import Reason, RejectedInput
from deep_learning.image_header import ImageHeader

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Encoders write IDAT chunks of 8 kB and more: 1,300 in a file of 10 MiB.
MAX_CHUNKS = 16_384
# Inflating bounds the time of decoding: 16 MP of 8-bit RGBA take 0.5 s, of 16-bit RGBA up to 0.9 s.
MAX_ROW_BYTES = 80 * 1024 * 1024

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_BIT_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_IHDR = struct.Struct(">IIBBBBB")
_IHDR_CHUNK = struct.pack(">I4s", _IHDR.size, b"IHDR")
# Column step, row step, first column, first row of Adam7's passes.
_ADAM7 = (
    (8, 8, 0, 0),
    (8, 8, 4, 0),
    (4, 8, 0, 4),
    (4, 4, 2, 0),
    (2, 4, 0, 2),
    (2, 2, 1, 0),
    (1, 2, 0, 1),
)
_SINGLE_PASS = ((1, 1, 0, 0),)
_IHDR_END = len(PNG_SIGNATURE) + len(_IHDR_CHUNK) + _IHDR.size + 4
_INPUT_STEP = 1 << 16
_OUTPUT_STEP = 1 << 18


def read_png_header(content: bytes) -> ImageHeader:
    """Read the IHDR chunk, which must come first.

    Args:
        content: a file that begins with ``PNG_SIGNATURE``.

    Raises:
        RejectedInput: ``TRUNCATED``, or ``BAD_HEADER`` where a field has a value the standard
            does not know.
    """
    start = len(PNG_SIGNATURE)
    if len(content) < _IHDR_END:
        raise RejectedInput(
            Reason.TRUNCATED, f"PNG of {len(content)} bytes ends within its IHDR chunk"
        )
    if not content.startswith(_IHDR_CHUNK, start):
        first = content[start : start + len(_IHDR_CHUNK)].hex()
        raise RejectedInput(
            Reason.BAD_HEADER, f"PNG begins with chunk {first}: an IHDR of 13 bytes expected"
        )
    width, height, bit_depth, colour_type, compression, filtering, interlace = _IHDR.unpack_from(
        content, start + len(_IHDR_CHUNK)
    )
    if bit_depth not in _BIT_DEPTHS.get(colour_type, ()):
        raise RejectedInput(
            Reason.BAD_HEADER,
            f"PNG colour type {colour_type} with {bit_depth} bits: not a pair of the standard",
        )
    if compression or filtering or interlace > 1:
        raise RejectedInput(
            Reason.BAD_HEADER,
            f"PNG compression {compression}, filter {filtering}, interlace {interlace}: "
            "allowed are 0, 0 and 0 or 1",
        )
    return ImageHeader(width, height, bit_depth, _SAMPLES[colour_type], interlace == 1)


def repack_png(content: bytes, header: ImageHeader) -> tuple[bytearray, bytes]:
    """Write the picture again with critical chunks only and its data stored, and find its EXIF.

    Args:
        content: a file of which ``read_png_header`` gave the header.
        header: its header, dimensions already within limits.

    Returns:
        A complete PNG file of the same pixels, and its EXIF block (empty where there is none or
        where its checksum is wrong).

    Raises:
        RejectedInput: ``TRUNCATED``, a chunk or the image data ends early; ``UNDECODABLE``, a
            checksum is wrong or the data is no deflate stream or longer than the picture;
            ``UNSUPPORTED_FORMAT``, an unknown critical chunk; ``BAD_HEADER``, too many chunks;
            ``TOO_MANY_PIXELS``, rows of more than ``MAX_ROW_BYTES``.
    """
    row_bytes = _row_bytes(header)
    if row_bytes > MAX_ROW_BYTES:
        raise RejectedInput(
            Reason.TOO_MANY_PIXELS,
            f"PNG of {header.width}x{header.height} px at {header.components} x {header.bit_depth} "
            f"bits = {row_bytes} bytes of rows: at most {MAX_ROW_BYTES} allowed",
        )
    palette, deflated, exif = _needed_chunks(content)
    png = bytearray(content[:_IHDR_END])
    png += palette
    for stored in _stored_blocks(deflated, row_bytes):
        png += _chunk(b"IDAT", stored)
    png += _chunk(b"IEND", b"")
    return png, exif


def _needed_chunks(content: bytes) -> tuple[bytes, list[memoryview], bytes]:
    """Return the PLTE chunk (or nothing), the payloads of the IDAT chunks and the EXIF block."""
    palette, exif = b"", b""
    deflated: list[memoryview] = []
    for kind, payload, sound in _chunks(content):
        if kind == b"eXIf" and sound:
            exif = bytes(payload)
        if not _is_critical(kind):
            continue
        if not sound:
            raise RejectedInput(
                Reason.UNDECODABLE, f"PNG chunk {kind!r}: its checksum does not match"
            )
        if kind == b"IDAT":
            deflated.append(payload)
        elif kind == b"PLTE":
            palette = _chunk(kind, bytes(payload))
        elif kind not in (b"IHDR", b"IEND"):
            raise RejectedInput(
                Reason.UNSUPPORTED_FORMAT,
                f"PNG critical chunk {kind!r}: allowed are IHDR, PLTE, IDAT and IEND",
            )
    return palette, deflated, exif


def _is_critical(kind: bytes) -> bool:
    return not kind[0] & 0x20


def _chunks(content: bytes) -> Iterator[tuple[bytes, memoryview, bool]]:
    """Yield (type, payload, whether the checksum matches) up to IEND."""
    view, position = memoryview(content), len(PNG_SIGNATURE)
    for _ in range(MAX_CHUNKS):
        if position + 12 > len(content):
            break
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        if end > len(content):
            break
        (checksum,) = struct.unpack_from(">I", content, end - 4)
        sound = zlib.crc32(view[position + 4 : end - 4]) == checksum
        yield kind, view[position + 8 : end - 4], sound
        if kind == b"IEND":
            return
        position = end
    else:
        raise RejectedInput(
            Reason.BAD_HEADER, f"PNG of more than {MAX_CHUNKS} chunks: at most {MAX_CHUNKS}"
        )
    raise RejectedInput(
        Reason.TRUNCATED, f"PNG of {len(content)} bytes ends before its IEND chunk is complete"
    )


def _row_bytes(header: ImageHeader) -> int:
    """Count the bytes of all rows, each with its filter byte, over all passes."""
    pixel_bits = header.bit_depth * header.components
    total = 0
    for column_step, row_step, column, row in _ADAM7 if header.multi_pass else _SINGLE_PASS:
        columns = len(range(column, header.width, column_step))
        rows = len(range(row, header.height, row_step))
        total += rows * (1 + (columns * pixel_bits + 7) // 8) if columns else 0
    return total


def _stored_blocks(deflated: list[memoryview], expected: int) -> Iterator[bytes]:
    """Inflate exactly the expected bytes and yield them as pieces of a stream of stored blocks.

    In steps, so that neither an attacker's bytes nor a large picture is held twice.
    """
    inflate, store = zlib.decompressobj(), zlib.compressobj(level=0)
    produced = 0
    try:
        for rows in _inflated(inflate, deflated):
            produced += len(rows)
            if produced > expected:
                raise RejectedInput(
                    Reason.UNDECODABLE,
                    f"PNG image data: more than the {expected} bytes of its rows",
                )
            if stored := store.compress(rows):
                yield stored
    except zlib.error as error:
        raise RejectedInput(Reason.UNDECODABLE, f"PNG image data: {error}") from error
    if produced < expected or not inflate.eof:
        raise RejectedInput(
            Reason.TRUNCATED, f"PNG image data of {produced} bytes: its rows need {expected}"
        )
    yield store.flush()


def _inflated(inflate: zlib._Decompress, deflated: list[memoryview]) -> Iterator[bytes]:
    for part in deflated:
        for start in range(0, len(part), _INPUT_STEP):
            if inflate.eof:  # each further call would copy all that follows the stream
                return
            rows = inflate.decompress(part[start : start + _INPUT_STEP], _OUTPUT_STEP)
            yield rows
            while len(rows) == _OUTPUT_STEP:  # the output was full: more may wait in the stream
                rows = inflate.decompress(inflate.unconsumed_tail, _OUTPUT_STEP)
                yield rows


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return (
        struct.pack(">I4s", len(payload), kind)
        + payload
        + struct.pack(">I", zlib.crc32(payload, zlib.crc32(kind)))
    )

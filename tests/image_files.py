"""Image files made to measure: sound ones in every variant, and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = (
    (8, 8, 0, 0),
    (8, 8, 4, 0),
    (4, 8, 0, 4),
    (4, 4, 2, 0),
    (2, 4, 0, 2),
    (2, 2, 1, 0),
    (1, 2, 0, 1),
)


def picture(height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """Return a smooth BGR picture that no turn or mirror image of it resembles."""
    y, x = np.mgrid[0 : 1 : 1j * height, 0 : 1 : 1j * width]
    channels = (40 + 200 * x, 40 + 200 * y, 60 + 160 * x * (1 - y))
    return np.dstack(channels).round().astype(np.uint8)


def written_by_pillow(
    image: NDArray[np.uint8], file_format: str, mode: str = "RGB", **options: Any
) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image[:, :, ::-1]).convert(mode).save(buffer, file_format, **options)
    return buffer.getvalue()


def jpeg(image: NDArray[np.uint8] | None = None, mode: str = "RGB", **options: Any) -> bytes:
    image = picture() if image is None else image
    return written_by_pillow(image, "JPEG", mode, **{"quality": 95, **options})


def exif_block(orientation: int, byte_order: str = "<") -> bytes:
    """Return a TIFF block of two entries, the second one the orientation."""
    mark = b"II" if byte_order == "<" else b"MM"
    entries = struct.pack(f"{byte_order}HHIHH", 0x0100, 3, 1, 640, 0)
    entries += struct.pack(f"{byte_order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(f"{byte_order}HIH", 42, 8, 2) + entries + bytes(4)


def jpeg_segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def with_jpeg_segments(content: bytes, *segments: bytes) -> bytes:
    """Insert segments right after the start of image."""
    return content[:2] + b"".join(segments) + content[2:]


def with_jpeg_size(content: bytes, width: int, height: int) -> bytes:
    """Let the frame header say another size."""
    frame = next(i for m in (0xC0, 0xC2) if (i := content.find(bytes([0xFF, m, 0]))) > 0)
    return content[: frame + 5] + struct.pack(">HH", height, width) + content[frame + 9 :]


def chunk(kind: bytes, payload: bytes = b"") -> bytes:
    checksum = zlib.crc32(kind + payload)
    return struct.pack(">I4s", len(payload), kind) + payload + struct.pack(">I", checksum)


def png_header(
    width: int, height: int, bit_depth: int = 8, colour_type: int = RGB, interlace: int = 0
) -> bytes:
    fields = (width, height, bit_depth, colour_type, 0, 0, interlace)
    return chunk(b"IHDR", struct.pack(">IIBBBBB", *fields))


def png(header: bytes, image_data: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a PNG file of the header chunk, deflated image data and chunks around it."""
    data = chunk(b"IDAT", image_data)
    return PNG_SIGNATURE + header + before + data + after + chunk(b"IEND")


def png_of(
    samples: NDArray[Any],
    colour_type: int = RGB,
    interlaced: bool = False,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Encode samples [H, W, channels] of 8 or 16 bits, each row with filter 0."""
    height, width = samples.shape[:2]
    passes = ADAM7 if interlaced else ((1, 1, 0, 0),)
    big_endian = samples.astype(samples.dtype.newbyteorder(">"))
    rows = b"".join(
        b"\0" + row.tobytes()
        for dx, dy, x, y in passes
        for row in big_endian[y::dy, x::dx]
        if row.size
    )
    depth = samples.dtype.itemsize * 8
    header = png_header(width, height, depth, colour_type, int(interlaced))
    return png(header, zlib.compress(rows), before, after)


def _entropy_coded(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def scan_bomb(width: int, height: int, scans: int) -> bytes:
    """Return a valid three-component progressive JPEG of any number of scans up to 2646.

    A first scan of all DC coefficients, all 0, and then scans of one AC coefficient of one
    component each, whose end-of-band runs cover all blocks in a few bytes.
    """
    blocks = -(-width // 8) * -(-height // 8)
    frame = struct.pack(">BHHB", 8, height, width, 3)
    frame += b"".join(bytes([component, 0x11, 0]) for component in (1, 2, 3))
    parts = [
        b"\xff\xd8",
        jpeg_segment(0xDB, b"\0" + b"\x10" * 64),
        jpeg_segment(0xC2, frame),
        jpeg_segment(0xC4, b"\x00" + bytes([1] + [0] * 15) + b"\x00"),
        jpeg_segment(0xC4, b"\x10" + bytes([1, 1] + [0] * 14) + b"\xe0\x00"),
        jpeg_segment(0xDA, b"\x03\x01\x00\x02\x00\x03\x00\x00\x00\x00"),
        _entropy_coded("0" * (3 * blocks)),
    ]
    runs, left = "", blocks
    while left >= 16_384:
        run = min(left, 32_767)
        runs += "0" + format(run - 16_384, "014b")
        left -= run
    band = _entropy_coded(runs + "10" * left)
    for index in range(scans - 1):
        level, place = divmod(index, 3 * 63)
        component, coefficient = divmod(place, 63)
        low = 13 - level
        approximation = (0 if level == 0 else low + 1) << 4 | low
        scan = [1, component + 1, 0, coefficient + 1, coefficient + 1, approximation]
        parts += [jpeg_segment(0xDA, bytes(scan)), band]
    return b"".join([*parts, b"\xff\xd9"])


def mutated(
    content: bytes, changes: Sequence[tuple[int, int]], place: int, insert: bytes, cut: int
) -> bytes:
    """Overwrite bytes (position modulo the length, value), insert some, cut the end off.

    The checksums of a PNG are made right again, else nothing behind them would ever be reached.
    """
    data = bytearray(content)
    for position, value in changes:
        data[position % len(data)] = value
    place %= len(data)
    data[place:place] = insert
    kept = bytes(data[: len(data) - cut])
    return with_right_checksums(kept) if kept.startswith(PNG_SIGNATURE) else kept


def with_right_checksums(content: bytes) -> bytes:
    data, position = bytearray(content), len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        data[end - 4 : end] = zlib.crc32(data[position + 4 : end - 4]).to_bytes(4, "big")
        position = end
    return bytes(data[: len(content)])

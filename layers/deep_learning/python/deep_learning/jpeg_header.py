"""Bounds-checked walk over the segments of a JPEG file, without decoding.

Source: ITU-T T.81, annex B. Every loop is bounded, so a hostile file costs linear time.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import takewhile

from deep_learning.errors import Reason, RejectedInput
from deep_learning.image_header import ImageHeader

JPEG_SIGNATURE = b"\xff\xd8\xff"
# An ICC profile takes up to 255 segments, an optimised progressive file some 5 per scan.
MAX_SEGMENTS = 1024
# Encoders write about 10 scans. T.81 allows thousands, each a few bytes long and yet a walk over
# every block: 500 over 16 MP take 1.5 s, 64 with a symbol for every block 0.5 s.
MAX_SCANS = 64

_EOI, _SOS, _APP1 = 0xD9, 0xDA, 0xE1
_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
_DECODABLE_FRAMES = (_BASELINE, _EXTENDED, _PROGRESSIVE)
# C4, C8 and CC lie between the frame markers but are DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_EXIF_PREFIX = b"Exif\0\0"
# FF fill bytes, then the code of a marker with a length. FF 00 and FF D0..D7 (restart) belong to
# the coded data of a scan, FF 01 has no use outside arithmetic coding.
_MARKER = re.compile(rb"\xff++([^\x00\x01\xd0-\xd7\xff])")


def read_jpeg_header(content: bytes) -> ImageHeader:
    """Read the frame header, in the time of a few segments.

    Args:
        content: a file that begins with ``JPEG_SIGNATURE``.

    Raises:
        RejectedInput: ``TRUNCATED`` or ``BAD_HEADER`` where the segments are damaged,
            ``UNSUPPORTED_FORMAT`` for lossless, hierarchical and arithmetic coding, for samples
            of other than 8 bits and for other than 1, 3 or 4 components.
    """
    frame: tuple[int, bytes] | None = None
    for marker, payload in _segments(content):
        if marker in _FRAMES and frame is None:
            frame = marker, bytes(payload[:6])
        elif marker == _SOS:
            if frame is None:
                raise RejectedInput(Reason.BAD_HEADER, "JPEG scan without a frame header before it")
            return _frame_header(*frame, scan_components=payload[0] if payload else 0)
    raise RejectedInput(
        Reason.TRUNCATED, f"JPEG of {len(content)} bytes ends before its first scan"
    )


def _frame_header(marker: int, frame: bytes, scan_components: int) -> ImageHeader:
    if marker not in _DECODABLE_FRAMES:
        raise RejectedInput(
            Reason.UNSUPPORTED_FORMAT,
            f"JPEG frame type SOF{marker - 0xC0}: allowed are SOF0, SOF1 (sequential) and "
            "SOF2 (progressive), Huffman-coded",
        )
    if len(frame) < 6:
        raise RejectedInput(
            Reason.BAD_HEADER, f"JPEG frame header of {len(frame)} bytes: at least 6 needed"
        )
    bit_depth, height, width, components = struct.unpack(">BHHB", frame)
    if bit_depth != 8 or components not in (1, 3, 4):
        raise RejectedInput(
            Reason.UNSUPPORTED_FORMAT,
            f"JPEG of {components} components of {bit_depth} bits: allowed are 1, 3 or 4 of 8 bits",
        )
    multi_pass = marker == _PROGRESSIVE or scan_components < components
    return ImageHeader(width, height, bit_depth, components, multi_pass)


def find_jpeg_exif(content: bytes) -> bytes:
    """Return the EXIF block before the first scan, or an empty one.

    Args:
        content: a file of which ``read_jpeg_header`` found the segments sound.
    """
    before_scan = takewhile(lambda segment: segment[0] != _SOS, _segments(content))
    blocks = (
        payload[len(_EXIF_PREFIX) :]
        for marker, payload in before_scan
        if marker == _APP1 and payload[: len(_EXIF_PREFIX)] == _EXIF_PREFIX
    )
    return bytes(next(blocks, b""))


def check_jpeg_scans(content: bytes) -> None:
    """Walk the whole file and reject one whose scans would cost the decoder seconds.

    Only files of several scans need it: in the others the decoder stops after the first.

    Raises:
        RejectedInput: ``BAD_HEADER``, more than ``MAX_SCANS`` scans or ``MAX_SEGMENTS`` segments;
            ``TRUNCATED``, no end of image.
    """
    scans = 0
    for marker, _ in _segments(content):
        scans += marker == _SOS
        if scans > MAX_SCANS:
            raise RejectedInput(
                Reason.BAD_HEADER,
                f"JPEG of more than {MAX_SCANS} scans: at most {MAX_SCANS} allowed",
            )


def _segments(content: bytes) -> Iterator[tuple[int, memoryview]]:
    """Yield (marker code, payload) up to the end of image; after a scan, skip its coded data."""
    view = memoryview(content)
    position, in_scan = 2, False
    for _ in range(MAX_SEGMENTS):
        found = (_MARKER.search if in_scan else _MARKER.match)(content, position)
        if found is None:
            raise _missing_marker(content, position, in_scan=in_scan)
        marker, position = found[1][0], found.end()
        if marker == _EOI:
            return
        length = int.from_bytes(view[position : position + 2], "big")
        end = position + length
        if end > len(content) or position + 2 > len(content):
            raise RejectedInput(
                Reason.TRUNCATED,
                f"JPEG segment FF{marker:02X} at byte {position} runs to byte {end} of a file "
                f"of {len(content)} bytes",
            )
        if length < 2:
            raise RejectedInput(
                Reason.BAD_HEADER,
                f"JPEG segment FF{marker:02X} at byte {position} of length {length}: at least 2",
            )
        yield marker, view[position + 2 : end]
        position = end
        in_scan = marker == _SOS
    raise RejectedInput(
        Reason.BAD_HEADER, f"JPEG of more than {MAX_SEGMENTS} segments: at most {MAX_SEGMENTS}"
    )


def _missing_marker(content: bytes, position: int, *, in_scan: bool) -> RejectedInput:
    # Nothing or only fill bytes left: the file stops here. Anything else is damage.
    if in_scan or not content[position:].strip(b"\xff"):
        return RejectedInput(
            Reason.TRUNCATED, f"JPEG of {len(content)} bytes ends before its end-of-image marker"
        )
    return RejectedInput(
        Reason.BAD_HEADER,
        f"JPEG bytes {content[position : position + 2].hex()} at {position}: a segment's marker "
        "expected",
    )

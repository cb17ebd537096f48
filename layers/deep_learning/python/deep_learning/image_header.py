"""What an image file says of itself before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Geometry and sample layout as stored, before any EXIF orientation.

    Attributes:
        width: stored columns, px.
        height: stored rows, px.
        bit_depth: bits per sample.
        components: samples per pixel; a palette index counts as one.
        multi_pass: whether the picture arrives in several passes (a JPEG of several scans, an
            interlaced PNG), so that decoding costs more than one walk over the pixels.
    """

    width: int
    height: int
    bit_depth: int
    components: int
    multi_pass: bool

"""Every variant of JPEG and PNG that is decoded, each with the picture that it shows."""

from __future__ import annotations

import zlib

import cv2
import numpy as np
import simplejpeg
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
    picture,
    png,
    png_header,
    png_of,
    with_jpeg_segments,
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

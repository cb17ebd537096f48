"""Videos for tests: small, made in memory of the pictures that are given."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from high_level_algorithms.types import Image

WIDTH, HEIGHT = 160, 96
UNIT = Fraction(1, 12_800)

Picture = Callable[[int], Image]


def numbered(number: int) -> Image:
    """Return a picture whose brightness tells the number of the frame, 0 to 4095.

    Four bands of one hexadecimal digit each (and one of white), far enough apart for any codec.
    """
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for band, shift in enumerate((8, 4, 0)):
        image[:, band * 48 : band * 48 + 48] = 8 + 15 * (number % 4096 >> shift & 15)
    image[:, 144:] = 250
    return image


def number_of(image: Image) -> int:
    """Return the number that a picture of ``numbered`` shows."""
    means = [float(image[20:-20, band * 48 + 10 : band * 48 + 38].mean()) for band in range(3)]
    digits = [round((mean - 8) / 15) for mean in means]
    return digits[0] << 8 | digits[1] << 4 | digits[2]


def write_video(
    path: Path,
    times_s: Sequence[float],
    picture: Picture = numbered,
    *,
    codec: str = "libx264",
    group: int = 25,
    between: int = 0,
    form: str | None = None,
) -> Path:
    """Write a video.

    Args:
        path: of the file; its suffix tells the container unless ``form`` does.
        times_s: when each frame is shown.
        picture: gives the frame of a number, all of one size.
        codec: name of the encoder.
        group: frames from one key frame to the next.
        between: frames that may be stored out of order.
        form: name of the container.
    """
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=25)
        first = picture(0)
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.gop_size = group
        stream.codec_context.max_b_frames = between
        stream.codec_context.time_base = UNIT
        if codec == "libx264":
            stream.options = {"sc_threshold": "0", "preset": "ultrafast", "bf": str(between)}
        for number, time in enumerate(times_s):
            frame = av.VideoFrame.from_ndarray(picture(number), format="bgr24")
            frame.time_base = UNIT
            frame.pts = round(time / UNIT)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def constant(seconds: float, rate: float = 25.0) -> list[float]:
    """Return the times of frames at a constant rate."""
    return [number / rate for number in range(round(seconds * rate))]


def turned(content: bytes, degrees: int) -> bytes:
    """Return an MP4 file whose player is told to turn the picture clockwise by right angles."""
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    one = 1 << 16
    matrix = (cosine * one, sine * one, 0, -sine * one, cosine * one, 0, 0, 0, 1 << 30)
    at = content.index(b"tkhd") + 4
    start = at + (40 if content[at] == 0 else 52)
    return content[:start] + struct.pack(">9i", *matrix) + content[start + 36 :]

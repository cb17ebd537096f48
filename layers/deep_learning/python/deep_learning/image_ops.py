"""Low-level image operations that networks share: reduction, letterboxing, square crops."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, hypot

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Row = tuple[float, float, float]
Transform = tuple[Row, Row]

# A 1080p frame is interpolated at once, without a pass over all its pixels: the accuracy that
# Open Model Zoo publishes for the pose network was measured with linear interpolation alone.
_LETTERBOX_LINEAR_UP_TO = 4.5


@dataclass(frozen=True, slots=True, eq=False)
class Letterbox:
    """An image fitted into a network's input, and the way back.

    Attributes:
        image: the padded input, BGR [height, width, 3].
        content: the part of ``image`` that shows the frame (a view without the padding).
        scale_xy: content pixels per frame pixel, (x, y).
    """

    image: Image
    content: Image
    scale_xy: tuple[float, float]


def reduce(image: Image, width: int, height: int) -> Image:
    """Resize ``image`` to ``width`` x ``height``, fast and nearly without aliasing.

    Interpolation reads two pixels each way: up to a factor of 2.4 it misses hardly any.
    """
    target = np.empty((height, width, 3), np.uint8)
    _reduce_into(target, image, linear_up_to=2.4)
    return target


def _reduce_into(target: Image, image: Image, linear_up_to: float) -> None:
    """Resize ``image`` to the size of ``target``, which may be a part of a larger image.

    Halving by area averages runs at memory speed, so each side is halved until it is at most
    ``linear_up_to`` times as long as wanted, and only the rest is interpolated.
    """
    height, width = target.shape[:2]
    step_x, step_y = image.shape[1] / width, image.shape[0] / height
    cropped = False
    while max(step_x, step_y) > linear_up_to:
        across, down = 1 + (step_x > linear_up_to), 1 + (step_y > linear_up_to)
        cropped |= image.shape[1] % across + image.shape[0] % down > 0
        image = _shrunk(image, across, down)
        step_x, step_y = step_x / across, step_y / down
    if cropped:
        _sample_into(target, image, step_x, step_y)
    else:
        cv2.resize(image, (width, height), dst=target, interpolation=cv2.INTER_LINEAR)


def letterbox(image: Image, width: int, height: int) -> Letterbox:
    """Fit ``image`` into ``width`` x ``height``, aspect kept, zeros at the right and bottom."""
    frame_height, frame_width = image.shape[:2]
    scale = min(width / frame_width, height / frame_height)
    content_width = min(width, max(1, round(frame_width * scale)))
    content_height = min(height, max(1, round(frame_height * scale)))
    padded = np.zeros((height, width, 3), np.uint8)
    content = padded[:content_height, :content_width]
    _reduce_into(content, image, _LETTERBOX_LINEAR_UP_TO)
    return Letterbox(padded, content, (content_width / frame_width, content_height / frame_height))


def crop_square(image: Image, centre_xy: tuple[float, float], side: float, size: int) -> Image:
    """Cut the square of ``side`` pixels around ``centre_xy`` and resize it to [size, size, 3].

    Parts beyond the border of the image repeat its edge.
    """
    scale = size / side
    x, y = centre_xy
    return warp(image, ((scale, 0, size / 2 - scale * x), (0, scale, size / 2 - scale * y)), size)


def warp(image: Image, transform: Transform, size: int) -> Image:
    """Apply a similarity transform (frame to output, whole numbers at pixel edges).

    The source is halved before a strong reduction, so that no detail aliases.

    Returns:
        BGR [size, size, 3].
    """
    # Plain floats: for six numbers NumPy's call costs exceed the arithmetic many times over.
    (a, b, shift_x), (d, e, shift_y) = transform
    left, top, right, bottom = _source_window(transform, size, image.shape[1], image.shape[0])
    source = image[top:bottom, left:right]
    shift_x += a * left + b * top
    shift_y += d * left + e * top
    while hypot(a, d) <= 0.5 and min(source.shape[:2]) >= 2:
        source = _shrunk(source, 2, 2)
        a, b, d, e = 2 * a, 2 * b, 2 * d, 2 * e
    # OpenCV puts whole numbers at pixel centres.
    centred = np.array([[a, b, shift_x + (a + b - 1) / 2], [d, e, shift_y + (d + e - 1) / 2]])
    return np.asarray(
        cv2.warpAffine(
            source, centred, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _source_window(
    transform: Transform, size: int, width: int, height: int
) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of what ``warp`` reads, so that only that is halved."""
    (a, b, shift_x), (d, e, shift_y) = transform
    determinant = a * e - b * d
    corners = [(u - shift_x, v - shift_y) for u in (0, size) for v in (0, size)]
    xs = [(e * u - b * v) / determinant for u, v in corners]
    ys = [(a * v - d * u) / determinant for u, v in corners]
    # What lies within two output pixels of the border is read, or lost to halving an odd side.
    margin = 2 + 2 * ceil(1 / hypot(a, d))
    left = min(max(floor(min(xs)) - margin, 0), width - 1)
    top = min(max(floor(min(ys)) - margin, 0), height - 1)
    right = min(max(ceil(max(xs)) + margin, left + 1), width)
    bottom = min(max(ceil(max(ys)) + margin, top + 1), height)
    return left, top, right, bottom


def _shrunk(image: Image, across: int, down: int) -> Image:
    """Average blocks; what does not fill a block at the right and the bottom is cut off.

    A whole factor matters: OpenCV's area averages of any other are ten times slower.
    """
    width, height = image.shape[1] // across, image.shape[0] // down
    whole = image[: height * down, : width * across]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _sample_into(target: Image, image: Image, step_x: float, step_y: float) -> None:
    """Interpolate at steps that take account of what halving has cut off."""
    to_source = np.array([[step_x, 0, (step_x - 1) / 2], [0, step_y, (step_y - 1) / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = target.shape[1::-1]
    cv2.warpAffine(image, to_source, size, dst=target, flags=flags, borderMode=cv2.BORDER_REPLICATE)

"""Obscuring: of a head only tints are left, coarse and relative to the mean tint of the head.

Brightness is taken away altogether. It carries the shape of a face, by which people and networks
tell faces apart; a mask shows in the tint alone, for skin is warmer than it. Without its mean the
tone of the skin is gone, and without its contrast most of the light. The cells are measured in
heads, so a head keeps equally little however large it is in the frame; averages, unlike blur,
cannot be sharpened again. What is left of a person's likeness is measured: section Anonymisation of
``docs/performance.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor
from typing import NamedTuple

import cv2
import numpy as np
from deep_learning.errors import ConfigurationError
from high_level_algorithms.types import Floats, Image

from vss.continuum.anonymise.heads import Head

DEFAULT_CELLS = 8.0
"""Cells along the height of a head: few enough that the attack measured stays below 0.55."""

MOST_CELLS = 64.0

# Side of the square that is obscured, in heights of the head: hair, ears, and what the pose errs;
# and what it errs at least, however small the head.
_SIDE, _ERROR_PX = 1.45, 4.0
_LUMA = np.array([0.114, 0.587, 0.299], np.float32)  # of B, G, R: ITU-R BT.601
_MIDDLE, _CONTRAST, _LEAST_CONTRAST = 128.0, 25.0, 3.0


class Region(NamedTuple):
    """A rectangle of a frame, px; without any where right is not beyond left, or bottom top."""

    left: int
    top: int
    right: int
    bottom: int

    def covers(self, x: float, y: float) -> bool:
        """Tell whether a point lies in it."""
        return self.left <= x < self.right and self.top <= y < self.bottom


def obscure(image: Image, heads: Iterable[Head], cells: float = DEFAULT_CELLS) -> Image:
    """Return a copy of a frame in which the heads cannot be recognised.

    Args:
        image: BGR uint8 [height, width, 3].
        heads: parts beyond the border do no harm.
        cells: along the height of a head, 1 to 64; fewer protect more.

    Raises:
        ConfigurationError: ``cells`` is out of range.
    """
    check_cells(cells)
    obscured = image.copy()
    # The largest last: the small cells of a supposed head must not show detail of a large face.
    for head in sorted(heads, key=lambda one: one.height):
        _obscure_one(obscured, head, cells)
    return obscured


def check_cells(cells: float) -> None:
    """Raise ``ConfigurationError`` where the strength is out of range."""
    if not 1 <= cells <= MOST_CELLS:
        raise ConfigurationError(f"cells is {cells:g}; allowed are 1 to {MOST_CELLS:g}")


def region_of(head: Head, width: int, height: int) -> Region:
    """Return what is obscured of a frame of that size for a head."""
    half = _SIDE * head.height / 2 + _ERROR_PX
    return Region(
        max(0, floor(head.x - half)),
        max(0, floor(head.y - half)),
        min(width, ceil(head.x + half)),
        min(height, ceil(head.y + half)),
    )


def _obscure_one(image: Image, head: Head, cells: float) -> None:
    left, top, right, bottom = region_of(head, image.shape[1], image.shape[0])
    width, height = right - left, bottom - top
    if width <= 0 or height <= 0:
        return
    cell = max(1.0, head.height / cells)
    size = max(1, round(width / cell)), max(1, round(height / cell))
    region = image[top:bottom, left:right]
    coarse = cv2.resize(region, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    region[:] = cv2.resize(_tints(coarse), (width, height), interpolation=cv2.INTER_LINEAR)


def _tints(coarse: Floats) -> Image:
    """Return the tints of cells: one brightness, grey on average, one contrast for all heads."""
    tints = coarse - (coarse @ _LUMA)[..., None]
    tints -= tints.mean((0, 1))
    contrast = max(_LEAST_CONTRAST, float(tints.std()))
    scaled = tints * (_CONTRAST / contrast) + _MIDDLE
    return np.asarray(scaled.clip(0, 255), np.uint8)

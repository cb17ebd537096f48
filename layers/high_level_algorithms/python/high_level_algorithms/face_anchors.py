"""Anchors: the boxes that a single-shot face detector corrects, and how it corrects them.

Those of AIZOO's face-mask detector (``FaceMaskDetection``, MIT), which ours follows: five grids
over a square picture of 260 px, four boxes in each cell; offsets and variances as in Liu et al.,
"SSD: Single Shot MultiBox Detector" (ECCV 2016). All coordinates are in 0..1 of the picture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from high_level_algorithms.types import Floats

CENTRE_VARIANCE, SIZE_VARIANCE = 0.1, 0.2


class AnchorGrid(NamedTuple):
    """A grid of cells, and the sides of its two square boxes; the narrow ones have the first."""

    cells: int
    side: float
    larger_side: float


GRIDS = (
    AnchorGrid(33, 0.04, 0.056),
    AnchorGrid(17, 0.08, 0.11),
    AnchorGrid(9, 0.16, 0.22),
    AnchorGrid(5, 0.32, 0.45),
    AnchorGrid(3, 0.64, 0.72),
)
_WIDTHS_PER_HEIGHT = 0.62, 0.42


def face_anchors() -> Floats:
    """Return x, y of the middle, width and height of every anchor, float32 [5972, 4]."""
    parts = []
    for cells, side, larger_side in GRIDS:
        middle = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middle, middle, indexing="ij")
        shapes = [(side, side), (larger_side, larger_side)]
        shapes += [(side * ratio**0.5, side / ratio**0.5) for ratio in _WIDTHS_PER_HEIGHT]
        grid = np.empty((cells, cells, len(shapes), 4))
        grid[..., 0], grid[..., 1], grid[..., 2:] = x[..., None], y[..., None], shapes
        parts.append(grid.reshape(-1, 4))
    return np.concatenate(parts).astype(np.float32)


def decode(offsets: Floats, anchors: Floats) -> Floats:
    """Return the boxes x0, y0, x1, y1 [n, 4] that offsets [n, 4] make of anchors [n, 4]."""
    middle = anchors[:, :2] + CENTRE_VARIANCE * offsets[:, :2] * anchors[:, 2:]
    # A network fed with noise may ask for any size.
    half = anchors[:, 2:] * np.exp(np.minimum(SIZE_VARIANCE * offsets[:, 2:], 4)) / 2
    return np.concatenate([middle - half, middle + half], 1)


def encode(boxes: Floats, anchors: Floats) -> Floats:
    """Return the offsets that make boxes x0, y0, x1, y1 [n, 4] of anchors [n, 4]."""
    size = boxes[:, 2:] - boxes[:, :2]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    moved = (middle - anchors[:, :2]) / anchors[:, 2:] / CENTRE_VARIANCE
    return np.concatenate([moved, np.log(size / anchors[:, 2:]) / SIZE_VARIANCE], 1)

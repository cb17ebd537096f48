"""Anchors: the boxes that a single-shot face detector corrects, and how it corrects them.

Those of AIZOO's face-mask detector (``FaceMaskDetection``, MIT), which ours follows: five grids
over a square picture of 260 px, four boxes in each cell; offsets and variances as in Liu et al.,
"SSD: Single Shot MultiBox Detector" (ECCV 2016). All coordinates are in 0..1 of the picture.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np

from high_level_algorithms.types import Floats

PICTURE_PX = 260
"""Rows and columns of the picture that the networks take."""

CENTRE_VARIANCE, SIZE_VARIANCE = 0.1, 0.2


class AnchorGrid(NamedTuple):
    """The two squares of a grid's cells, by their sides; its narrow boxes have the first's area."""

    side: float
    larger_side: float


GRIDS = (
    AnchorGrid(0.04, 0.056),
    AnchorGrid(0.08, 0.11),
    AnchorGrid(0.16, 0.22),
    AnchorGrid(0.32, 0.45),
    AnchorGrid(0.64, 0.72),
)
_WIDTHS_PER_HEIGHT = 0.62, 0.42
# The finest grid has a cell for each square of eight pixels, each further one half as many a side.
_HALVINGS = 3


def face_anchors(picture_px: int = PICTURE_PX) -> Floats:
    """Return x, y of the middle, width and height of every anchor, float32 [n, 4].

    Args:
        picture_px: side of the picture; of 260 pixels there are 5972 anchors. A smaller one, for
            training, has fewer cells of the same size.
    """
    parts, cells = [], picture_px
    for _ in range(_HALVINGS - 1):
        cells = ceil(cells / 2)
    for side, larger_side in GRIDS:
        cells = ceil(cells / 2)
        middle = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middle, middle, indexing="ij")
        shapes = [(side, side), (larger_side, larger_side)]
        shapes += [(side * ratio**0.5, side / ratio**0.5) for ratio in _WIDTHS_PER_HEIGHT]
        grid = np.empty((cells, cells, len(shapes), 4))
        grid[..., 0], grid[..., 1] = x[..., None], y[..., None]
        grid[..., 2:] = np.array(shapes) * (PICTURE_PX / picture_px)
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

"""What the pose network is to give for known keypoints: heatmaps and part affinity fields.

As Cao et al. (CVPR 2017) define them, on the network's grid. Positions are grid cells with the
centre of cell i at i + 0.5, as ``high_level_algorithms.pose_decoding`` reads them; nothing is
rounded to cells, so that peaks can be refined below the grid.
"""

from __future__ import annotations

import numpy as np
from high_level_algorithms.skeleton import KEYPOINT_COUNT, KEYPOINT_NAMES, LIMBS
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FIELD_CHANNELS = 2 * len(LIMBS)
HEATMAP_CHANNELS = KEYPOINT_COUNT + 1

SIGMA = 0.9
"""Standard deviation of a keypoint's peak in cells; OpenPose's is 7 pixels at stride 8."""
# A field is a unit vector this near to its limb (in cells) and fades to nothing over one more.
_FULL = 0.6

_STARTS = np.array([limb.start for limb in LIMBS])
_ENDS = np.array([limb.end for limb in LIMBS])
_CHANNELS = np.array([limb.channel for limb in LIMBS])


def _mirrored(name: str) -> str:
    side, _, part = name.partition("_")
    return {"left": f"right_{part}", "right": f"left_{part}"}.get(side, name)


MIRRORED = np.array([KEYPOINT_NAMES.index(_mirrored(name)) for name in KEYPOINT_NAMES])
"""Kind of keypoint that each kind becomes in a mirrored picture."""


def heatmaps(keypoints: Floats, rows: int, columns: int) -> Floats:
    """Return float32 [19, rows, columns]: a peak of 1 at each keypoint, and the background.

    Args:
        keypoints: [people, 18, 3] x, y in cells and a label: 0 = none.
        rows: of the grid.
        columns: of the grid.
    """
    maps = np.zeros((HEATMAP_CHANNELS, rows, columns), np.float32)
    for person in keypoints:
        across = _bell(np.arange(columns) + 0.5 - person[:, :1])
        down = _bell(np.arange(rows) + 0.5 - person[:, 1:2])
        labelled = (person[:, 2] > 0)[:, None, None]
        peaks = labelled * down[:, :, None] * across[:, None, :]
        np.maximum(maps[:-1], peaks, out=maps[:-1])
    maps[-1] = 1 - maps[:-1].max(0)
    return maps


def _bell(distance: NDArray[np.float64]) -> Floats:
    return np.exp(-0.5 * (distance / SIGMA) ** 2).astype(np.float32)


def fields(keypoints: Floats, rows: int, columns: int) -> Floats:
    """Return float32 [38, rows, columns]: x and y of the unit vector along each limb, near it.

    Where limbs of the same kind overlap their vectors are averaged.

    Args:
        keypoints: as for ``heatmaps``.
        rows: of the grid.
        columns: of the grid.
    """
    total = np.zeros((len(LIMBS), 2, rows, columns), np.float32)
    weights = np.zeros((len(LIMBS), rows, columns), np.float32)
    for person in keypoints:
        start, end = person[_STARTS], person[_ENDS]
        labelled = (start[:, 2] > 0) & (end[:, 2] > 0)
        near, along = _near(start[:, :2], end[:, :2], rows, columns)
        near *= labelled[:, None, None]
        total += near[:, None] * along[:, :, None, None]
        weights += near
    total /= np.maximum(weights, 1)[:, None]
    maps = np.empty((FIELD_CHANNELS, rows, columns), np.float32)
    maps[_CHANNELS], maps[_CHANNELS + 1] = total[:, 0], total[:, 1]
    return maps


def _near(start: Floats, end: Floats, rows: int, columns: int) -> tuple[Floats, Floats]:
    """Return how near each cell is to each limb, 0..1 [limbs, rows, columns], and its direction."""
    vector = end - start
    length = np.maximum(np.hypot(vector[:, 0], vector[:, 1]), 1e-6)
    along = (vector / length[:, None]).astype(np.float32)
    x = (np.arange(columns, dtype=np.float32) + 0.5) - start[:, :1]
    y = (np.arange(rows, dtype=np.float32) + 0.5) - start[:, 1:]
    x, y = x[:, None, :], y[:, :, None]
    along_x, along_y = along[:, 0, None, None], along[:, 1, None, None]
    progress = (x * along_x + y * along_y).clip(0, length[:, None, None])
    distance = np.hypot(x - progress * along_x, y - progress * along_y)
    return (1 + _FULL - distance).clip(0, 1).astype(np.float32), along

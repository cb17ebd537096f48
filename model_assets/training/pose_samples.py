"""Training windows cut at random out of whole frames, with what the pose network is to give."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model_assets.training.noise import Image, Rng
from model_assets.training.photometry import retouch, sharpened
from model_assets.training.pose_targets import MIRRORED, Floats, fields, heatmaps

STRIDE = 8
WINDOW = (256, 192)
"""Rows and columns of a training window: a standing person, and some of what is around."""
# Pixels by which a window may reach beyond the frame, into black as in a letterbox.
_BEYOND = 24
# Frames are reduced by interpolation alone, which leaves more of the fine detail than rendering.
_SHARPEST = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class PoseData:
    """Labelled frames.

    Attributes:
        images: uint8 [n, 256, 456, 3] BGR, letterboxed.
        keypoints: float32 [n, people, 18, 3] x, y in pixels; 2 = seen, 1 = hidden, 0 = no label.
        ignore: uint8 [n, regions, 4] x0, y0, x1, y1 in cells of 8 pixels: not to be learned from.
    """

    images: NDArray[np.uint8]
    keypoints: Floats
    ignore: NDArray[np.uint8]

    @classmethod
    def read(cls, folder: Path) -> PoseData:
        """Map the arrays of a folder into memory."""
        names = ("images", "keypoints", "ignore")
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in names))


@dataclass(frozen=True, slots=True, eq=False)
class PoseBatch:
    """Windows [n, rows, columns, 3] and their maps at stride 8; learned where ``mask`` is 1."""

    images: NDArray[np.uint8]
    fields: Floats
    heatmaps: Floats
    mask: Floats


def pose_batch(data: PoseData, rng: Rng, size: int) -> PoseBatch:
    """Return ``size`` windows out of frames chosen at random."""
    rows = [window(data, rng, int(rng.integers(len(data.images)))) for _ in range(size)]
    return PoseBatch(*(np.stack(parts) for parts in zip(*rows, strict=True)))


def window(data: PoseData, rng: Rng, index: int) -> tuple[Image, Floats, Floats, Floats]:
    """Return a changed part of a frame, its fields, heatmaps and the mask [1, rows, columns]."""
    frame = np.asarray(data.images[index])
    people = np.asarray(data.keypoints[index])
    people = people[(people[:, :, 2] > 0).any(1)]
    mirror = bool(rng.random() < 0.5)
    matrix = placement(rng, *centre_of_interest(rng, people, frame.shape), frame.shape, mirror)
    height, width = WINDOW
    image = cv2.warpAffine(
        frame, centred(matrix), (width, height), flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0)
    )
    moved = move_people(people, matrix, mirror)
    moved[:, :, :2] /= STRIDE
    grid = height // STRIDE, width // STRIDE
    mask = learned(np.asarray(data.ignore[index]), matrix, grid)
    image = sharpened(image, float(rng.uniform(0, _SHARPEST))) if rng.random() < 0.5 else image
    return retouch(rng, image, coarse_to=0.7), fields(moved, *grid), heatmaps(moved, *grid), mask


def centre_of_interest(
    rng: Rng, people: Floats, shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], float]:
    """Return the point to be in the middle of the window, and the height of what is there.

    Mostly a person, else any point of the frame, since emptiness has to be learned too.
    """
    anywhere = rng.random(2) * (shape[1], shape[0])
    if not len(people) or rng.random() < 0.12:
        return anywhere, 0.5 * shape[0]
    person = people[int(rng.integers(len(people)))]
    points = person[person[:, 2] > 0, :2]
    low, high = points.min(0), points.max(0)
    shift = rng.uniform(-0.3, 0.3, 2) * (WINDOW[1], WINDOW[0])
    return (low + high) / 2 + shift, float((high - low).max())


def placement(
    rng: Rng, centre: NDArray[np.float64], height: float, shape: tuple[int, ...], mirror: bool
) -> NDArray[np.float64]:
    """Return the transform [2, 3] from frame to window pixels: zoom, turn, shift, mirror.

    Args:
        rng: source of randomness.
        centre: x, y of what is to be in the middle, if the frame reaches that far.
        height: of what is there, which is neither to be lost in the window nor to exceed it.
        shape: of the frame.
        mirror: whether left and right change places.
    """
    zoom = float(np.exp(rng.uniform(np.log(0.7), np.log(1.5))))
    zoom = float(np.clip(zoom, 36 / max(height, 18), max(1.0, 260 / max(height, 1))))
    half = np.array([WINDOW[1], WINDOW[0]]) / 2
    reach = half / zoom
    edges = np.sort([reach, np.array([shape[1], shape[0]]) - reach], axis=0)
    centre = np.clip(centre, edges[0] - _BEYOND / zoom, edges[1] + _BEYOND / zoom)
    turn = np.radians(rng.normal(0, 5))
    across = -zoom if mirror else zoom
    linear = np.array(
        [
            [across * np.cos(turn), -zoom * np.sin(turn)],
            [across * np.sin(turn), zoom * np.cos(turn)],
        ]
    )
    return np.column_stack([linear, half - linear @ centre])


def centred(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the transform for OpenCV, which puts whole numbers at pixel centres."""
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2].sum(1) / 2 - 0.5
    return shifted


def move_people(people: Floats, matrix: NDArray[np.float64], mirror: bool) -> Floats:
    """Return the keypoints in the window; what leaves it loses its label, as beyond a frame."""
    moved = np.zeros_like(people)
    moved[:, :, :2] = people[:, :, :2] @ matrix[:, :2].T + matrix[:, 2]
    inside = (moved[:, :, :2] >= 0).all(2) & (moved[:, :, :2] < (WINDOW[1], WINDOW[0])).all(2)
    moved[:, :, 2] = np.where(inside, people[:, :, 2], 0)
    return moved[:, MIRRORED] if mirror else moved


def learned(
    ignore: NDArray[np.uint8], matrix: NDArray[np.float64], grid: tuple[int, int]
) -> Floats:
    """Return 1 [1, rows, columns] where the window may be learned from."""
    mask = np.ones((1, *grid), np.float32)
    for x0, y0, x1, y1 in ignore.astype(np.float64):
        if x1 <= x0 or y1 <= y0:
            continue
        corners = STRIDE * np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)])
        cells = (corners @ matrix[:, :2].T + matrix[:, 2]) / STRIDE
        left, top = np.floor(cells.min(0)).astype(int).clip(0)
        right, bottom = np.ceil(cells.max(0)).astype(int).clip(0)
        mask[0, top:bottom, left:right] = 0
    return mask

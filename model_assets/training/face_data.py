"""Labelled faces, and crops of them as the pipeline makes them, with the errors it makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deep_learning.image_ops import warp
from high_level_algorithms.alignment import REFERENCE_POINTS, similarity
from numpy.typing import NDArray

from model_assets.training.noise import Image, Rng

Points = NDArray[np.float64]

POINTS_MIRRORED = np.array([1, 0, 2, 4, 3])
"""Landmark that each landmark becomes in a mirrored picture."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceData:
    """Labelled faces.

    Attributes:
        images: uint8 [n, side, side, 3] BGR.
        landmarks: float32 [n, 5, 2] x, y in pixels: eyes, nose tip, mouth corners, the ones that
            are on the left in a picture of an upright face first.
        identity: int32 [n] whose face it is.
    """

    images: NDArray[np.uint8]
    landmarks: NDArray[np.float32]
    identity: NDArray[np.int32]

    @classmethod
    def read(cls, folder: Path) -> FaceData:
        """Map the arrays of a folder into memory."""
        names = ("images", "landmarks", "identity")
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in names))


def extent(points: Points) -> float:
    """Return the side of the smallest upright square around points [5, 2]."""
    return float(np.ptp(points, axis=0).max())


def crop(
    image: Image, centre: Points, side: float, turn: float, mirror: bool, size: int
) -> tuple[Image, NDArray[np.float64]]:
    """Cut a turned square out of an image.

    Args:
        image: BGR uint8.
        centre: x, y of the middle of the square.
        side: of the square in pixels.
        turn: radians.
        mirror: whether left and right change places.
        size: pixels a side of the result.

    Returns:
        BGR uint8 [size, size, 3] and the transform [2, 3] into it.
    """
    scale = size / side
    across = -scale if mirror else scale
    linear = np.array(
        [
            [across * np.cos(turn), -scale * np.sin(turn)],
            [across * np.sin(turn), scale * np.cos(turn)],
        ]
    )
    matrix = np.column_stack([linear, size / 2 - linear @ centre])
    return turned(image, matrix, size), matrix


def turned(image: Image, matrix: NDArray[np.float64], size: int) -> Image:
    """Return the image through a transform [2, 3]; its edge is repeated beyond it."""
    first, second = matrix.tolist()
    return warp(image, (tuple(first), tuple(second)), size)


def apply(matrix: NDArray[np.float64], points: Points) -> Points:
    """Return points [n, 2] through a transform [2, 3]."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def aligned(rng: Rng, image: Image, landmarks: Points, size: int, error: float) -> Image:
    """Return the face at the reference points, found with an error.

    Args:
        rng: source of the error.
        image: BGR uint8.
        landmarks: [5, 2] true positions in pixels.
        size: pixels a side of the result.
        error: standard deviation of each coordinate in shares of the landmarks' extent.
    """
    found = landmarks + rng.normal(0, error * extent(landmarks), landmarks.shape)
    return turned(image, np.array(similarity(found, REFERENCE_POINTS * size)), size)

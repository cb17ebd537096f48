"""Alignment: the similarity transform that brings five landmarks to the reference points.

Least squares after Umeyama, "Least-squares estimation of transformation parameters between two
point patterns" (PAMI 1991).
"""

from __future__ import annotations

import numpy as np
from deep_learning.image_ops import warp
from numpy.typing import NDArray

from high_level_algorithms.types import Image, Landmarks, Points

# Reference points of face-reidentification-retail-0095 in the unit square (Open Model Zoo).
REFERENCE_POINTS: Points = np.array(
    [
        (0.31556875000000000, 0.4615741071428571),
        (0.68262291666666670, 0.4615741071428571),
        (0.50026249999999990, 0.6405053571428571),
        (0.34947187500000004, 0.8246919642857142),
        (0.65343645833333330, 0.8246919642857142),
    ]
)


def align(image: Image, landmarks: Landmarks, size: int) -> Image:
    """Return the face upright and centred, BGR [size, size, 3]."""
    return warp(image, similarity(landmarks.points, REFERENCE_POINTS * size), size)


def similarity(source: Points, target: Points) -> NDArray[np.float64]:
    """Return the [2, 3] similarity (rotation, scale, shift) that best maps source to target.

    Args:
        source: [n, 2] points, not all the same.
        target: [n, 2] points.
    """
    source_mean, target_mean = source.mean(0), target.mean(0)
    source_centred, target_centred = source - source_mean, target - target_mean
    u, singular, vt = np.linalg.svd(target_centred.T @ source_centred)
    # A mirrored face is no rotation of a face: the determinant keeps the handedness.
    handedness = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ np.diag(handedness) @ vt
    scale = (singular * handedness).sum() / (source_centred**2).sum()
    linear = scale * rotation
    return np.column_stack([linear, target_mean - linear @ source_mean])

"""Alignment: the similarity transform that brings five landmarks to the reference points.

In the plane the least-squares solution (Umeyama, "Least-squares estimation of transformation
parameters between two point patterns", PAMI 1991) is a single quotient of complex numbers.
"""

from __future__ import annotations

import numpy as np
from deep_learning.image_ops import Transform, warp

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


def similarity(source: Points, target: Points) -> Transform:
    """Return the similarity (rotation, scale, shift) that best maps source to target.

    Args:
        source: [n, 2] points, not all the same.
        target: [n, 2] points.
    """
    source_plane = [complex(x, y) for x, y in source.tolist()]
    target_plane = [complex(x, y) for x, y in target.tolist()]
    source_mean = sum(source_plane) / len(source_plane)
    target_mean = sum(target_plane) / len(target_plane)
    centred = [point - source_mean for point in source_plane]
    products = (point.conjugate() * to for point, to in zip(centred, target_plane, strict=True))
    turn = sum(products) / sum(abs(point) ** 2 for point in centred)
    shift = target_mean - turn * source_mean
    return (turn.real, -turn.imag, shift.real), (turn.imag, turn.real, shift.imag)

"""Facial landmarks (FL): eyes, nose tip and mouth corners in a face region."""

from __future__ import annotations

import numpy as np
from deep_learning.image_ops import crop_square
from deep_learning.runtime import Network

from high_level_algorithms.types import Image, Landmarks, Square

# The network was trained on crops about twice as large as the five points.
_CROP_TO_POINTS = 2.0


class LandmarkFinder:
    """Finds five landmarks; repeats on the square that the last ones imply.

    The pose gives the head only roughly; each pass brings the crop closer to the tight face crop
    that the network was trained on.
    """

    def __init__(self, network: Network, passes: int) -> None:
        self._network = network
        self._passes = passes

    def find(self, image: Image, region: Square) -> Landmarks:
        """Return the landmarks of the face in ``region`` of a BGR frame."""
        landmarks = self._find_once(image, region)
        for _ in range(self._passes - 1):
            landmarks = self._find_once(image, implied_region(landmarks))
        return landmarks

    def _find_once(self, image: Image, region: Square) -> Landmarks:
        size, _ = self._network.input_height_width
        centre = (region.x, region.y)
        (relative,) = self._network.infer(crop_square(image, centre, region.side, size))
        points = relative.reshape(5, 2).astype(np.float64)
        return Landmarks(centre + (points - 0.5) * region.side)


def implied_region(landmarks: Landmarks) -> Square:
    """Return the square face region that the landmarks imply, never smaller than a pixel."""
    low, high = landmarks.points.min(0), landmarks.points.max(0)
    x, y = ((low + high) / 2).tolist()
    return Square(x, y, max(1.0, _CROP_TO_POINTS * float((high - low).max())))

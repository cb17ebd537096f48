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
        relative = self._find_once(image, region)
        for _ in range(self._passes - 1):
            region = implied_region(relative, region)
            relative = self._find_once(image, region)
        points = np.array(relative).reshape(5, 2)
        return Landmarks((region.x, region.y) + (points - 0.5) * region.side)

    def _find_once(self, image: Image, region: Square) -> list[float]:
        """Return x0, y0 … x4, y4 in 0..1 of the region."""
        size, _ = self._network.input_height_width
        crop = crop_square(image, (region.x, region.y), region.side, size)
        (relative,) = self._network.infer(crop)
        points: list[float] = relative.reshape(-1).tolist()
        return points


def implied_region(relative: list[float], region: Square) -> Square:
    """Return the square that landmarks in ``region`` imply, never smaller than a pixel.

    In plain floats: for ten numbers NumPy's call costs exceed the arithmetic many times over.
    """
    xs, ys = relative[0::2], relative[1::2]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    return Square(
        region.x + ((left + right) / 2 - 0.5) * region.side,
        region.y + ((top + bottom) / 2 - 0.5) * region.side,
        max(1.0, _CROP_TO_POINTS * max(right - left, bottom - top) * region.side),
    )

"""Camera cover (CM): is the camera's view hidden?"""

from __future__ import annotations

from deep_learning.image_ops import reduce
from deep_learning.runtime import Network

from high_level_algorithms.types import CoverVerdict, Image

_COVERED = 1


class CameraCover:
    """Judges frames with a two-class network (clear, covered)."""

    def __init__(self, network: Network, threshold: float) -> None:
        self._network = network
        self._threshold = threshold

    def judge(self, image: Image) -> CoverVerdict:
        """Return the verdict on a BGR frame of any size, shown whole."""
        height, width = self._network.input_height_width
        (probabilities,) = self._network.infer(reduce(image, width, height))
        probability = float(probabilities[0, _COVERED])
        return CoverVerdict(probability >= self._threshold, probability)

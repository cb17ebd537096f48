"""Embedding (FR): 256 numbers of unit length that tell one face from another."""

from __future__ import annotations

from math import sqrt

from deep_learning.runtime import Network

from high_level_algorithms.alignment import align
from high_level_algorithms.types import Floats, Image, Landmarks

_LEAST_LENGTH = 1e-12


class FaceEmbedder:
    """Turns a face with known landmarks into its embedding."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def embed(self, image: Image, landmarks: Landmarks) -> Floats:
        """Return the embedding of a face in a BGR frame: float32 [256], unit length (or zeros)."""
        size, _ = self._network.input_height_width
        (output,) = self._network.infer(align(image, landmarks, size))
        vector = output.reshape(-1)
        # A vector of zeros stays one: it resembles nobody, where a division by zero would be NaN.
        embedding: Floats = vector / max(sqrt(vector @ vector), _LEAST_LENGTH)
        return embedding

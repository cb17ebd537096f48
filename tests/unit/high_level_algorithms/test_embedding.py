"""The embedding is a unit vector of the aligned face."""

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.alignment import REFERENCE_POINTS, align
from high_level_algorithms.embedding import FaceEmbedder
from high_level_algorithms.types import Landmarks

from tests.factories import smooth_image
from tests.fakes import FakeNetwork, Image

SIZE = 128
LANDMARKS = Landmarks(REFERENCE_POINTS * 90 + (60, 50))


def _embedder(*vectors: np.ndarray) -> FaceEmbedder:
    queue = iter(vectors)
    return FaceEmbedder(FakeNetwork((SIZE, SIZE), lambda image: (next(queue),)))


def _vector(seed: int, length: float) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=(1, 256, 1, 1)).astype(np.float32)
    return vector * np.float32(length / np.linalg.norm(vector))


@pytest.mark.parametrize("length", [1e-3, 1.0, 37.5, 1e6])
def test_the_embedding_is_the_output_at_unit_length(length: float) -> None:
    vector = _vector(1, length)
    embedding = _embedder(vector).embed(smooth_image(200, 220), LANDMARKS)
    assert embedding.shape == (256,)
    assert embedding.dtype == np.float32
    assert np.linalg.norm(embedding) == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_allclose(embedding, vector.reshape(256) / length, atol=1e-6)


def test_the_network_is_given_the_aligned_face() -> None:
    seen: list[Image] = []
    network = FakeNetwork(
        (SIZE, SIZE), lambda image: (seen.append(image.copy()), _vector(1, 1))[1:]
    )
    image = smooth_image(200, 220)
    FaceEmbedder(network).embed(image, LANDMARKS)
    np.testing.assert_array_equal(seen, [align(image, LANDMARKS, SIZE)])


def test_embeddings_outlive_the_next_inference() -> None:
    embedder = _embedder(_vector(1, 5.0), _vector(2, 5.0))
    image = smooth_image(200, 220)
    first = embedder.embed(image, LANDMARKS)
    before = first.copy()
    second = embedder.embed(image, LANDMARKS)
    np.testing.assert_array_equal(first, before)
    assert abs(float(first @ second)) < 0.3


def test_an_output_without_direction_resembles_nobody() -> None:
    embedding = _embedder(np.zeros((1, 256, 1, 1))).embed(smooth_image(200, 220), LANDMARKS)
    np.testing.assert_array_equal(embedding, np.zeros(256))

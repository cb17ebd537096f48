from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from model_assets.training.embedding_scores import Comparisons, compare, verification

PEOPLE, PICTURES = 40, 6


def embeddings(spread: float) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return unit vectors around a direction per person."""
    rng = np.random.default_rng(1)
    directions = np.repeat(rng.normal(size=(PEOPLE, 64)), PICTURES, 0)
    vectors = directions + spread * rng.normal(size=directions.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), np.repeat(np.arange(PEOPLE, dtype=np.int32), PICTURES)


def test_distinct_people_are_all_identified_and_no_stranger_is() -> None:
    comparisons = compare(*embeddings(0.2), seed=1)
    rates = comparisons.rates(comparisons.threshold())
    assert rates["identified"] == 1
    assert rates["misnamed"] == 0
    assert rates["strangers_named"] <= 0.005
    assert verification(*embeddings(0.2)) == 1


def test_embeddings_that_say_nothing_are_worth_nothing() -> None:
    vectors, identity = embeddings(0.2)
    shuffled = np.random.default_rng(2).permutation(identity)
    comparisons = compare(vectors, shuffled, seed=1)
    assert comparisons.rates(comparisons.threshold())["identified"] < 0.1
    assert verification(vectors, shuffled) == pytest.approx(0.5, abs=0.05)


def test_each_trial_counts_every_picture_but_the_references_once() -> None:
    comparisons = compare(*embeddings(0.2), seed=1)
    assert len(comparisons.own) + len(comparisons.strangers) == 20 * (PEOPLE * PICTURES - 20 * 3)
    assert len(comparisons.strangers) == 20 * (PEOPLE - 20) * PICTURES


def test_threshold_is_the_lowest_that_names_few_enough_strangers() -> None:
    strangers = np.linspace(0, 0.5, 1001, dtype=np.float32)
    comparisons = Comparisons(np.ones(1), np.zeros(1), strangers)
    threshold = comparisons.threshold()
    assert comparisons.rates(threshold)["strangers_named"] <= 0.005
    assert comparisons.rates(threshold - 0.01)["strangers_named"] > 0.005

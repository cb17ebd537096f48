"""Synthetic people and strangers whose scores follow known laws."""

import numpy as np
from high_level_algorithms.identification import Gallery

from vss.calibration.open_set import MatedSearches, OpenSet

# So few directions that strangers come close to people now and then, as real faces do.
DIRECTIONS = 24


def faces(rng: np.random.Generator, centres: np.ndarray, noise: float) -> np.ndarray:
    """Return unit vectors [n, 256] around ``centres`` [n, DIRECTIONS]."""
    moved = np.pad(centres + rng.normal(size=centres.shape, scale=noise), ((0, 0), (0, 232)))
    unit: np.ndarray = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return unit


def gallery_of(seed: int, counts: list[int], noise: float = 0.1) -> Gallery:
    """Return a gallery with as many templates of each person as ``counts`` says."""
    rng = np.random.default_rng(seed)
    centres = faces(rng, rng.normal(size=(len(counts), DIRECTIONS)), 0)[:, :DIRECTIONS]
    return Gallery.of(
        {
            f"person-{index}": list(faces(rng, np.tile(centre, (count, 1)), noise))
            for index, (centre, count) in enumerate(zip(centres, counts, strict=True))
        }
    )


def strangers_of(seed: int, count: int) -> np.ndarray:
    """Return the embeddings of ``count`` strangers."""
    rng = np.random.default_rng(seed)
    return faces(rng, rng.normal(size=(count, DIRECTIONS)), 0)


def searches(scores: list[list[float]], right: list[int], people_without: int = 0) -> MatedSearches:
    """Return mated searches with these scores."""
    width = len(scores[0]) if scores else 1
    array = np.array(scores, np.float32).reshape(len(scores), width)
    return MatedSearches(array, np.array(right, np.intp), people_without)


def open_set_of(mated: list[float], strangers: list[float]) -> OpenSet:
    """Return the searches of a gallery of one person, where the scores are all there is."""
    scores = np.array(strangers, np.float32).reshape(-1, 1)
    return OpenSet.of(searches([[score] for score in mated], [0] * len(mated)), scores)

"""How well embeddings tell people apart: verification, and open-set identification."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ENROLLED, REFERENCES = 20, 3
"""People in a trial's gallery, and reference pictures of each."""
_TRIALS = 20
MOST_NAMED = 0.005
"""Share of the strangers that may be named."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Best comparison scores with the galleries of all trials.

    Attributes:
        own: of enrolled people's other pictures, with the person whose picture it is.
        others: of those, the best with anybody else in the gallery.
        strangers: of people who are not in the gallery, the best with anybody.
    """

    own: Floats
    others: Floats
    strangers: Floats

    def rates(self, threshold: float) -> dict[str, float]:
        """Return the shares of enrolled people named rightly and wrongly, of strangers named."""
        named = np.maximum(self.own, self.others) >= threshold
        right = named & (self.own > self.others)
        return {
            "identified": float(right.mean()),
            "misnamed": float((named & ~right).mean()),
            "strangers_named": float((self.strangers >= threshold).mean()),
        }

    def threshold(self) -> float:
        """Return the lowest threshold (two digits) that names few enough strangers."""
        scores = np.sort(self.strangers)[::-1]
        highest_refused = float(scores[int(MOST_NAMED * len(scores))])
        return float(np.floor(highest_refused * 100 + 1) / 100)


def compare(embeddings: Floats, identity: NDArray[np.int32], seed: int) -> Comparisons:
    """Enrol people drawn at random, several times, and compare everybody with them.

    Args:
        embeddings: [n, 256], unit length.
        identity: [n] whose they are.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    people, counts = np.unique(identity, return_counts=True)
    candidates = people[counts > REFERENCES]
    parts = []
    for _ in range(_TRIALS):
        enrolled = rng.choice(candidates, min(ENROLLED, len(candidates) // 2), replace=False)
        parts.append(_trial(rng, embeddings, identity, enrolled))
    return Comparisons(*(np.concatenate(scores) for scores in zip(*parts, strict=True)))


def _trial(
    rng: np.random.Generator,
    embeddings: Floats,
    identity: NDArray[np.int32],
    enrolled: NDArray[np.int32],
) -> tuple[Floats, Floats, Floats]:
    references = np.stack(
        [rng.choice(np.flatnonzero(identity == who), REFERENCES, replace=False) for who in enrolled]
    )
    scores = (embeddings @ embeddings[references].transpose(0, 2, 1)).max(2).T
    stranger = ~np.isin(identity, enrolled)
    probes = ~stranger
    probes[references] = False
    own = identity[probes][:, None] == enrolled
    mine = np.where(own, scores[probes], -1).max(1)
    others = np.where(own, -1, scores[probes]).max(1)
    return mine, others, scores[stranger].max(1)


def verification(embeddings: Floats, identity: NDArray[np.int32]) -> float:
    """Return the chance that two pictures of one person score above two of different people.

    The area under the receiver operating characteristic, over all pairs.
    """
    first, second = np.triu_indices(len(identity), 1)
    scores = (embeddings @ embeddings.T)[first, second]
    same = identity[first] == identity[second]
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positives = int(same.sum())
    negatives = len(same) - positives
    above = ranks[same].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))

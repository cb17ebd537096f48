"""Identification: open-set comparison of the faces of one frame with the gallery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from high_level_algorithms.types import Floats, Identity

_LEAST_SCORE = -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """The enrolled people.

    Attributes:
        person_ids: one id a person.
        templates: float32 [n, 256], unit length, grouped by person.
        first: [people] index of each person's first template.
        version: of the gallery's index, 0 where it has none.
    """

    person_ids: tuple[str, ...]
    templates: Floats
    first: NDArray[np.intp]
    version: int = 0

    @classmethod
    def of(cls, references: Mapping[str, Sequence[Floats]]) -> Self:
        """Build a gallery from the reference embeddings of each person, at least one each."""
        counts = [len(embeddings) for embeddings in references.values()]
        templates = [embedding for group in references.values() for embedding in group]
        return cls(
            person_ids=tuple(references),
            templates=np.array(templates, np.float32),
            first=np.cumsum([0, *counts])[:-1],
        )

    def scores(self, probes: Floats) -> Floats:
        """Compare probes [faces, 256] with everybody: [faces, people], the best template each."""
        if not self.person_ids or not len(probes):
            return np.empty((len(probes), len(self.person_ids)), np.float32)
        comparisons: Floats = np.maximum.reduceat(probes @ self.templates.T, self.first, axis=1)
        return comparisons


def identify(probes: Floats, gallery: Gallery, threshold: float) -> list[Identity | None]:
    """Name the faces of one frame.

    A person is in a frame once at most: the best pair of face and person is settled first, then
    the best of those left. A face without a person at or above the threshold is unknown (None).

    Args:
        probes: float32 [faces, 256], unit length.
        gallery: the people to compare with.
        threshold: least comparison score (cosine) of an identification.
    """
    scores = gallery.scores(probes)
    identities: list[Identity | None] = [None] * len(probes)
    open_pairs = scores.copy()
    while open_pairs.size and (best := float(open_pairs.max())) >= threshold:
        face, person = divmod(int(open_pairs.argmax()), len(gallery.person_ids))
        others = scores[face].copy()
        others[person] = _LEAST_SCORE
        margin = best - float(others.max())
        identities[face] = Identity(gallery.person_ids[person], best, margin)
        open_pairs[face, :] = -np.inf
        open_pairs[:, person] = -np.inf
    return identities

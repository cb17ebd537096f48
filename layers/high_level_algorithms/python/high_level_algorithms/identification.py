"""Identification: open-set comparison of the faces of one frame with the gallery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from high_level_algorithms.types import Floats, Identity

_LEAST_SCORE = -1.0
# Templates in a block: half a megabyte.
_BLOCK = 512


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
        comparisons = np.empty((len(probes), len(self.templates)), np.float32)
        # A block of templates stays in the cache while all faces are compared with it: reading
        # them from memory is what takes the time. One face at a time: a product with few columns
        # is slower than as many with one, and a score does not depend on who else is in the frame.
        for start in range(0, len(self.templates), _BLOCK):
            block = self.templates[start : start + _BLOCK]
            for probe, row in zip(probes, comparisons, strict=True):
                np.dot(block, probe, out=row[start : start + _BLOCK])
        best: Floats = np.maximum.reduceat(comparisons, self.first, axis=1)
        return best


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
    named: set[int] = set()
    for face, person in _pairs(scores, threshold):
        if identities[face] is None and person not in named:
            score = float(scores[face, person])
            margin = score - _best_other(scores[face], person)
            identities[face] = Identity(gallery.person_ids[person], score, margin)
            named.add(person)
    return identities


def _pairs(scores: Floats, threshold: float) -> Iterator[tuple[int, int]]:
    """Yield face and person of all scores [faces, people] at or above ``threshold``, best first."""
    least = np.float32(threshold)
    if float(least) < threshold:
        # NumPy would compare with the threshold as a float32, which may be a little lower.
        least = np.nextafter(least, np.float32(np.inf))
    faces, people = np.nonzero(scores >= least)
    order = np.argsort(-scores[faces, people], kind="stable")
    yield from zip(faces[order].tolist(), people[order].tolist(), strict=True)


def _best_other(scores: Floats, person: int) -> float:
    """Return the highest of the scores [people] but one, at least the lowest score there is."""
    before, after = scores[:person], scores[person + 1 :]
    return max(float(before.max(initial=_LEAST_SCORE)), float(after.max(initial=_LEAST_SCORE)))

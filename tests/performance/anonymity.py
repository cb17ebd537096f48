"""The attack on anonymised faces: can they still be told from strangers by comparing them?

The attacker has the originals, knows to the pixel where the landmarks were, and uses the embedding
network of this project. Besides, they may anonymise the pictures of their gallery in the same way
before they compare (Newton et al., "Preserving privacy by de-identifying face images", TKDE 2005,
call it the parrot attack); nothing is claimed against that one, but it is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from high_level_algorithms.embedding import FaceEmbedder
from high_level_algorithms.types import Floats, Image, Landmarks
from numpy.typing import NDArray

from vss.continuum.anonymise.errors import Reason
from vss.continuum.anonymise.heads import Head
from vss.continuum.anonymise.obscuring import obscure
from vss.continuum.anonymise.search import HeadSearch

Mask = NDArray[np.bool_]
People = NDArray[np.int64]
Range = tuple[float, float]

_SEED, _DRAWS = 53, 300


@dataclass(frozen=True, slots=True, eq=False)
class KnownFace:
    """A face in a frame, and whose it is.

    Attributes:
        person: number of the person.
        landmarks: [5, 2] px.
        kind: ``large``, ``tiny`` or ``border``.
    """

    person: int
    landmarks: Landmarks
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A frame, the faces in it, and what the search made of it."""

    image: Image
    faces: tuple[KnownFace, ...]
    heads: tuple[Head, ...]
    doubt: Reason | None


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Embeddings of faces, before and after.

    Attributes:
        person: [n].
        kind: [n].
        original: float32 [n, 256].
        anonymised: float32 [n, 256].
    """

    person: People
    kind: NDArray[np.str_]
    original: Floats
    anonymised: Floats


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas under the ROC curve of telling the same person from strangers; 0.5 is chance.

    Attributes:
        faces: anonymised faces compared.
        people: whose they are.
        other_pictures: against originals of other frames.
        interval: of ``other_pictures``, 95 %, people drawn anew (bootstrap).
        normalised: likewise, by an attacker who takes from each score what this original scores on
            average with all anonymised faces, and divides by how much that varies.
        same_picture: against the originals of the very same frame.
        parrot: against other frames, anonymised in the same way.
        originals: originals against those of other frames: what the attack is worth.
    """

    faces: int
    people: int
    other_pictures: float
    interval: Range
    normalised: float
    same_picture: float
    parrot: float
    originals: float


def scene_of(image: Image, faces: Iterable[KnownFace], search: HeadSearch) -> Scene:
    """Look for heads once; they are the same at every strength."""
    found = search.search(image)
    return Scene(image, tuple(faces), found.heads, found.doubt)


def embedded(scenes: Sequence[Scene], embedder: FaceEmbedder, cells: float) -> Faces:
    """Embed the faces of all scenes that are not withheld, before and after."""
    rows = []
    for scene in scenes:
        if scene.doubt is not None:
            continue
        hidden = obscure(scene.image, scene.heads, cells)
        for face in scene.faces:
            before = embedder.embed(scene.image, face.landmarks).copy()
            after = embedder.embed(hidden, face.landmarks).copy()
            rows.append((face.person, face.kind, before, after))
    person, kind, before, after = zip(*rows, strict=True)
    return Faces(np.array(person), np.array(kind), np.stack(before), np.stack(after))


def areas(faces: Faces, kind: str | None = None) -> Areas:
    """Attack the faces of a kind, or all."""
    probes = np.ones(len(faces.person), bool) if kind is None else faces.kind == kind
    same = faces.person[probes, None] == faces.person
    itself = np.eye(len(faces.person), dtype=bool)[probes]
    scores = faces.anonymised[probes] @ faces.original.T
    parrot = faces.anonymised[probes] @ faces.anonymised.T
    plain = faces.original[probes] @ faces.original.T
    return Areas(
        int(probes.sum()),
        len(np.unique(faces.person[probes])),
        area(scores, same & ~itself, ~same),
        interval(scores, faces.person[probes], faces.person, itself),
        area((scores - scores.mean(0)) / scores.std(0), same & ~itself, ~same),
        area(scores, itself, ~same),
        area(parrot, same & ~itself, ~same),
        area(plain, same & ~itself, ~same),
    )


def interval(scores: Floats, probes: People, references: People, itself: Mask) -> Range:
    """Return the 95 % interval of the area: people are drawn with all their faces, seeded.

    Faces of one person are no independent evidence, so whole people are drawn.

    Args:
        scores: [n, m] of probes and references.
        probes: [n] whose they are.
        references: [m] whose they are.
        itself: [n, m] pairs that are one and the same face.
    """
    rng = np.random.default_rng(_SEED)
    people = np.unique(references)
    drawn = []
    for _ in range(_DRAWS):
        chosen = rng.choice(people, len(people))
        rows = np.concatenate([np.flatnonzero(probes == one) for one in chosen])
        columns = np.concatenate([np.flatnonzero(references == one) for one in chosen])
        at = np.ix_(rows, columns)
        same = probes[rows, None] == references[columns]
        drawn.append(area(scores[at], same & ~itself[at], ~same))
    low, high = np.nanquantile(drawn, (0.025, 0.975)).tolist()
    return low, high


def area(scores: Floats, same: Mask, different: Mask) -> float:
    """Return the chance that a pair of the same person scores higher than one of two people."""
    own, others = scores[same], np.sort(scores[different])
    if not len(own) or not len(others):
        return float("nan")
    below = np.searchsorted(others, own, "left") + np.searchsorted(others, own, "right")
    return float(below.mean() / 2 / len(others))

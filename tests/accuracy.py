"""Accuracy on real photographs: how many people are counted, who is named, how scores spread.

Used by the tests, which hold the limits, and by ``make accuracy``, which prints and draws.
"""

import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from business_logic.stage_clock import StageClock
from high_level_algorithms.identification import Gallery
from high_level_algorithms.pipeline import Pipeline
from high_level_algorithms.types import FaceStatus, FrameStatus, Person

from tests.shared_material import IMAGES

# Who is on each probe photograph, from left to right; None is a stranger.
PROBES: dict[str, tuple[str | None, ...]] = {
    "alex-lacamoire.png": ("alex_lacamoire",),
    "biden.jpg": ("biden",),
    "knn_test_alex_lacamoire1.jpg": ("alex_lacamoire",),
    "knn_test_johnsnow_test1.jpg": ("kit_harington",),
    "knn_test_kit_with_rose.jpg": ("rose_leslie", "kit_harington"),
    "knn_test_obama1.jpg": ("obama",),
    "knn_test_obama_and_biden.jpg": ("biden", "obama", None),
    "lin-manuel-miranda.png": (None,),
    "obama-1080p.jpg": ("obama",),
    "obama-240p.jpg": ("obama",),
    "obama-480p.jpg": ("obama",),
    "obama-720p.jpg": ("obama",),
    "obama_small.jpg": ("obama",),
    "test_32bit.png": ("obama",),
    "test_obama3.jpg": ("obama",),
    "test_obama_partial_face.jpg": ("obama",),
    "test_obama_partial_face2.jpg": ("obama",),
    "two_people.jpg": ("obama", "biden"),
}
# The same picture as a reference, only scaled or cropped: named, but no evidence of recognition.
COPIES = {
    "obama-1080p.jpg",
    "obama-240p.jpg",
    "obama-480p.jpg",
    "obama-720p.jpg",
    "obama_small.jpg",
    "test_32bit.png",
}
PEOPLE = ("alex_lacamoire", "biden", "kit_harington", "obama", "rose_leslie")


@dataclass(frozen=True, slots=True)
class Count:
    """People counted on a photograph and people that are on it."""

    photograph: str
    found: int
    expected: int


@dataclass(frozen=True, slots=True)
class Naming:
    """Names given on a photograph, from left to right, and the right ones."""

    photograph: str
    found: tuple[str | None, ...]
    expected: tuple[str | None, ...]
    scores: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Separation:
    """Comparison scores of all pairs of photographs of the same and of different people."""

    same: tuple[float, ...]
    different: tuple[float, ...]

    @property
    def auc(self) -> float:
        """Probability that a same pair scores above a different pair."""
        same, different = np.array(self.same)[:, None], np.array(self.different)[None]
        return float((same > different).mean() + (same == different).mean() / 2)


def persons(pipeline: Pipeline, photograph: Path, gallery: Gallery) -> tuple[Person, ...]:
    findings = pipeline.analyse(photograph.read_bytes(), gallery, StageClock())
    assert findings.status is FrameStatus.ANALYSED, f"{photograph} is taken for covered"
    return findings.persons


def count_people(pipeline: Pipeline) -> list[Count]:
    expected = json.loads((IMAGES / "labels.json").read_text())["person_count"]
    nobody = Gallery.of({})
    photographs = sorted((IMAGES / "people").iterdir()) + sorted((IMAGES / "no_people").iterdir())
    return [
        Count(path.name, len(persons(pipeline, path, nobody)), expected.get(path.name, 0))
        for path in photographs
    ]


def reference_photographs(person: str) -> list[Path]:
    return sorted((IMAGES / "faces").glob(f"knn_train_{person}_*"))


def enrol(pipeline: Pipeline) -> Gallery:
    references = {}
    for person in PEOPLE:
        photographs = reference_photographs(person)
        assert photographs, f"no reference photograph of {person}"
        references[person] = [_only_embedding(pipeline, path) for path in photographs]
    return Gallery.of(references)


def name_faces(pipeline: Pipeline, gallery: Gallery) -> list[Naming]:
    namings = []
    for photograph, expected in PROBES.items():
        found = [
            person
            for person in persons(pipeline, IMAGES / "faces" / photograph, gallery)
            if person.face.status in (FaceStatus.IDENTIFIED, FaceStatus.UNKNOWN)
        ]
        found.sort(key=lambda person: person.face.region.x)
        identities = [person.face.identity for person in found]
        namings.append(
            Naming(
                photograph,
                tuple(identity and identity.person_id for identity in identities),
                expected,
                tuple(identity and identity.score for identity in identities),
            )
        )
    return namings


def separate(pipeline: Pipeline) -> Separation:
    """Compare all photographs of single faces pairwise, copies of references left out."""
    labelled = [
        (person, _only_embedding(pipeline, path))
        for person in PEOPLE
        for path in reference_photographs(person)
    ]
    labelled += [
        (expected[0] or name, _only_embedding(pipeline, IMAGES / "faces" / name))
        for name, expected in PROBES.items()
        if len(expected) == 1 and name not in COPIES
    ]
    pairs = [
        (first == second, float(one @ other))
        for (first, one), (second, other) in combinations(labelled, 2)
    ]
    return Separation(
        tuple(score for same, score in pairs if same),
        tuple(score for same, score in pairs if not same),
    )


def _only_embedding(pipeline: Pipeline, photograph: Path) -> np.ndarray:
    (embedding,) = pipeline.embeddings(photograph.read_bytes(), StageClock())
    return embedding

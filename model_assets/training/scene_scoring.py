"""How well findings agree with what was rendered: people, keypoints and names.

PCK@0.2 (Yang and Ramanan, "Articulated Human Detection with Flexible Mixtures of Parts", PAMI 2013,
with the torso as the measure): a keypoint is right within 0.2 torso lengths of the true one.
Counted over all keypoints seen of all visible people, those of people not found included. Stricter
than ``pose_scores``, which ranks thresholds on the network's own picture: there a person is found
by COCO's similarity and counts with five keypoints, here by distance and with eight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from high_level_algorithms.types import Findings, Person
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from model_assets.training.ground_truth import SEEN, Sighting

PCK = 0.2
NETWORK_WIDTH, NETWORK_HEIGHT = 456, 256

_SAME_PERSON = 0.5
_COMMON_KEYPOINTS = 4
# A face that can be told: both eyes and the nose seen, turned aside by less than 50 degrees,
# the eyes at least 18 pixels apart.
_FRONTAL = float(np.cos(np.radians(50)))
_INTER_OCULAR_PX = 18.0


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who was rendered: what is seen of them, and the id they are enrolled under."""

    sighting: Sighting
    person_id: str | None

    @property
    def has_comparable_face(self) -> bool:
        """Tell whether the face is seen well enough to be compared."""
        right, left = self.sighting.landmarks[:2]
        wide = float(np.hypot(*(right - left))) >= _INTER_OCULAR_PX
        return self.sighting.shows_face and self.sighting.frontal >= _FRONTAL and wide


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, to be added up over frames.

    Attributes:
        visible: people who must be found.
        found: of these found.
        invented: people found where nobody was rendered.
        keypoints: keypoints seen of the visible people.
        close: of these within ``PCK`` torso lengths.
        enrolled: comparable faces of enrolled people.
        right: of these named right.
        mistaken: enrolled people named as somebody else.
        strangers: comparable faces of strangers.
        named: strangers, comparable or not, who were given a name.
    """

    visible: int = 0
    found: int = 0
    invented: int = 0
    keypoints: int = 0
    close: int = 0
    enrolled: int = 0
    right: int = 0
    mistaken: int = 0
    strangers: int = 0
    named: int = 0

    def __add__(self, other: Score) -> Score:
        names = [field.name for field in fields(self)]
        return Score(**{name: getattr(self, name) + getattr(other, name) for name in names})


def score(findings: Findings, actors: Sequence[Actor], width: int, height: int) -> Score:
    """Compare the findings of one frame of ``width`` x ``height`` pixels with its actors."""
    scale = min(NETWORK_WIDTH / width, NETWORK_HEIGHT / height)
    person_of = assign(findings.persons, actors)
    total = Score(invented=len(findings.persons) - len(person_of))
    for index, actor in enumerate(actors):
        person = person_of.get(index)
        if actor.sighting.is_visible(scale):
            total += _body_score(person, actor)
        total += _face_score(person, actor)
    return total


def assign(persons: Sequence[Person], actors: Sequence[Actor]) -> dict[int, Person]:
    """Pair people found with actors, index -> person, by least mean distance of keypoints."""
    costs = np.array([[_distance(person, actor) for actor in actors] for person in persons])
    if not costs.size:
        return {}
    rows, columns = linear_sum_assignment(np.minimum(costs, 10))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {column: persons[row] for row, column in pairs if costs[row, column] <= _SAME_PERSON}


def _distance(person: Person, actor: Actor) -> float:
    """Mean distance, in torso lengths, of the keypoints that both have; infinite with too few."""
    truth, found = actor.sighting.keypoints, person.pose.keypoints
    common = (truth[:, 2] > 0) & (found[:, 2] > 0)
    if common.sum() < min(_COMMON_KEYPOINTS, max(1, int((truth[:, 2] == SEEN).sum()))):
        return float("inf")
    return float(_offsets(found, truth, actor)[common].mean())


def _offsets(
    found: NDArray[np.float64], truth: NDArray[np.float32], actor: Actor
) -> NDArray[np.float64]:
    return np.hypot(*(found[:, :2] - truth[:, :2]).T) / max(1.0, actor.sighting.torso_px)


def _body_score(person: Person | None, actor: Actor) -> Score:
    truth = actor.sighting.keypoints
    seen = truth[:, 2] == SEEN
    if person is None:
        return Score(visible=1, keypoints=int(seen.sum()))
    keypoints = person.pose.keypoints
    close = seen & (keypoints[:, 2] > 0) & (_offsets(keypoints, truth, actor) <= PCK)
    return Score(visible=1, found=1, keypoints=int(seen.sum()), close=int(close.sum()))


def _face_score(person: Person | None, actor: Actor) -> Score:
    comparable = actor.has_comparable_face
    identity = None if person is None else person.face.identity
    name = None if identity is None else identity.person_id
    if actor.person_id is None:
        return Score(strangers=int(comparable), named=int(name is not None))
    return Score(
        enrolled=int(comparable),
        right=int(comparable and name == actor.person_id),
        mistaken=int(name is not None and name != actor.person_id),
    )

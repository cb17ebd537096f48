"""What is obscured, and what makes a frame one that nobody vouches for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from high_level_algorithms.skeleton import KEYPOINT_NAMES
from high_level_algorithms.types import FaceSeen, Image, Pose

from tests.factories import noise_image
from vss.continuum.anonymise.errors import Reason
from vss.continuum.anonymise.look import Body, FacePoint, Look
from vss.continuum.anonymise.search import MOST_HEADS, HeadSearch

FRAME = noise_image(480, 640)
PERSON = {
    "nose": (320, 100),
    "neck": (320, 146),
    "right_shoulder": (282, 146),
    "left_shoulder": (358, 146),
    "right_hip": (300, 248),
    "left_hip": (340, 248),
    "right_knee": (300, 326),
    "left_knee": (340, 326),
}


class Seer:
    """Sees what it is told."""

    certain_score = 0.3

    def __init__(self, *looks: Look) -> None:
        self._looks = looks

    def looks(self, image: Image) -> Iterable[Look]:
        return self._looks


class Faces:
    def __init__(self, *boxes: tuple[float, float, float, float]) -> None:
        self._boxes = boxes

    def find(self, image: Image) -> tuple[FaceSeen, ...]:
        return tuple(FaceSeen(box, masked=False, score=0.9) for box in self._boxes)


def body(
    *names: str, certain: bool = True, cut: bool = False, down: float = 0, scale: float = 1
) -> Body:
    keypoints = np.zeros((len(KEYPOINT_NAMES), 3))
    for name in names or PERSON:
        x, y = PERSON[name]
        keypoints[KEYPOINT_NAMES.index(name)] = x * scale, (y + down) * scale, 0.7
    return Body(Pose(keypoints), certain, cut)


def look(*bodies: Body, points: tuple[FacePoint, ...] = ()) -> Look:
    return Look(bodies, points)


LEGS = ("right_hip", "left_hip", "right_knee", "left_knee")


@pytest.mark.parametrize(
    ("looks", "doubt"),
    [
        ([look()], None),  # nobody there
        ([look(body())], None),
        ([look(body(certain=False))], None),
        ([look(), look(body())], None),  # seen in a part only
        ([look(body(*LEGS))], Reason.BODY_WITHOUT_HEAD),
        ([look(body(*LEGS, certain=False))], None),
        ([look(body("right_knee", "left_knee"))], Reason.BODY_WITHOUT_HEAD),
        ([look(body(*LEGS, down=-240))], None),  # the head is beyond the border
        ([look(body(), body(*LEGS))], None),  # the legs of somebody whose head was found
        ([look(body()), look(body(*LEGS, cut=True))], None),
        ([look(body(*LEGS, cut=True))], None),
    ],
)
def test_a_body_whose_head_must_be_in_the_frame_and_is_not_found(
    looks: list[Look], doubt: Reason | None
) -> None:
    assert HeadSearch(Seer(*looks), None).search(FRAME).doubt == doubt


def point(x: float, y: float, score: float) -> FacePoint:
    return FacePoint(x, y, score, 10)


@pytest.mark.parametrize(
    ("points", "doubt", "heads"),
    [
        ((point(500, 300, 0.2),), None, 1),
        ((point(500, 300, 0.9),), None, 1),  # a lone one is obscured
        ((point(500, 300, 0.9), point(515, 300, 0.9)), Reason.UNCERTAIN_HEAD, 2),
        ((point(500, 300, 0.9), point(515, 300, 0.2)), None, 2),
        ((point(500, 300, 0.9), point(600, 300, 0.9)), None, 2),
        ((point(321, 98, 0.9), point(330, 95, 0.9)), None, 0),  # of the head that was found
    ],
)
def test_points_of_a_face_that_belong_to_no_head(
    points: tuple[FacePoint, ...], doubt: Reason | None, heads: int
) -> None:
    found = HeadSearch(Seer(look(body(), points=points)), None).search(FRAME)
    assert (found.doubt, len(found.heads)) == (doubt, 1 + heads)


def test_a_head_that_only_one_of_the_networks_sees_is_obscured() -> None:
    found = HeadSearch(Seer(look(body())), Faces((100, 300, 140, 350))).search(FRAME)
    assert found.doubt is None
    assert any(head.covers(120, 325) for head in found.heads)
    assert any(head.covers(320, 100) for head in found.heads)


def test_a_body_that_is_cut_gives_no_second_head_of_another_size() -> None:
    torso = ("neck", "right_shoulder", "left_shoulder", "right_hip")
    looks = look(body()), look(body(*torso, cut=True))
    assert len(HeadSearch(Seer(*looks), None).search(FRAME).heads) == 1
    alone = HeadSearch(Seer(look(body(*torso, cut=True))), None).search(FRAME)
    assert len(alone.heads) == 1


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((480, 640, 3), np.uint8),
        np.full((480, 640, 3), 200, np.uint8),
        (noise_image(480, 640) // 16).astype(np.uint8),
        (noise_image(480, 640) // 32 + 100).astype(np.uint8),
    ],
)
def test_a_frame_too_dark_or_flat_is_not_judged(frame: Image) -> None:
    assert HeadSearch(Seer(look()), None).search(frame).doubt is Reason.UNJUDGEABLE


def test_more_heads_than_can_be_are_a_sign_of_confusion() -> None:
    points = tuple(point(7 * n % 640, 11 * n % 480, 0.2) for n in range(MOST_HEADS + 1))
    found = HeadSearch(Seer(look(points=points)), None).search(FRAME)
    assert (found.doubt, found.heads) == (Reason.TOO_MANY_HEADS, ())

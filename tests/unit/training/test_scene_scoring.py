import numpy as np
import pytest
from high_level_algorithms.types import (
    CoverVerdict,
    Face,
    FaceStatus,
    Findings,
    FrameStatus,
    Identity,
    Person,
    Pose,
)

from model_assets.training.ground_truth import SEEN, Sighting
from model_assets.training.scene_scoring import Actor, Score, score

WIDTH, HEIGHT = 912, 512
TORSO = 60.0


def body(x: float, y: float) -> np.ndarray:
    """18 keypoints, all seen, the neck 60 pixels above the hips."""
    keypoints = np.full((18, 3), SEEN, np.float32)
    keypoints[:, 0] = x + 3 * np.arange(18)
    keypoints[:, 1] = y + 10 * (np.arange(18) % 5)
    keypoints[1, :2] = x, y
    keypoints[[8, 11], :2] = x, y + TORSO
    return keypoints


def actor(
    x: float = 100, person_id: str | None = None, eyes_px: float = 30, frontal: float = 1.0
) -> Actor:
    landmarks = np.float32([[0, 0], [eyes_px, 0], [15, 15], [5, 30], [25, 30]])
    return Actor(Sighting(body(x, 100), (0, 0, 9, 9), landmarks, frontal), person_id)


def person(x: float = 100, name: str | None = None, shift: float = 0.0) -> Person:
    keypoints = body(x, 100).astype(np.float64)
    keypoints[:, 0] += shift
    identity = None if name is None else Identity(name, 0.9, 0.5)
    status = FaceStatus.UNKNOWN if name is None else FaceStatus.IDENTIFIED
    return Person(Pose(keypoints), Face(status, identity=identity))


def scored(persons: list[Person], actors: list[Actor]) -> Score:
    findings = Findings(FrameStatus.ANALYSED, CoverVerdict(False, 0.0), tuple(persons))
    return score(findings, actors, WIDTH, HEIGHT)


def test_everybody_found_exactly() -> None:
    result = scored([person(400), person(100)], [actor(100), actor(400)])
    assert result == Score(visible=2, found=2, keypoints=36, close=36, strangers=2)


@pytest.mark.parametrize(("shift", "close"), [(0.19, 18), (0.21, 0)])
def test_keypoint_is_right_within_a_fifth_of_the_torso(shift: float, close: int) -> None:
    assert scored([person(shift=shift * TORSO)], [actor()]).close == close


def test_keypoints_of_people_not_found_count_as_missed() -> None:
    result = scored([], [actor()])
    assert (result.visible, result.found, result.keypoints, result.close) == (1, 0, 18, 0)


def test_person_where_nobody_is_was_invented() -> None:
    result = scored([person(100), person(700)], [actor(100)])
    assert (result.found, result.invented) == (1, 1)


@pytest.mark.parametrize(
    ("enrolled_as", "named", "expected"),
    [
        ("a-1", "a-1", {"enrolled": 1, "right": 1}),
        ("a-1", None, {"enrolled": 1}),
        ("a-1", "b-2", {"enrolled": 1, "mistaken": 1}),
        (None, None, {"strangers": 1}),
        (None, "a-1", {"strangers": 1, "named": 1}),
    ],
)
def test_names(enrolled_as: str | None, named: str | None, expected: dict[str, int]) -> None:
    result = scored([person(name=named)], [actor(person_id=enrolled_as)])
    assert result == Score(visible=1, found=1, keypoints=18, close=18, **expected)


@pytest.mark.parametrize(("eyes_px", "frontal"), [(17, 1.0), (30, 0.5)])
def test_face_that_nobody_could_tell_is_not_asked_for(eyes_px: float, frontal: float) -> None:
    result = scored([person()], [actor(person_id="a-1", eyes_px=eyes_px, frontal=frontal)])
    assert (result.enrolled, result.right) == (0, 0)


def test_stranger_named_counts_even_where_the_face_is_not_comparable() -> None:
    assert scored([person(name="a-1")], [actor(eyes_px=5)]).named == 1


def test_scores_add_up() -> None:
    assert Score(visible=1, right=2) + Score(visible=3, named=1) == Score(
        visible=4, right=2, named=1
    )

"""The head region covers the face at any size and tilt, and is None where no face is seen."""

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.head_region import head_region
from high_level_algorithms.types import Pose, Square
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import face_pose

Head = dict[str, tuple[float, float]]

FRONTAL: Head = {
    "right_eye": (80.0, 100.0),
    "left_eye": (120.0, 100.0),
    "nose": (100.0, 128.0),
    "right_ear": (56.0, 104.0),
    "left_ear": (144.0, 104.0),
}
# Half turned: the eyes draw together, the nose stays as far below them, one ear is hidden.
TURNED: Head = {
    "right_eye": (90.0, 100.0),
    "left_eye": (104.0, 100.0),
    "nose": (92.0, 128.0),
    "left_ear": (140.0, 104.0),
}
# Looking up: the nose draws up to the eyes.
UP: Head = FRONTAL | {"nose": (100.0, 104.0)}
DOWN_AND_TURNED: Head = TURNED | {"nose": (96.0, 110.0), "right_ear": (60.0, 102.0)}

HEADS = {"frontal": FRONTAL, "turned": TURNED, "up": UP, "down and turned": DOWN_AND_TURNED}


def _region(head: Head, rotation: float = 0.0, scale: float = 1.0) -> Square:
    region = head_region(face_pose(rotation, scale, **head))
    assert region is not None
    return region


def test_a_frontal_face_gives_a_square_a_little_wider_than_the_head() -> None:
    region = _region(FRONTAL)
    assert (region.x, region.y) == (100.0, 128.0)
    assert region.side == pytest.approx(88.0)


@pytest.mark.parametrize("head", [TURNED, UP], ids=["turned", "up"])
def test_a_turned_head_keeps_its_size(head: Head) -> None:
    assert _region(head).side == pytest.approx(_region(FRONTAL).side, rel=0.1)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_the_square_contains_nose_and_eyes(head: Head) -> None:
    region = _region(head)
    for name in ("nose", "right_eye", "left_eye"):
        x, y = head[name]
        assert max(abs(x - region.x), abs(y - region.y)) < region.side / 2


@pytest.mark.parametrize("hidden", ["nose", "right_eye", "left_eye"])
@pytest.mark.parametrize("head", [FRONTAL, TURNED], ids=["frontal", "turned"])
def test_a_face_without_nose_or_an_eye_is_not_visible(head: Head, hidden: str) -> None:
    rest = {name: xy for name, xy in head.items() if name != hidden}
    assert head_region(face_pose(**rest)) is None


def test_nobody_has_no_face() -> None:
    assert head_region(Pose(np.zeros((18, 3)))) is None


@pytest.mark.parametrize("hidden", [{"right_ear"}, {"left_ear"}, {"right_ear", "left_ear"}])
def test_ears_are_optional(hidden: set[str]) -> None:
    rest = {name: xy for name, xy in FRONTAL.items() if name not in hidden}
    assert _region(rest).side == pytest.approx(88.0)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    head=st.sampled_from(list(HEADS.values())),
    rotation=st.floats(-np.pi, np.pi),
    scale=st.floats(0.05, 20),
)
def test_the_square_turns_and_grows_with_the_head(
    head: Head, rotation: float, scale: float
) -> None:
    upright, moved = _region(head), _region(head, rotation, scale)
    assert moved.side == pytest.approx(upright.side * scale, rel=1e-9)
    reached = face_pose(rotation, scale, nose=(upright.x, upright.y)).keypoints[0, :2]
    assert (moved.x, moved.y) == pytest.approx(tuple(reached))


@pytest.mark.parametrize("ears", [{}, {"right_ear": (7.0, 8.0), "left_ear": (7.0, 8.0)}])
def test_a_head_of_one_point_gives_no_empty_region(ears: Head) -> None:
    point = (7.0, 8.0)
    region = head_region(face_pose(nose=point, right_eye=point, left_eye=point, **ears))
    assert region is None or region.side > 0

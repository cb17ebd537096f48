"""Recordings: who was rendered when, and the videos of the verification material."""

from __future__ import annotations

from pathlib import Path

import pytest

from vss.continuum.demo.recordings import Recording, filmed
from vss.continuum.demo.scenes import Moment
from vss.demo.shots import SHARED

MOMENTS = (Moment(), Moment(masked=1), Moment(unmasked=2))


@pytest.mark.parametrize(("time_s", "place"), [(0.0, 0), (2.48, 0), (5.0, 1), (14.96, 2)])
def test_a_time_tells_who_was_rendered(time_s: float, place: int) -> None:
    assert Recording(Path("a.mp4"), MOMENTS).moment(time_s) == MOMENTS[place]


def test_of_filmed_people_nothing_is_known() -> None:
    assert Recording(Path("a.mp4")).moment(2.5) is None


def test_filmed_people_are_those_beside_the_repository() -> None:
    found = filmed()
    assert bool(found) == (SHARED / "videos").is_dir()
    assert all(not one.moments and one.path.is_file() for one in found)

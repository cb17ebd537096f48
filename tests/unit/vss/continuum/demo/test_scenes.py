"""Rendered scenes: the people asked for, all faces in view, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from vss.continuum.demo.scenes import (
    HEIGHT,
    PAN_X,
    PAN_Y,
    STORY,
    WIDTH,
    Moment,
    Scene,
    render_scenes,
)

MOMENTS = (Moment(), Moment(masked=1, unmasked=1))


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return list(render_scenes(MOMENTS, seed=3))


def test_a_scene_is_larger_than_a_frame_by_the_swing_of_the_camera(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert scene.picture.shape == (HEIGHT + PAN_Y, WIDTH + PAN_X, 3)
        assert scene.picture.dtype == np.uint8


def test_all_that_were_asked_for_show_their_faces_in_every_frame(scenes: list[Scene]) -> None:
    empty, peopled = scenes
    assert (empty.moment, peopled.moment) == MOMENTS
    assert empty.faces.shape == (0, 4)
    assert peopled.faces.shape == (2, 4)
    assert (peopled.faces[:, :2] > (PAN_X, PAN_Y)).all()
    assert (peopled.faces[:, 2:] < (WIDTH, HEIGHT)).all()
    for x0, y0, x1, y1 in peopled.faces.astype(int):
        changed = np.abs(peopled.picture[y0:y1, x0:x1].astype(int) - empty.picture[y0:y1, x0:x1])
        assert changed.mean() > 20


def test_a_seed_gives_the_same_scenes_again_and_another_one_others(scenes: list[Scene]) -> None:
    (again,) = render_scenes(MOMENTS[:1], seed=3)
    (other,) = render_scenes(MOMENTS[:1], seed=4)
    np.testing.assert_array_equal(again.picture, scenes[0].picture)
    assert (other.picture != again.picture).any()


def test_the_story_has_every_state_and_an_empty_stretch() -> None:
    assert [moment.state for moment in STORY] == [
        *("nobody_seen", "safe", "safe", "warning"),
        *("danger", "warning", "safe", "nobody_seen"),
    ]

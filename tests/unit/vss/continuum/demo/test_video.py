"""The demo's video: what it shows when, and the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from vss.continuum.anonymise.video import Video
from vss.continuum.demo.scenes import HEIGHT, PAN_X, PAN_Y, WIDTH, Moment, Scene
from vss.continuum.demo.video import corner_at, write_video

SECONDS = 13.0


def scene(seed: int) -> Scene:
    """A picture of large soft patches."""
    patches = np.random.default_rng(seed).integers(20, 235, (9, 16, 3), np.uint8)
    size = WIDTH + PAN_X, HEIGHT + PAN_Y
    picture = cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC)
    return Scene(picture, Moment(), np.empty((0, 4), np.float32))


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [scene(1), scene(2)]


@pytest.fixture(scope="module")
def video(scenes: list[Scene], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("video") / "a.mp4", scenes, SECONDS)


def test_each_slice_of_five_seconds_shows_the_next_scene(video: Path, scenes: list[Scene]) -> None:
    frames = list(Video(video, 5.0).frames())
    assert [frame.sample.number for frame in frames] == [1, 2, 3]
    for number, frame in enumerate(frames):
        assert frame.image is not None
        left, top = corner_at(frame.sample.time_s)
        shown = scenes[number % 2].picture[top : top + HEIGHT, left : left + WIDTH]
        assert np.abs(frame.image.astype(int) - shown).mean() < 4


def test_the_camera_swings_over_the_scene() -> None:
    corners = [corner_at(time_s / 25) for time_s in range(125)]
    assert corners[0] == (0, 0)
    assert corners[-1] == (PAN_X - 2 * round(PAN_X / 250), PAN_Y)
    assert all(x % 2 == y % 2 == 0 for x, y in corners)
    assert corners == sorted(corners)
    assert corner_at(7.5) == corner_at(2.5)


def test_the_same_scenes_give_the_same_bytes(scenes: list[Scene], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    first, second = (
        write_video(tmp_path / name, scenes, 1.0, lambda *step: told.append(step))
        for name in ("a.mp4", "b.mp4")
    )
    assert first.read_bytes() == second.read_bytes()
    assert told[24:26] == [(25, 25), (1, 25)]

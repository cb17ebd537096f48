"""The picture strip: a row a frame, before, anonymised and with masks."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from high_level_algorithms.types import Image

from tests.unit.vss.continuum.demo.passages import passage
from vss.continuum.demo.passage import Passage
from vss.continuum.demo.strip import MOST_ROWS, draw_strip

# Of the frames as they were, by their number; nothing else on the strip has these colours.
BEFORE = {1: (200, 40, 40), 2: (40, 200, 40), 3: (40, 40, 200)}


def before(*passages: Passage) -> dict[tuple[str, int], Image]:
    return {
        (one.recording.path.stem, number): np.full((108, 192, 3), colour, np.uint8)
        for one in passages
        for number, colour in BEFORE.items()
    }


def drawn(passages: list[Passage], folder: Path) -> Image:
    path = draw_strip(passages, before(*passages), folder / "strip.png")
    return np.asarray(cv2.imread(str(path)), np.uint8)


def share(strip: Image, colour: tuple[int, int, int]) -> float:
    """Return how much of the strip is of a colour, give or take what JPEG changes."""
    return float((np.abs(strip.astype(int) - colour).max(2) <= 3).mean())


def test_every_picture_is_on_the_strip_but_none_of_a_withheld_frame(tmp_path: Path) -> None:
    strip = drawn([passage()], tmp_path)
    height, width = strip.shape[:2]
    assert width == 1500
    for colour in BEFORE.values():
        assert share(strip, colour) == pytest.approx(1 / 9, abs=0.03)
    for grey in (60, 90):
        # Before, as it left and as it came back: of these two the greys differ by one.
        assert share(strip, (grey, grey, grey)) == pytest.approx(2 / 9, abs=0.05)
    withheld = strip[round(height * 0.72) : -20, round(width * 0.36) :]
    assert np.median(withheld) == 255
    assert withheld.min() < 150, "the reason is written there"


def test_a_frame_that_could_not_be_decoded_has_an_empty_place(tmp_path: Path) -> None:
    path = draw_strip([passage()], {}, tmp_path / "strip.png")
    strip = np.asarray(cv2.imread(str(path)), np.uint8)
    assert all(share(strip, colour) < 0.01 for colour in BEFORE.values())


def test_videos_follow_each_other(tmp_path: Path) -> None:
    one = drawn([passage()], tmp_path)
    two = drawn([passage(), passage("street", ())], tmp_path)
    assert two.shape[0] == pytest.approx(2 * one.shape[0], rel=0.1)


def test_of_a_long_video_frames_are_taken_evenly(tmp_path: Path) -> None:
    short = passage()
    frames = tuple(short.frames[0] for _ in range(5 * MOST_ROWS))
    strip = drawn([type(short)(short.recording, frames, short.job, 1.0)], tmp_path)
    rows = strip.shape[0] / (drawn([short], tmp_path).shape[0] / 3)
    assert rows == pytest.approx(MOST_ROWS, rel=0.15)

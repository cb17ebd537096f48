"""The demo's frames, judged by the network of this repository alone."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from deep_learning.decode import decode_image
from deep_learning.errors import Reason, RejectedInput

from vss.demo.networks import judge_covers
from vss.demo.shots import BROKEN, CLEAR, COVERED, Shot, rendered_shots, take_shots

GREEN, RED = (70, 120, 60), (40, 40, 200)


def strip_colour(drawing: Path) -> str:
    b, g, r = np.median(cv2.imread(str(drawing))[:4].reshape(-1, 3), axis=0)
    distances = {
        name: abs(b - colour[0]) + abs(g - colour[1]) + abs(r - colour[2])
        for name, colour in (("clear", GREEN), ("covered", RED))
    }
    name = min(distances, key=distances.__getitem__)
    assert distances[name] < 30
    return name


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> list[Shot]:
    return rendered_shots(tmp_path_factory.mktemp("demo"))


def test_each_condition_and_cover_is_rendered(shots: list[Shot]) -> None:
    assert len({shot.path.name for shot in shots}) == len(CLEAR + COVERED)
    assert all(cv2.imread(str(shot.path)).shape == (360, 640, 3) for shot in shots)


def test_rendering_is_reproducible(shots: list[Shot], tmp_path: Path) -> None:
    again = rendered_shots(tmp_path)
    assert [shot.path.read_bytes() for shot in again] == [shot.path.read_bytes() for shot in shots]


def test_covers_are_told_from_hard_but_clear_frames(shots: list[Shot], tmp_path: Path) -> None:
    pictures = judge_covers(shots, tmp_path / "drawn")
    verdicts = {picture.name: strip_colour(picture) for picture in pictures}
    assert verdicts == {shot.path.name: shot.path.name.split("-")[0] for shot in shots}


def test_the_broken_file_is_broken(tmp_path: Path) -> None:
    (broken,) = [shot for shot in take_shots(tmp_path) if shot.path.name == BROKEN]
    with pytest.raises(RejectedInput) as rejection:
        decode_image(broken.path.read_bytes())
    assert rejection.value.reason is Reason.TRUNCATED

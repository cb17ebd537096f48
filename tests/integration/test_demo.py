"""The demo's frames, judged by the network of this repository alone."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vss import demo

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
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return demo.render_frames(tmp_path_factory.mktemp("demo") / "frames")


def test_each_condition_and_cover_is_rendered(frames: list[Path]) -> None:
    assert len({path.name for path in frames}) == len(demo.CLEAR + demo.COVERED)
    assert all(cv2.imread(str(path)).shape == (360, 640, 3) for path in frames)


def test_rendering_is_reproducible(frames: list[Path], tmp_path: Path) -> None:
    again = demo.render_frames(tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in frames]


def test_covers_are_told_from_hard_but_clear_frames(frames: list[Path], tmp_path: Path) -> None:
    demo.judge_covers(frames, tmp_path / "drawn")
    verdicts = {path.name: strip_colour(tmp_path / "drawn" / path.name) for path in frames}
    assert verdicts == {path.name: path.name.split("-")[0] for path in frames}

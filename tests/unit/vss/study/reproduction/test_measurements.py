from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.reproduction.measurements import CellTimes, Measurements
from vss.study.reproduction.plan import Cell, Way

SUBJECT = {"image": "a", "machine": "2 cores"}
CELL = Cell(Way.OURS, 1024, 0)
TIMES = CellTimes(4.0, 1000.0, 60.0, {1: (40.0, 41.0), 10: (400.0,)})


def test_measurements_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "made" / "measurements.json"
    first = Measurements(path, SUBJECT)
    assert (first.find(CELL), first.pc_images_per_s) == (None, None)
    first.add(CELL, TIMES)
    first.add_pc(38.5)
    again = Measurements(path, SUBJECT)
    assert (again.find(CELL), again.pc_images_per_s) == (TIMES, 38.5)
    assert again.of(Way.OURS, 1024) == [TIMES]
    assert again.of(Way.OURS, 102) == again.of(Way.LOCAL, 1024) == []


def test_fresh_forgets(tmp_path: Path) -> None:
    Measurements(tmp_path / "m.json", SUBJECT).add(CELL, TIMES)
    assert Measurements(tmp_path / "m.json", SUBJECT, fresh=True).find(CELL) is None


def test_measurements_of_something_else_are_refused(tmp_path: Path) -> None:
    Measurements(tmp_path / "m.json", SUBJECT).add(CELL, TIMES)
    with pytest.raises(ConfigurationError, match=r"something else \(image changed\); --fresh"):
        Measurements(tmp_path / "m.json", {**SUBJECT, "image": "b"})


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"m\.json cannot be read .* --fresh"):
        Measurements(tmp_path / "m.json", SUBJECT)

from __future__ import annotations

from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.continuum.measurements import Measurements, RunTimes
from vss.study.continuum.plan import Cell, Scenario, cells, link_upload_s
from vss.study.tuning.power_stats import Invocation, Measured

SUBJECT = {"video": "a", "machine": "2 cores"}
TIMES = RunTimes(10.0, 5.0, 15.0, (9.5,), (0.4, 0.5), 3, 2, 300_000)
COLD, WARM = Invocation(100.0, 1100, 1000.0), Invocation(90.5, 91)


def test_measurements_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "made" / "measurements.json"
    first = Measurements(path, SUBJECT)
    one, several = Cell(Scenario.LOCAL, 1, 0), Cell(Scenario.LOCAL, 10, 0)
    assert (first.find(one), first.tuning, first.cold) == (None, (), ())
    first.add(one, TIMES)
    tuning = (Measured(256, (), "out of memory"), Measured(1024, (COLD, WARM)))
    first.add_tuning(tuning)
    first.add_cold((COLD,))
    again = Measurements(path, SUBJECT)
    assert (again.find(one), again.tuning, again.cold) == (TIMES, tuning, (COLD,))
    assert again.runs(Scenario.LOCAL) == [TIMES]
    assert again.find(several) is None
    assert again.runs(Scenario.LOCAL, 10) == again.runs(Scenario.HYBRID) == []


def test_those_of_another_video_are_refused(tmp_path: Path) -> None:
    Measurements(tmp_path / "m.json", SUBJECT).add_cold((COLD,))
    with pytest.raises(ConfigurationError, match=r"something else \(video changed\); --fresh"):
        Measurements(tmp_path / "m.json", {**SUBJECT, "video": "b"})
    assert Measurements(tmp_path / "m.json", SUBJECT, fresh=True).cold == ()


def test_every_round_has_both_scenarios() -> None:
    found = cells(3, (2, 5))
    assert len(found) == len({cell.key for cell in found}) == 2 * (3 + 2)
    for number in range(3):
        of_round = found[2 * number : 2 * number + 2]
        assert {cell.scenario for cell in of_round} == set(Scenario)
        assert {(cell.videos, cell.round) for cell in of_round} == {(1, number)}
    assert [cell.videos for cell in found[6:]] == [2, 2, 5, 5]
    # More rounds go on where fewer ended.
    assert cells(4, (2, 5))[:6] == found[:6]


def test_an_image_over_the_uplink() -> None:
    # 40 ms and 2.5 Mbit at 50 Mbit/s.
    assert link_upload_s(312_500) == pytest.approx(0.09)

"""The verdicts follow the numbers: made-up measurements with which the paper is right, and not."""

from __future__ import annotations

from pathlib import Path

import pytest

from vss.study.reproduction.findings import Verdict, findings
from vss.study.reproduction.measurements import CellTimes, Measurements
from vss.study.reproduction.plan import MEMORIES_MB, Cell, Way
from vss.study.reproduction.report import evidence_of, write_report

SUBJECT = {"model_set": "demo", "image": "0", "runtime": "python3.13", "machine": "a test"}


def measured(path: Path, *, as_in_the_paper: bool) -> Measurements:
    """Return complete measurements of two rounds.

    As in the paper: work that shrinks with memory up to 1,536 MB and hardly beyond, local scope
    seconds slower, a PC that takes hours. Otherwise: the opposite of each.
    """
    found = Measurements(path, SUBJECT)
    found.add_pc(1.0 if as_in_the_paper else 1000.0)
    for way in Way:
        for memory in MEMORIES_MB:
            for number in range(2):
                found.add(Cell(way, memory, number), times(way, memory, as_in_the_paper))
    return found


def times(way: Way, memory: int, as_in_the_paper: bool) -> CellTimes:
    if not as_in_the_paper:
        warm = {1: (100.0,), 5: (1000.0,), 10: (3000.0,)}
        init = 500.0 if way is Way.OURS else 900.0
        return CellTimes(float(memory), init, 50.0 if way is Way.OURS else 20.0, warm)
    speed = {704: 1.0, 1024: 1.45, 1536: 2.18, 2048: 2.57, 3008: 2.65}[memory]
    one = 1990.0 / speed
    warm = {size: (one * (0.2 + 0.8 * size),) for size in (1, 5, 10)}
    if way is Way.OURS:
        return CellTimes(30.0, 4000.0 / speed, one, warm)
    # Three seconds more in all, less of it before the first event.
    return CellTimes(30.0, 1500.0 / speed, 3000.0 + 2500.0 / speed + one, warm)


def verdicts(path: Path, *, as_in_the_paper: bool) -> list[Verdict]:
    evidence = evidence_of(measured(path, as_in_the_paper=as_in_the_paper))
    return [found.verdict for found in findings(evidence)]


AGREES, PARTLY, DISAGREES = Verdict


def test_measurements_like_the_paper_s_agree(tmp_path: Path) -> None:
    found = verdicts(tmp_path / "m.json", as_in_the_paper=True)
    # But for the last: the environments' starts cost batches less time than single images.
    assert found == [AGREES] * 9 + [DISAGREES]


def test_opposite_measurements_do_not(tmp_path: Path) -> None:
    found = verdicts(tmp_path / "m.json", as_in_the_paper=False)
    assert found == [
        DISAGREES,  # batches cost more
        DISAGREES,  # the same time at every memory: cost grows with it
        PARTLY,  # it does rise, but by more
        PARTLY,  # global scope is better, by far less
        DISAGREES,  # and its init is the shorter one
        PARTLY,  # setup grows with memory, and most of it at the end
        DISAGREES,
        DISAGREES,  # the PC takes seconds
        DISAGREES,  # the least memory is best
        AGREES,  # single images are fastest
    ]


@pytest.mark.parametrize(
    ("holds", "verdict"),
    [
        ([True, True], Verdict.AGREES),
        ([True, False], Verdict.PARTLY),
        ([False, False], Verdict.DISAGREES),
    ],
)
def test_verdict(holds: list[bool], verdict: Verdict) -> None:
    assert Verdict.of(holds) is verdict


def test_report_writes_figures_tables_and_text_the_same_each_time(tmp_path: Path) -> None:
    measurements = measured(tmp_path / "m.json", as_in_the_paper=True)
    first = {path.name: path.read_bytes() for path in write_report(measurements, tmp_path / "a")}
    again = {path.name: path.read_bytes() for path in write_report(measurements, tmp_path / "b")}
    figures = {f"figure{number}.{kind}" for number in (2, 3, 4, 5) for kind in ("png", "svg")}
    assert set(first) == figures | {"costs.csv", "cold_starts.csv", "report.md"}
    assert first == again
    # A line for each memory and batch size of ours and of the naive way, below the names.
    assert len(first["costs.csv"].splitlines()) == 1 + 2 * 5 * 3
    assert len(first["cold_starts.csv"].splitlines()) == 1 + 3 * 5 * 3
    assert b"simulated" in first["report.md"]

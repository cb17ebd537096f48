from __future__ import annotations

import csv
from pathlib import Path

from tests.unit.vss.study.continuum.made_up import SEVERAL, measured
from vss.study.continuum.plan import MEMORIES_MB, SIMULATED_RUNS, VIDEOS
from vss.study.continuum.report import write_report


def test_figures_tables_and_text_are_the_same_each_time(tmp_path: Path) -> None:
    measurements = measured(tmp_path / "m.json", as_in_the_paper=True)
    first, again = (
        {path.name: path.read_bytes() for path in write_report(measurements, SEVERAL, folder)}
        for folder in (tmp_path / "a", tmp_path / "b")
    )
    figures = {f"figure{number}.{kind}" for number in (6, 7, 8, 9) for kind in ("png", "svg")}
    tables = {"memories.csv": len(MEMORIES_MB), "runs.csv": 2 * 3 + 3 * SIMULATED_RUNS}
    # Measured: one and two videos of each scenario. Simulated: three ways, and the paper's two.
    tables["parallel.csv"] = 2 * (1 + len(SEVERAL)) + (3 + 2) * len(VIDEOS)
    assert set(first) == {*figures, *tables, "report.md"}
    assert first == again
    for name, rows in tables.items():
        with (tmp_path / "a" / name).open(newline="") as file:
            assert len(list(csv.DictReader(file))) == rows, name
    for number in (7, 8, 9):
        picture = first[f"figure{number}.svg"].decode()
        assert "measured here" in picture
        assert "simulated" in picture
    text = first["report.md"].decode()
    assert text.count("**agrees**") == 15
    assert "Nothing ran on AWS" in text

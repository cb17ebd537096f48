"""The demo's tables: what is said of frames and of stages."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.table import Table

from tests.unit.vss.continuum.demo.passages import passage, report
from vss.continuum.demo.passage import FrameResult
from vss.continuum.demo.tables import (
    frames_table,
    state_of,
    time_stamp,
    timing_rows,
    timing_table,
)


def lines_of(table: Table) -> list[list[str]]:
    """Return the cells of the rows as they are printed."""
    printed = io.StringIO()
    Console(width=160, file=printed).print(table)
    rows = [line for line in printed.getvalue().splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row.strip("│").split("│")] for row in rows]


def test_each_frame_is_told_with_its_state_and_who_was_rendered() -> None:
    table = frames_table([passage()])
    assert table.caption == "2 of 3 rendered frames have the state of the people who are in them."
    assert lines_of(table) == [
        ["0:02.5", "1", "0", "0", "nobody seen", "", "0 with, 0 without"],
        ["0:07.5", "2", "1", "3", "danger", "", "1 with, 3 without"],
        ["0:12.5", "3", "", "", "", "body without head", "1 with, 0 without"],
    ]


def test_of_filmed_people_alone_no_column_tells_who_was_rendered() -> None:
    of_filmed = frames_table([passage(moments=())])
    assert [len(row) for row in lines_of(of_filmed)] == [6, 6, 6]
    assert of_filmed.caption is None
    both = lines_of(frames_table([passage(), passage("street", ())]))
    assert [row[-1] for row in both if row[0] == "street"] == ["", "", ""]


def test_each_stage_is_timed_over_the_images_that_it_had() -> None:
    assert list(timing_rows(passage())) == [
        ("fetch, sample, obscure", "edge runner", 3, 3.0),
        ("send", "edge to both stores", 2, 2.0),
        ("read", "mask function", 2, pytest.approx(0.02)),
        ("mask detection", "mask function", 2, pytest.approx(0.08)),
        ("first sent to last result", "cloud, with cold start", 2, 4.5),
        ("all", "video found to last result", 3, 8.5),
    ]
    first, *_ = lines_of(timing_table([passage()]))
    assert first == ["fetch, sample, obscure", "edge runner", "3", "3.00", "1.000"]


def test_where_all_is_withheld_there_is_no_time_an_image() -> None:
    whole = passage()
    withheld = type(whole)(whole.recording, whole.frames[2:], whole.job, 0.0)
    rows = {row[0]: row[2:] for row in lines_of(timing_table([withheld]))}
    assert rows["send"] == ["0", "2.00", ""]
    assert "read" not in rows


@pytest.mark.parametrize(
    ("frame", "state"),
    [
        (FrameResult(1, 0.0, None, b"", report("safe", 1, 0), b""), "safe"),
        (FrameResult(1, 0.0, None, b"", report(None, None, None), None), "not_an_image"),
        (FrameResult(1, 0.0, "unjudgeable"), ""),
    ],
)
def test_the_state_is_that_of_the_report_or_why_there_is_none(
    frame: FrameResult, state: str
) -> None:
    assert state_of(frame) == state


@pytest.mark.parametrize(
    ("time_s", "text"), [(2.48, "0:02.5"), (62.0, "1:02.0"), (3600, "60:00.0")]
)
def test_times_are_minutes_and_seconds(time_s: float, text: str) -> None:
    assert time_stamp(time_s) == text

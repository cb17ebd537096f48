"""Segment documents joined into one trace."""

from typing import Any

import pytest

from vss.cloud.trace import Trace, build_trace


def document(identifier: str, name: str, start: float, end: float | None, **more: Any) -> dict:
    ended = {} if end is None else {"end_time": end}
    return {"id": identifier, "name": name, "start_time": start, **ended, **more}


def outline(trace: Trace) -> list[str]:
    return ["." * span.depth + span.name for span in trace.spans]


def test_spans_lie_in_their_parents_wherever_they_came_from() -> None:
    frame = document("c", "frame", 101.0, 102.0, parent_id="b", type="subsegment")
    stages = [
        document("e", "body_pose", 101.5, 101.9, parent_id="c", type="subsegment"),
        document("d", "decode", 101.1, 101.4, parent_id="c", type="subsegment"),
    ]
    function = document(
        "b",
        "function",
        100.5,
        103.0,
        parent_id="a",
        subsegments=[document("x", "Initialization", 100.5, 100.9)],
    )
    service = document("a", "service", 100.0, 103.0)
    trace = build_trace("1-abc", [frame, *stages, function, service])
    assert outline(trace) == [
        "service",
        ".function",
        "..Initialization",
        "..frame",
        "...decode",
        "...body_pose",
    ]
    assert trace.duration_s == pytest.approx(3.0)
    assert trace.spans[4].start_s == pytest.approx(1.1)


def test_a_span_whose_parent_is_missing_stands_for_itself() -> None:
    trace = build_trace("1-abc", [document("b", "lost", 5.0, 6.0, parent_id="gone")])
    assert outline(trace) == ["lost"]


def test_failures_and_annotations_are_kept() -> None:
    failed = document("b", "inner", 1.0, 2.0, fault=True, annotations={"camera_id": "door"})
    again = document("c", "again", 2.0, None, annotations={"camera_id": "door", "status": "x"})
    trace = build_trace("1-abc", [document("a", "outer", 0.0, 3.0, subsegments=[failed, again])])
    assert trace.failed
    assert [span.failed for span in trace.spans] == [False, True, False]
    assert trace.annotated("camera_id") == ["door"]
    assert trace.spans[2].duration_s is None

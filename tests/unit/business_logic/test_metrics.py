"""Metrics are lines of CloudWatch's embedded metric format, with the stage as one dimension."""

from __future__ import annotations

import json
import time

import pytest
from business_logic.metrics import Metrics

FRAME = {"camera_id": "door"}


def emitted(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Return the line without its description, after a look at that."""
    (text,) = capsys.readouterr().out.splitlines()
    line = json.loads(text)
    description = line.pop("_aws")
    assert abs(description["Timestamp"] - time.time() * 1000) < 60_000
    (directive,) = description["CloudWatchMetrics"]
    assert directive["Namespace"] == "VSS"
    assert directive["Dimensions"] == [["Stage"]]
    for metric in directive["Metrics"]:
        assert metric["Unit"] == ("Milliseconds" if metric["Name"].endswith("Time") else "Count")
        assert isinstance(line[metric["Name"]], int | float)
    assert line.pop("Stage") == "dev"
    return line


@pytest.mark.parametrize(
    ("status", "faces", "reason", "values"),
    [
        (
            "analysed",
            ["unknown", "identified", "unknown", "too_small"],
            None,
            {"FramesAnalysed": 1, "FacesIdentified": 1, "FacesUnknown": 2, "AnalysisTime": 12.346},
        ),
        ("covered", [], None, {"FramesCovered": 1, "AnalysisTime": 12.346}),
        ("rejected", [], "empty", {"FramesRejected": 1}),
    ],
)
def test_a_frame_is_counted_by_what_became_of_it(
    status: str,
    faces: list[str],
    reason: str | None,
    values: dict[str, float],
    capsys: pytest.CaptureFixture[str],
) -> None:
    persons = [{"face": {"status": face}} for face in faces]
    record = {"status": status, "reason": reason, "persons": persons, "frame": FRAME}
    Metrics("dev").frame_recorded(record, 12.34567)
    assert emitted(capsys) == {**values, "camera_id": "door", "reason": reason}


def test_failures_and_starts_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("dev").frame_failed()
    assert emitted(capsys) == {"FramesFailed": 1}
    Metrics("dev").initialised(1234.5)
    assert emitted(capsys) == {"InitTime": 1234.5}

"""Which records give occasion for an alert, and what an alert tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from business_logic.alerts import (
    FRAME_KINDS,
    AlertKind,
    Occasion,
    build_alerts,
    build_silence_alert,
    occasions_of,
)

COVERED, UNKNOWN = Occasion(AlertKind.CAMERA_COVERED), Occasion(AlertKind.UNKNOWN_PERSON)
ANN, BOB = (Occasion(AlertKind.KNOWN_PERSON, name) for name in ("ann", "bob"))


def record(status: str, *faces: str) -> dict[str, object]:
    """A record with faces of a status, or of a known person."""
    statuses = {"unknown", "too_small", "not_visible"}
    persons = [
        {"face": {"status": face, "person_id": None}}
        if face in statuses
        else {"face": {"status": "identified", "person_id": face}}
        for face in faces
    ]
    frame = {"camera_id": "door", "event_time": "2026-11-22T10:11:12.123+00:00"}
    return {"status": status, "persons": persons, "frame": frame}


@pytest.mark.parametrize(
    ("status", "faces", "occasions"),
    [
        ("analysed", [], []),
        ("analysed", ["too_small", "not_visible"], []),
        ("analysed", ["unknown", "unknown"], [UNKNOWN]),
        ("analysed", ["ann"], [ANN]),
        ("analysed", ["bob", "unknown", "ann"], [ANN, BOB, UNKNOWN]),
        ("covered", [], [COVERED]),
        ("rejected", [], []),
    ],
)
def test_what_gives_occasion(status: str, faces: list[str], occasions: list[Occasion]) -> None:
    content = record(status, *faces)
    assert occasions_of(content, FRAME_KINDS) == set(occasions)
    assert occasions_of(content, ()) == set()
    for kind in FRAME_KINDS:
        others = {occasion for occasion in occasions if occasion.kind is not kind}
        assert occasions_of(content, FRAME_KINDS - {kind}) == others


def test_an_alert_leads_to_the_record_and_tells_whom_it_is_about() -> None:
    alerts = build_alerts({BOB, ANN, UNKNOWN}, record("analysed"), "results", "records/door/x.json")
    assert json.loads(json.dumps(alerts)) == {
        kind: {
            "format": "vss.alert/1",
            "kind": kind,
            "camera_id": "door",
            "event_time": "2026-11-22T10:11:12.123+00:00",
            "person_ids": people,
            "record": {"bucket": "results", "key": "records/door/x.json"},
        }
        for kind, people in {"known_person": ["ann", "bob"], "unknown_person": []}.items()
    }
    assert build_alerts((), record("analysed"), "results", "x") == {}


@pytest.mark.parametrize("last", [None, "records/door/x.json"])
def test_the_alert_of_a_silence_leads_to_the_last_record(last: str | None) -> None:
    now = datetime(2026, 11, 22, 10, 11, 12, 123456, UTC)
    alert = build_silence_alert("door", last, "results", now, timedelta(minutes=15))
    assert json.loads(json.dumps(alert)) == {
        "format": "vss.alert/1",
        "kind": "camera_silent",
        "camera_id": "door",
        "event_time": "2026-11-22T10:11:12.123+00:00",
        "person_ids": [],
        "record": None if last is None else {"bucket": "results", "key": last},
        "period_s": 900,
    }

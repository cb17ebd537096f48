"""Which records give an alert, and what it tells."""

from __future__ import annotations

import json

import pytest
from business_logic.alerts import AlertKind, alerts_of, build_alert

ALL = frozenset(AlertKind)


def record(status: str, *faces: str) -> dict[str, object]:
    persons = [{"face": {"status": face, "person_id": "ann"}} for face in faces]
    frame = {"camera_id": "door", "event_time": "2026-11-22T10:11:12.123+00:00"}
    return {"status": status, "persons": persons, "frame": frame}


@pytest.mark.parametrize(
    ("status", "faces", "kinds"),
    [
        ("analysed", [], []),
        ("analysed", ["too_small", "not_visible"], []),
        ("analysed", ["unknown", "unknown"], ["unknown_person"]),
        ("analysed", ["identified"], ["known_person"]),
        ("analysed", ["identified", "unknown"], ["unknown_person", "known_person"]),
        ("covered", [], ["camera_covered"]),
        ("rejected", [], []),
    ],
)
def test_what_gives_an_alert(status: str, faces: list[str], kinds: list[str]) -> None:
    found = alerts_of(record(status, *faces), ALL)
    assert list(found) == kinds
    assert alerts_of(record(status, *faces), ()) == ()
    for kind in found:
        assert alerts_of(record(status, *faces), ALL - {kind}) == tuple(
            other for other in found if other != kind
        )


def test_an_alert_leads_to_the_record_and_names_nobody() -> None:
    content = record("analysed", "identified")
    alert = build_alert(AlertKind.KNOWN_PERSON, content, "results", "records/door/x.json")
    assert json.loads(json.dumps(alert)) == {
        "format": "vss.alert/1",
        "kind": "known_person",
        "camera_id": "door",
        "event_time": "2026-11-22T10:11:12.123+00:00",
        "record": {"bucket": "results", "key": "records/door/x.json"},
    }

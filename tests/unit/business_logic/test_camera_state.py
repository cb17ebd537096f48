"""A camera's state is stored and read again; what is none is refused without telling of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from business_logic.alert_rules import AlertRules
from business_logic.alerts import FRAME_KINDS, AlertKind, Occasion
from business_logic.camera_state import DamagedStateError, format_state, parse_state
from business_logic.events import FrameStored
from business_logic.sightings import CameraState, Sighting, judge

from tests.batch_work import frame

RULES = AlertRules(FRAME_KINDS, 2, 3, timedelta(seconds=300))
ANN = Occasion(AlertKind.KNOWN_PERSON, "person-4711")


def state() -> CameraState:
    found = CameraState()
    for number, seen in enumerate(({ANN}, set(), {ANN, Occasion(AlertKind.CAMERA_COVERED)})):
        item: FrameStored = frame(str(number))
        time = item.time + timedelta(milliseconds=number)
        found, _ = judge(found, Sighting(item.key, time, "0A", frozenset(seen)), RULES)
    return found


def test_what_is_stored_is_read_again() -> None:
    assert len(state().sightings) == 3
    assert state().raised
    content = json.dumps(format_state(state())).encode()
    assert parse_state(content) == state()
    assert json.dumps(format_state(parse_state(content))).encode() == content
    empty = json.dumps(format_state(CameraState())).encode()
    assert parse_state(empty) == CameraState()


def spoilt(change: str, value: object) -> bytes:
    document = format_state(state())
    part: object = document
    *path, last = change.split(".")
    for name in path:
        part = part[int(name) if name.isdigit() else name]  # type: ignore[index]
    part[last] = value  # type: ignore[index]
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b'{"format":"vss.state/1"}',
        spoilt("format", "vss.state/2"),
        spoilt("sightings", None),
        spoilt("sightings.0.time", "yesterday"),
        spoilt("sightings.0.time", "2026-11-22T10:00:00"),
        spoilt("sightings.0.time", 5),
        spoilt("sightings.0.frame", 5),
        spoilt("sightings.0.seen", [{"kind": "theft"}]),
        spoilt("sightings.0.seen", [{"kind": "known_person", "person_id": None}]),
        spoilt("raised.0.occasion", "person-4711"),
    ],
)
def test_what_is_no_state_is_refused_and_its_content_kept_quiet(content: bytes) -> None:
    with pytest.raises(DamagedStateError) as error:
        parse_state(content)
    assert "4711" not in str(error.value)

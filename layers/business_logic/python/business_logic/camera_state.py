"""The state of a camera as it is stored, `vss.state/1`."""

from __future__ import annotations

import json
from datetime import datetime

from deep_learning.errors import SurveillanceError

from business_logic.alerts import AlertKind, Occasion
from business_logic.record import Json
from business_logic.sightings import CameraState, RaisedAlert, Sighting

STATE_FORMAT = "vss.state/1"


class DamagedStateError(SurveillanceError):
    """What is stored is no state of a camera."""


def format_state(state: CameraState) -> Json:
    """Return the state, ready for ``json.dumps``; the same for the same content."""
    return {
        "format": STATE_FORMAT,
        "sightings": [
            {
                "frame": sighting.frame,
                "time": sighting.time.isoformat(),
                "sequencer": sighting.sequencer,
                "seen": sorted((_occasion(one) for one in sighting.seen), key=str),
            }
            for sighting in state.sightings
        ],
        "raised": [
            {
                "frame": alert.frame,
                "time": alert.time.isoformat(),
                "occasion": _occasion(alert.occasion),
            }
            for alert in state.raised
        ],
    }


def parse_state(content: bytes) -> CameraState:
    """Read what ``format_state`` returned, as JSON.

    Raises:
        DamagedStateError: it is nothing of that kind; the message tells nothing of the content.
    """
    try:
        document = json.loads(content)
        if document["format"] != STATE_FORMAT:
            raise DamagedStateError(f"the state of a camera is no {STATE_FORMAT}")
        return CameraState(
            sightings=tuple(_sighting(item) for item in document["sightings"]),
            raised=tuple(_raised(item) for item in document["raised"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedStateError(
            f"the state of a camera cannot be read: {type(error).__name__}"
        ) from error


def _occasion(occasion: Occasion) -> Json:
    person = {} if occasion.person_id is None else {"person_id": occasion.person_id}
    return {"kind": occasion.kind, **person}


def _sighting(item: Json) -> Sighting:
    seen = frozenset(_read_occasion(one) for one in item["seen"])
    return Sighting(_text(item, "frame"), _time(item), _text(item, "sequencer"), seen)


def _raised(item: Json) -> RaisedAlert:
    return RaisedAlert(_read_occasion(item["occasion"]), _text(item, "frame"), _time(item))


def _read_occasion(item: Json) -> Occasion:
    person_id = _text(item, "person_id") if "person_id" in item else None
    return Occasion(AlertKind(item["kind"]), person_id)


def _time(item: Json) -> datetime:
    time = datetime.fromisoformat(item["time"])
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time


def _text(item: Json, name: str) -> str:
    value = item[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value

"""Alerts: what frames, or their absence, give occasion to tell somebody about.

An alert is an object that says of what kind it is and where the record lies; who wants to know more
has to be allowed to read the record. Of known people it holds the ids, as the record does: whoever
erases a person finds them there. The message that is sent of it names nobody. It holds nothing of
the image. It is written before its record, so for a moment, or until the image is delivered again,
it may be alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from high_level_algorithms.types import FaceStatus, FrameStatus

from business_logic.record import Json

ALERT_FORMAT = "vss.alert/1"


class AlertKind(StrEnum):
    """What is worth an alert; the values are part of the keys."""

    CAMERA_COVERED = "camera_covered"
    UNKNOWN_PERSON = "unknown_person"
    KNOWN_PERSON = "known_person"
    CAMERA_SILENT = "camera_silent"


FRAME_KINDS = frozenset(AlertKind) - {AlertKind.CAMERA_SILENT}
"""The kinds that a frame gives occasion for; the other one is of frames that do not come."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an alert may be about: a kind and, of a known person, which."""

    kind: AlertKind
    person_id: str | None = None


def occasions_of(record: Json, enabled: Collection[AlertKind]) -> frozenset[Occasion]:
    """Return what a record gives occasion for, of the kinds that are enabled."""
    faces = [person["face"] for person in record["persons"]]
    found = {
        Occasion(AlertKind.KNOWN_PERSON, face["person_id"])
        for face in faces
        if face["status"] == FaceStatus.IDENTIFIED
    }
    if record["status"] == FrameStatus.COVERED:
        found.add(Occasion(AlertKind.CAMERA_COVERED))
    if any(face["status"] == FaceStatus.UNKNOWN for face in faces):
        found.add(Occasion(AlertKind.UNKNOWN_PERSON))
    return frozenset(occasion for occasion in found if occasion.kind in enabled)


def build_alerts(
    granted: Collection[Occasion], record: Json, results_bucket: str, record_key: str
) -> dict[AlertKind, Json]:
    """Return one alert of each kind that was granted, ready for ``json.dumps``."""
    frame = record["frame"]
    return {
        kind: {
            "format": ALERT_FORMAT,
            "kind": kind,
            "camera_id": frame["camera_id"],
            "event_time": frame["event_time"],
            "person_ids": sorted(
                occasion.person_id
                for occasion in granted
                if occasion.kind is kind and occasion.person_id is not None
            ),
            "record": {"bucket": results_bucket, "key": record_key},
        }
        for kind in sorted({occasion.kind for occasion in granted})
    }


def build_silence_alert(
    camera: str, last_record: str | None, results_bucket: str, now: datetime, period: timedelta
) -> Json:
    """Return the alert of a camera that sent no frame for ``period``.

    Its record is the camera's last one, None where it has none; its time is when it was noticed.
    """
    record = None if last_record is None else {"bucket": results_bucket, "key": last_record}
    return {
        "format": ALERT_FORMAT,
        "kind": AlertKind.CAMERA_SILENT,
        "camera_id": camera,
        "event_time": now.isoformat(timespec="milliseconds"),
        "person_ids": [],
        "record": record,
        "period_s": round(period.total_seconds()),
    }

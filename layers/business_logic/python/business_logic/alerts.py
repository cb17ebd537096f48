"""Alerts: what a record gives occasion to tell somebody about.

An alert is an object that says of what kind it is and where the record lies. It names nobody and
holds nothing of the image: who wants to know more has to be allowed to read the record. It is
written before its record, so for a moment, or until the image is delivered again, it may be alone.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from high_level_algorithms.types import FaceStatus, FrameStatus

from business_logic.record import Json

ALERT_FORMAT = "vss.alert/1"


class AlertKind(StrEnum):
    """What is worth an alert; the values are part of the keys."""

    CAMERA_COVERED = "camera_covered"
    UNKNOWN_PERSON = "unknown_person"
    KNOWN_PERSON = "known_person"


def alerts_of(record: Json, enabled: Collection[AlertKind]) -> tuple[AlertKind, ...]:
    """Return the alerts that a record gives, of the kinds that are enabled."""
    faces = {person["face"]["status"] for person in record["persons"]}
    occasions = {
        AlertKind.CAMERA_COVERED: record["status"] == FrameStatus.COVERED,
        AlertKind.UNKNOWN_PERSON: FaceStatus.UNKNOWN in faces,
        AlertKind.KNOWN_PERSON: FaceStatus.IDENTIFIED in faces,
    }
    return tuple(kind for kind, given in occasions.items() if given and kind in enabled)


def build_alert(kind: AlertKind, record: Json, results_bucket: str, record_key: str) -> Json:
    """Return the alert, ready for ``json.dumps``."""
    return {
        "format": ALERT_FORMAT,
        "kind": kind,
        "camera_id": record["frame"]["camera_id"],
        "event_time": record["frame"]["event_time"],
        "record": {"bucket": results_bucket, "key": record_key},
    }

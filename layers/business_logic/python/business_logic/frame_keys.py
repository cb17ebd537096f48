"""Keys: which camera took an image, and where its record and its alerts go.

Date and time in a key are those of the event, never those of this machine's clock, so that every
delivery of an event leads to the same key.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from business_logic.events import FrameStored

_INCOMING = re.compile(r"incoming/([A-Za-z0-9][A-Za-z0-9_.-]{0,63})/.+", re.DOTALL)
_RECORD = re.compile(r"records/[^/]+/(\d{4}/\d\d/\d\d/\d{9})-[0-9a-f]+\.json")
_NO_CAMERA = "_"
_DIGEST_DIGITS = 20


def camera_id(key: str) -> str | None:
    """Return the camera of ``incoming/<camera_id>/<any/key>``; None where the key is no such."""
    match = _INCOMING.fullmatch(key)
    return None if match is None else match[1]


def record_key(frame: FrameStored) -> str:
    """Return ``records/<camera_id>/<yyyy>/<mm>/<dd>/<HHMMSSmmm>-<digest>.json``."""
    return f"records/{_path(frame)}"


def alert_key(frame: FrameStored, kind: str) -> str:
    """Return ``alerts/<kind>/<camera_id>/<yyyy>/<mm>/<dd>/<HHMMSSmmm>-<digest>.json``."""
    return f"alerts/{kind}/{_path(frame)}"


def state_key(camera: str) -> str:
    """Return ``state/<camera_id>.json``."""
    return f"state/{camera}.json"


def records_of(camera: str) -> str:
    """Return what the keys of a camera's records begin with."""
    return f"records/{camera}/"


def records_from(camera: str, moment: datetime) -> str:
    """Return what the records of a camera's images of ``moment`` (UTC) and later come after."""
    return f"{records_of(camera)}{_moment(moment)}"


def record_moment(key: str) -> datetime:
    """Return when the image was stored whose record's key this is.

    Raises:
        ValueError: it is no such key.
    """
    match = _RECORD.fullmatch(key)
    if match is None:
        raise ValueError(f"{key!r}, want records/<camera_id>/<yyyy>/<mm>/<dd>/<HHMMSSmmm>-….json")
    return datetime.strptime(match[1], "%Y/%m/%d/%H%M%S%f").replace(tzinfo=UTC)


def silence_key(camera: str, last_record: str | None) -> str:
    """Return the key of the alert of a silence: that of the camera's last record, if any.

    ``alerts/camera_silent/<camera_id>/<yyyy>/<mm>/<dd>/<HHMMSSmmm>-<digest>.json``, or
    ``…/never.json``. The frame that ends the silence has another record, hence another key.
    """
    path = f"{camera}/never.json" if last_record is None else last_record.removeprefix("records/")
    return f"alerts/camera_silent/{path}"


def _path(frame: FrameStored) -> str:
    camera = camera_id(frame.key) or _NO_CAMERA
    return f"{camera}/{_moment(frame.time)}-{frame_digest(frame)}.json"


def _moment(time: datetime) -> str:
    return f"{time:%Y/%m/%d/%H%M%S}{time.microsecond // 1000:03}"


def frame_digest(frame: FrameStored) -> str:
    """Return what identifies an image, however often and in whatever wrapping its event comes."""
    identity = "\0".join((frame.bucket, frame.key, frame.version_id or ""))
    return hashlib.sha256(identity.encode()).hexdigest()[:_DIGEST_DIGITS]

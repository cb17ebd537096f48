"""Keys: which camera took an image, and where its record and its alerts go.

Date and time in a key are those of the event, never those of this machine's clock, so that every
delivery of an event leads to the same key.
"""

from __future__ import annotations

import hashlib
import re

from business_logic.events import FrameStored

_INCOMING = re.compile(r"incoming/([A-Za-z0-9][A-Za-z0-9_.-]{0,63})/.+", re.DOTALL)
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


def _path(frame: FrameStored) -> str:
    camera = camera_id(frame.key) or _NO_CAMERA
    time = frame.time
    moment = f"{time:%Y/%m/%d/%H%M%S}{time.microsecond // 1000:03}"
    return f"{camera}/{moment}-{_digest(frame)}.json"


def _digest(frame: FrameStored) -> str:
    identity = "\0".join((frame.bucket, frame.key, frame.version_id or ""))
    return hashlib.sha256(identity.encode()).hexdigest()[:_DIGEST_DIGITS]

"""Keys follow from the event alone, and lead nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from business_logic.events import FrameStored
from business_logic.frame_keys import (
    alert_key,
    camera_id,
    frame_digest,
    record_key,
    record_moment,
    records_from,
    silence_key,
    state_key,
)

TIME = datetime(2026, 1, 2, 3, 4, 5, 6789, UTC)
FRAME = FrameStored("frames", "incoming/door/a.jpg", "v1", None, None, TIME, None)
DIGEST = hashlib.sha256(b"frames\0incoming/door/a.jpg\0v1").hexdigest()[:20]


@pytest.mark.parametrize(
    ("key", "camera"),
    [
        ("incoming/door/a.jpg", "door"),
        ("incoming/Door_1.a-b/x/y/z", "Door_1.a-b"),
        ("incoming/door/\n", "door"),
        (f"incoming/{'c' * 64}/a", "c" * 64),
        (f"incoming/{'c' * 65}/a", None),
        ("incoming/door/", None),
        ("incoming/door", None),
        ("incoming//a.jpg", None),
        ("incoming/../a.jpg", None),
        ("incoming/_/a.jpg", None),
        ("incoming/dö/a.jpg", None),
        ("incoming/do or/a.jpg", None),
        ("/incoming/door/a.jpg", None),
        ("incomings/door/a.jpg", None),
    ],
)
def test_the_camera_of_a_key(key: str, camera: str | None) -> None:
    assert camera_id(key) == camera


def test_records_and_alerts_lie_by_camera_and_time() -> None:
    assert record_key(FRAME) == f"records/door/2026/01/02/030405006-{DIGEST}.json"
    assert (
        alert_key(FRAME, "camera_covered")
        == f"alerts/camera_covered/door/2026/01/02/030405006-{DIGEST}.json"
    )


def test_a_records_key_tells_its_moment_and_lies_behind_it() -> None:
    moment = TIME.replace(microsecond=6000)
    assert record_moment(record_key(FRAME)) == moment
    assert records_from("door", moment) < record_key(FRAME)
    assert record_key(FRAME) < records_from("door", moment.replace(microsecond=7000))
    assert frame_digest(FRAME) == DIGEST


@pytest.mark.parametrize(
    "key", ["records/door/x.json", "alerts/door/2026/01/02/030405006-a.json", "records/door/"]
)
def test_what_is_no_records_key_has_no_moment(key: str) -> None:
    with pytest.raises(ValueError, match="want records/"):
        record_moment(key)


def test_a_silence_has_the_key_of_the_last_record() -> None:
    assert (
        silence_key("door", record_key(FRAME))
        == f"alerts/camera_silent/door/2026/01/02/030405006-{DIGEST}.json"
    )
    assert silence_key("door", None) == "alerts/camera_silent/door/never.json"
    assert state_key("door") == "state/door.json"


@pytest.mark.parametrize("key", ["other/x", "incoming/../../records/x"])
def test_without_a_camera_the_path_says_so(key: str) -> None:
    assert record_key(replace(FRAME, key=key)).startswith("records/_/2026/01/02/030405006-")


def test_every_version_of_every_object_has_its_own_key() -> None:
    frames = [
        FRAME,
        replace(FRAME, version_id="v2"),
        replace(FRAME, version_id=None),
        replace(FRAME, key="incoming/door/b.jpg"),
        replace(FRAME, bucket="frames2"),
        replace(FRAME, time=TIME.replace(second=6)),
    ]
    assert len(set(map(record_key, frames))) == len(frames)
    assert record_key(replace(FRAME, sequencer="1", size=5, etag="e")) == record_key(FRAME)

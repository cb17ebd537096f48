"""Messages and events are read strictly: an event of ours, or an error with its reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from business_logic.events import (
    FrameStored,
    Notification,
    QueueMessage,
    read_batch,
    read_notification,
)
from deep_learning.errors import InvalidMessage
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local_stage import FRAMES, Json, batch, s3_event

KEY = "incoming/door/a b+ü.jpg"


def read(body: Json) -> Notification:
    return read_notification(json.dumps(body), FRAMES)


def test_a_batch_is_read() -> None:
    messages = read_batch(batch("x", {"a": 1}, count=3))
    assert messages == (QueueMessage("m0", "x", 3), QueueMessage("m1", '{"a": 1}', 3))


def test_an_event_of_s3_is_read() -> None:
    (frame,) = read(s3_event(KEY, b"123", "v1", etag="e", sequencer="0A")).frames
    time = datetime(2026, 11, 22, 10, 11, 12, 123000, UTC)
    assert frame == FrameStored(FRAMES, KEY, "v1", "e", 3, time, "0A")


@pytest.mark.parametrize(
    ("encoded", "key"),
    [
        ("incoming/d/a+b", "incoming/d/a b"),
        ("incoming%2Fd%2Fa%2Bb", "incoming/d/a+b"),
        ("incoming/d/100%2525", "incoming/d/100%25"),
        ("incoming/d/%F0%9F%9A%AA", "incoming/d/🚪"),
        ("incoming/d/%0A%0D", "incoming/d/\n\r"),
        ("incoming/d/%zz", "incoming/d/%zz"),
    ],
)
def test_keys_are_decoded(encoded: str, key: str) -> None:
    event = s3_event("x")
    event["Records"][0]["s3"]["object"]["key"] = encoded
    assert read(event).frames[0].key == key


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.6", "3.0", None])
def test_the_version_of_the_event_does_not_matter(version: str | None) -> None:
    event = s3_event(KEY)
    event["Records"][0]["eventVersion"] = version
    assert read(event).frames[0].key == KEY


@pytest.mark.parametrize(
    ("time", "hour"), [("2026-11-22T10:00:00Z", 10), ("2026-11-22T10:00:00+02:00", 8)]
)
def test_times_are_utc(time: str, hour: int) -> None:
    assert read(s3_event(KEY, time=time)).frames[0].time == datetime(2026, 11, 22, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("eventTime",), "2026-11-22T10:00:00", "has no time zone"),
        (("eventTime",), "0001-01-01T00:00:00+23:59", "cannot be read"),
        (("eventName",), None, "eventName is missing"),
        (("eventName",), "ObjectAcl:Put", "ObjectAcl:Put"),
        (("eventSource",), "aws:sns", "aws:sns"),
        (("s3",), [], "s3 is list, not an object"),
        (("s3", "bucket", "name"), 7, "name is int, not a text"),
        (("s3", "bucket", "name"), "foreign", "event of bucket 'foreign'"),
        (("s3", "object", "key"), "", "key is empty"),
        (("s3", "object", "key"), "%ff", "not UTF-8"),
        (("s3", "object", "key"), "k" * 1025, "key of 1025 bytes"),
        (("s3", "object", "key"), "\ud800", "no Unicode text"),
        (("s3", "object", "size"), True, "size is bool"),
        (("s3", "object", "size"), -1, "size is int, not a number of bytes"),
        (("s3", "object", "versionId"), {}, "versionId is dict"),
    ],
)
def test_what_is_wrong_is_named(path: tuple[str, ...], value: Any, message: str) -> None:
    event = s3_event(KEY, b"", "v1")
    *parents, last = path
    place = event["Records"][0]
    for name in parents:
        place = place[name]
    place[last] = value
    with pytest.raises(InvalidMessage, match=message):
        read(event)


def test_one_wrong_record_refuses_the_message() -> None:
    event = s3_event(KEY)
    event["Records"] += s3_event(KEY, bucket="foreign")["Records"]
    with pytest.raises(InvalidMessage):
        read(event)


def test_removals_and_test_events_need_no_work() -> None:
    event = s3_event(KEY, name="ObjectRemoved:Delete")
    assert read(event) == Notification((), ("ObjectRemoved:Delete",))
    assert read({"Event": "s3:TestEvent"}) == Notification((), ("s3:TestEvent",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of everything in an event."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for name, inner in items:
        found.append((*path, name))
        if isinstance(inner, dict | list):
            found += places(inner, (*path, name))
    return found


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_mutated_event_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    event = s3_event(KEY, b"123", "v1")
    for *parents, last in data.draw(st.lists(st.sampled_from(places(event)), max_size=3)):
        place: Any = event
        try:
            for name in parents:
                place = place[name]
            place[last] = data.draw(JSON)
        except (TypeError, KeyError, IndexError):
            continue  # An earlier change took the place away.
    try:
        notification = read(event)
    except InvalidMessage:
        return
    assert all(frame.bucket == FRAMES for frame in notification.frames)


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(body=st.text() | JSON.map(json.dumps))
def test_any_text_is_read_or_refused_and_nothing_else(body: str) -> None:
    with pytest.raises(InvalidMessage):
        read_notification(body, FRAMES)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(event=JSON)
def test_any_batch_is_read_or_refused_and_nothing_else(event: Any) -> None:
    with pytest.raises(InvalidMessage):
        read_batch({"Records": [event]})

"""What the supervisor makes of whatever it is called with."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supervisor.errors import InvalidEvent
from supervisor.events import Batch, HttpCall, Payload, read_event, read_items
from supervisor.object_events import StoredObject

TIME = "2026-11-22T10:11:12.123Z"


def record(source: str, key: str, name: str = "ObjectCreated:Put", **item: Any) -> dict[str, Any]:
    return {
        "eventSource": source,
        "eventName": name,
        "eventTime": TIME,
        "s3": {"bucket": {"name": "videos"}, "object": {"key": key, **item}},
    }


def records(*found: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(found)}


def event_bridge(key: str, kind: str = "Object Created") -> dict[str, Any]:
    detail = {"bucket": {"name": "videos"}, "object": {"key": key, "etag": "e", "size": 3}}
    return {"source": "aws.s3", "detail-type": kind, "time": TIME, "detail": detail}


def sqs(*bodies: Any) -> dict[str, Any]:
    return records(
        *(
            {"eventSource": "aws:sqs", "messageId": f"m{n}", "body": json.dumps(body)}
            for n, body in enumerate(bodies)
        )
    )


def keys(event: object) -> list[str]:
    found = []
    for item in read_items(event):
        assert isinstance(item, StoredObject)
        found.append(item.key)
    return found


HOSTILE_KEY = "in/ü +%/../a b\n.mp4"


@pytest.mark.parametrize(
    ("event", "kinds"),
    [
        (records(record("aws:s3", quote_plus(HOSTILE_KEY))), ("s3",)),
        (records(record("minio:s3", quote_plus(HOSTILE_KEY), "s3:ObjectCreated:Put")), ("minio",)),
        (records(record("ceph:s3", HOSTILE_KEY)), ("minio", "s3")),
        (event_bridge(HOSTILE_KEY), ("s3",)),
        ({"event": records(record("aws:s3", quote_plus(HOSTILE_KEY)))}, ("s3",)),
        (
            {
                "event": json.dumps(records(record("minio:s3", quote_plus(HOSTILE_KEY)))),
                "storage_provider": "minio.default",
            },
            ("minio",),
        ),
    ],
    ids=["s3", "minio", "ceph", "event bridge", "delegated", "delegated as text"],
)
@pytest.mark.parametrize("form", [dict, json.dumps, lambda e: json.dumps(e).encode()])
def test_objects_are_read_from_each_kind_of_event(
    event: dict[str, Any], kinds: tuple[str, ...], form: Any
) -> None:
    (item,) = read_items(form(event))
    assert isinstance(item, StoredObject)
    assert (item.kinds, item.bucket, item.key, item.time) == (kinds, "videos", HOSTILE_KEY, TIME)


def test_all_records_are_read_and_removals_are_none() -> None:
    event = records(
        record("aws:s3", "a", versionId="v1", eTag='"abc"', size=7),
        record("aws:s3", "b", "ObjectRemoved:Delete"),
        record("aws:s3", "c", "ObjectCreated:CompleteMultipartUpload"),
    )
    first, second = read_items(event)
    assert isinstance(first, StoredObject)
    assert (first.key, first.version_id, first.etag, first.size) == ("a", "v1", "abc", 7)
    assert isinstance(second, StoredObject)
    assert second.key == "c"
    assert json.loads(second.event) == records(event["Records"][2])


@pytest.mark.parametrize(
    "event",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "videos"},
        event_bridge("a", "Object Deleted"),
        records(record("aws:s3", "a", "ObjectRemoved:Delete")),
    ],
)
def test_events_without_work_are_none(event: dict[str, Any]) -> None:
    assert read_items(event) == ()


@pytest.mark.parametrize(
    ("event", "content"),
    [
        ("plain text", b"plain text"),
        (base64.b64encode(b"\xff\xd8image").decode(), b"\xff\xd8image"),
        ('{"a": 1}', b'{"a":1}'),
        ({"a": 1}, b'{"a":1}'),
        ([1, 2], b"[1,2]"),
        (None, b"null"),
        (b"\xff\xd8raw", b"\xff\xd8raw"),
        ({"Records": [{"eventSource": "somebody:else"}]}, None),
        ({"Records": "none"}, None),
    ],
)
def test_all_else_is_content(event: object, content: bytes | None) -> None:
    assert read_items(event) == (
        Payload(content or json.dumps(event, separators=(",", ":")).encode()),
    )


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (records(record("OneTrigger", "a")), "Onedata"),
        ({"event": {"name": "a"}, "subscription": "s"}, "dCache"),
        ({"event_type": "transfer-done", "payload": {"scope": "s"}}, "Rucio"),
        (records(record("aws:s3", "a", "ReducedRedundancyLostObject")), "ReducedRedundancy"),
        (records(record("aws:s3", "a"), {"eventSource": "other"}), "'other'"),
        (records({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}), "s3 of the event"),
        (records(record("aws:s3", "%ff")), "not UTF-8"),
        (records(record("aws:s3", "a" * 1025)), "1025 bytes"),
        (records(record("aws:s3", "a%00b")), "null character"),
        (records(record("aws:s3", "\ud800")), "Unicode"),
        (records(record("aws:s3", "")), "key of the event"),
        (event_bridge("a", "Object Restored"), "Object Restored"),
        ({"event": {"event": {"event": {"event": {"event": {"event": 1}}}}}}, "more than 4"),
    ],
)
def test_what_is_an_event_but_can_never_be_worked_on_is_refused(event: Any, message: str) -> None:
    with pytest.raises(InvalidEvent, match=message):
        read_event(event)


def test_a_batch_of_a_queue_keeps_its_messages_apart() -> None:
    inner = records(record("aws:s3", "a"))
    batch = read_event(sqs(inner, {"x": 1}))
    assert isinstance(batch, Batch)
    assert [name for name, _ in batch.messages] == ["m0", "m1"]
    assert keys(batch.messages[0][1]) == ["a"]


@pytest.mark.parametrize(
    "envelope",
    [
        {"httpMethod": "POST"},
        {"requestContext": {"http": {"method": "POST"}}, "version": "2.0"},
    ],
)
def test_an_http_request_brings_content_or_an_event(envelope: dict[str, Any]) -> None:
    image = base64.b64encode(b"\xff\xd8image").decode()
    call = read_event(
        {
            **envelope,
            "body": image,
            "isBase64Encoded": True,
            "queryStringParameters": {"threshold": "0.2"},
        }
    )
    assert call == HttpCall((Payload(b"\xff\xd8image"),), {"threshold": "0.2"})
    inner = read_event({**envelope, "body": json.dumps(records(record("aws:s3", "a")))})
    assert isinstance(inner, HttpCall)
    assert [item.key for item in inner.items if isinstance(item, StoredObject)] == ["a"]


def test_a_request_whose_body_is_no_base64_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="no base64"):
        read_event({"httpMethod": "POST", "body": "***", "isBase64Encoded": True})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Records", "eventSource", "s3", "event", "body", "httpMethod", "x"])
            | st.text(max_size=3),
            inner | st.sampled_from(["aws:s3", "minio:s3", "aws:sqs", "ObjectCreated:Put"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON | st.text() | st.binary())
def test_no_event_crashes_the_reader(event: object) -> None:
    with suppress(InvalidEvent):
        read_event(event)

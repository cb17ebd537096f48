"""What a function is called with: events of S3, MinIO and Ceph, bare or wrapped, or any content.

Wrapped means: by EventBridge, in messages of an SQS queue, delegated by another OSCAR cluster, or
in the body of an HTTP request. What is none of these is content for the script, as OSCAR has it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from supervisor.errors import InvalidEvent
from supervisor.object_events import (
    KINDS,
    Fields,
    StoredObject,
    fields_of,
    from_event_bridge,
    from_records,
    text_of,
)

_MOST_WRAPPINGS = 4
_UNSUPPORTED = {"OneTrigger": "Onedata", "rucio": "Rucio"}


@dataclass(frozen=True, slots=True)
class Payload:
    """Content that came with the call itself."""

    content: bytes = field(repr=False)


Item = StoredObject | Payload


@dataclass(frozen=True, slots=True)
class HttpCall:
    """What an HTTP request asks for, with its query parameters."""

    items: tuple[Item, ...]
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """The messages of a queue: id and body of each; they are read one by one."""

    messages: tuple[tuple[str, str], ...]


def read_event(event: object) -> tuple[Item, ...] | HttpCall | Batch:
    """Return what a function is called for.

    Raises:
        InvalidEvent: it says that it is an event, but is none that can be worked on.
    """
    content = _decoded(event)
    if isinstance(content, Mapping):
        if "httpMethod" in content or "http" in _optional(content, "requestContext"):
            return _http_call(content)
        records = content.get("Records")
        if isinstance(records, list) and records and _source(records[0]) == "aws:sqs":
            fields = [fields_of(record, "record") for record in records]
            return Batch(
                tuple((text_of(item, "messageId"), text_of(item, "body")) for item in fields)
            )
    return read_items(content)


def read_items(event: object) -> tuple[Item, ...]:
    """Return the objects of an event of a store, or the content that it is.

    Raises:
        InvalidEvent: as `read_event`.
    """
    return _items(event, _MOST_WRAPPINGS)


def _items(event: object, wrappings: int) -> tuple[Item, ...]:
    content = _decoded(event)
    if isinstance(content, bytes):
        return (Payload(content),)
    if not isinstance(content, Mapping):
        return (_payload(content),)
    if "event" in content and "subscription" in content:
        raise InvalidEvent("an event of dCache; allowed are those of S3, MinIO and Ceph")
    if "event_type" in content and "scope" in _optional(content, "payload"):
        raise InvalidEvent("an event of Rucio; allowed are those of S3, MinIO and Ceph")
    if "event" in content:
        if not wrappings:
            raise InvalidEvent(f"delegated more than {_MOST_WRAPPINGS} times")
        return _items(content["event"], wrappings - 1)
    return _stored_or_payload(content)


def _stored_or_payload(content: Fields) -> tuple[Item, ...]:
    if content.get("Event") == "s3:TestEvent":
        return ()
    if content.get("source") == "aws.s3":
        return from_event_bridge(content)
    records = content.get("Records")
    if isinstance(records, list) and records and (source := _source(records[0])) is not None:
        if source in _UNSUPPORTED:
            raise InvalidEvent(f"an event of {_UNSUPPORTED[source]}; allowed are {list(KINDS)}")
        if source in KINDS:
            return from_records(records)
    return (_payload(content),)


def _decoded(event: object) -> object:
    """Return JSON for text that is JSON, bytes for any other text."""
    if not isinstance(event, str | bytes):
        return event
    try:
        return json.loads(event)
    except (ValueError, RecursionError):
        pass
    try:
        return base64.b64decode(event, validate=True)
    except (binascii.Error, ValueError):
        return event.encode() if isinstance(event, str) else event


def _payload(content: object) -> Payload:
    return Payload(json.dumps(content, separators=(",", ":")).encode())


def _http_call(content: Fields) -> HttpCall:
    body = content.get("body") or ""
    if not isinstance(body, str):
        raise InvalidEvent(f"the body of the request is {type(body).__name__}; allowed is a text")
    inner: object = body
    if content.get("isBase64Encoded"):
        try:
            inner = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidEvent("the body of the request is no base64, as it says it is") from None
    query = content.get("queryStringParameters") or {}
    return HttpCall(
        read_items(inner), {str(k): str(v) for k, v in fields_of(query, "query").items()}
    )


def _source(record: object) -> str | None:
    source = record.get("eventSource") if isinstance(record, Mapping) else None
    return source if isinstance(source, str) else None


def _optional(content: Fields, name: str) -> Fields:
    value = content.get(name)
    return value if isinstance(value, Mapping) else {}

"""What the queue delivers: messages, and in them the events of the frames bucket.

S3 writes straight into the queue; events that come by way of SNS or EventBridge are understood
too. The parser takes nothing on trust: whatever is no event of our bucket is an ``InvalidMessage``.
The event's version is not looked at, since Amazon S3 raises it whenever it adds a field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from deep_learning.errors import InvalidMessage

_CREATED = "ObjectCreated:"
_REMOVED = "ObjectRemoved:"
_CREATED_DETAIL = "Object Created"
_REMOVED_DETAIL = "Object Deleted"
_TEST_EVENT = "s3:TestEvent"
_MOST_KEY_BYTES = 1024

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message of the queue; ``receive_count`` says how often it was delivered, this time too."""

    message_id: str
    body: str
    receive_count: int


@dataclass(frozen=True, slots=True)
class FrameStored:
    """An image was stored; what the event does not tell is None.

    Attributes:
        bucket: the bucket.
        key: the key, as the uploader gave it.
        version_id: the version.
        etag: ETag without quotation marks.
        size: bytes.
        time: when Amazon S3 took the image, UTC.
        sequencer: hexadecimal; of two events of one key the later one has the greater.
    """

    bucket: str
    key: str
    version_id: str | None
    etag: str | None
    size: int | None
    time: datetime
    sequencer: str | None


@dataclass(frozen=True, slots=True)
class Notification:
    """What one message says: images that were stored, and events that need no work, by name."""

    frames: tuple[FrameStored, ...]
    ignored: tuple[str, ...] = ()


def read_batch(event: object) -> tuple[QueueMessage, ...]:
    """Return the messages of the event that Lambda calls the function with.

    Raises:
        InvalidMessage: the event is no batch of an SQS queue.
    """
    records = _fields(event, "event").get("Records")
    if not isinstance(records, list):
        raise InvalidMessage("the event has no list of Records: it is no batch of an SQS queue")
    return tuple(_message(_fields(record, "record")) for record in records)


def read_notification(body: str, frames_bucket: str) -> Notification:
    """Read the body of a message.

    Raises:
        InvalidMessage: it is not JSON, no event of Amazon S3, an event this function knows no
            answer to, or of another bucket than ``frames_bucket``.
    """
    content = _json_object(body)
    if content.get("Type") == "Notification" and "TopicArn" in content:
        content = _json_object(_text(content, "Message"))
    if content.get("Event") == _TEST_EVENT:
        return Notification((), (_TEST_EVENT,))
    if content.get("source") == "aws.s3":
        notification = _from_event_bridge(content)
    else:
        notification = _from_s3(content)
    for frame in notification.frames:
        if frame.bucket != frames_bucket:
            raise InvalidMessage(f"event of bucket {frame.bucket!r}; allowed is {frames_bucket!r}")
    return notification


def _message(record: Fields) -> QueueMessage:
    count = _text(_fields(record.get("attributes"), "attributes"), "ApproximateReceiveCount")
    if not (count.isascii() and count.isdigit()):
        raise InvalidMessage(f"ApproximateReceiveCount is {count!r}, not a number")
    return QueueMessage(_text(record, "messageId"), _text(record, "body"), int(count))


def _from_s3(content: Fields) -> Notification:
    records = content.get("Records")
    if not isinstance(records, list) or not records:
        raise InvalidMessage("the message has no Records: it is no event of Amazon S3")
    frames, ignored = [], []
    for item in records:
        record = _fields(item, "record")
        source, name = _text(record, "eventSource"), _text(record, "eventName")
        if source == "aws:s3" and name.startswith(_CREATED):
            frames.append(_frame_of_record(record))
        elif source == "aws:s3" and name.startswith(_REMOVED):
            ignored.append(name)
        else:
            raise InvalidMessage(f"event {name!r} of {source!r}; allowed is {_CREATED}* of aws:s3")
    return Notification(tuple(frames), tuple(ignored))


def _frame_of_record(record: Fields) -> FrameStored:
    details = _fields(record.get("s3"), "s3")
    item = _fields(details.get("object"), "object")
    return FrameStored(
        bucket=_text(_fields(details.get("bucket"), "bucket"), "name"),
        key=_checked_key(_decoded(_text(item, "key"))),
        version_id=_optional_text(item, "versionId"),
        etag=_optional_text(item, "eTag"),
        size=_size(item),
        time=_time(_text(record, "eventTime")),
        sequencer=_optional_text(item, "sequencer"),
    )


def _from_event_bridge(content: Fields) -> Notification:
    kind = _text(content, "detail-type")
    if kind == _REMOVED_DETAIL:
        return Notification((), (kind,))
    if kind != _CREATED_DETAIL:
        raise InvalidMessage(f"event {kind!r} of 'aws.s3'; allowed is {_CREATED_DETAIL!r}")
    detail = _fields(content.get("detail"), "detail")
    item = _fields(detail.get("object"), "object")
    frame = FrameStored(
        bucket=_text(_fields(detail.get("bucket"), "bucket"), "name"),
        # Unlike in the other events the key is not URL-encoded here.
        key=_checked_key(_text(item, "key")),
        version_id=_optional_text(item, "version-id"),
        etag=_optional_text(item, "etag"),
        size=_size(item),
        time=_time(_text(content, "time")),
        sequencer=_optional_text(item, "sequencer"),
    )
    return Notification((frame,))


def _json_object(text: str) -> Fields:
    try:
        return _fields(json.loads(text), "message")
    except (ValueError, RecursionError) as error:
        raise InvalidMessage(f"the message is not JSON: {error}") from error


def _fields(value: object, name: str) -> Fields:
    if not isinstance(value, dict):
        raise InvalidMessage(f"{name} is {_kind(value)}, not an object")
    return value


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidMessage(f"{name} is {_kind(value)}, not a text")
    return value


def _optional_text(fields: Fields, name: str) -> str | None:
    return None if fields.get(name) is None else _text(fields, name)


def _size(fields: Fields) -> int | None:
    value = fields.get("size")
    if value is not None and (type(value) is not int or value < 0):
        raise InvalidMessage(f"size is {_kind(value)}, not a number of bytes")
    return value


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            raise ValueError("it has no time zone")
        return time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidMessage(f"time {text[:40]!r} cannot be read: {error}") from error


def _decoded(key: str) -> str:
    try:
        return unquote_plus(key, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidMessage(f"key {key[:80]!r} is not UTF-8 once it is decoded") from error


def _checked_key(key: str) -> str:
    try:
        size = len(key.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise InvalidMessage(f"key {key[:80]!r} is no Unicode text") from error
    if size > _MOST_KEY_BYTES:
        raise InvalidMessage(f"key of {size} bytes; allowed are {_MOST_KEY_BYTES}")
    return key


def _kind(value: object) -> str:
    """Describe a wrong value without quoting it: it may be anything, and of any length."""
    return "missing" if value is None else "empty" if value == "" else type(value).__name__

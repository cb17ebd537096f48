"""An object that was stored, as the events of S3, MinIO, Ceph and EventBridge tell it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from supervisor.errors import InvalidEvent

_MOST_KEY_BYTES = 1024
_CREATED = "ObjectCreated:"
_REMOVED = "ObjectRemoved:"
# Ceph does not say by which kind of provider a description knows it.
KINDS = {"aws:s3": ("s3",), "minio:s3": ("minio",), "ceph:s3": ("minio", "s3")}
_UNENCODED = "ceph:s3"

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object was stored.

    Attributes:
        kinds: of provider that the store may be described as.
        bucket: the bucket.
        key: the key, as the uploader gave it.
        version_id: None where the bucket keeps no versions.
        etag: without quotation marks; None if not told.
        size: bytes; None if not told.
        time: when it was stored, as the event tells it.
        event: the record of the event, as JSON.
    """

    kinds: tuple[str, ...]
    bucket: str
    key: str
    version_id: str | None = None
    etag: str | None = None
    size: int | None = None
    time: str = ""
    event: str = field(default="", repr=False)


def from_records(records: list[object]) -> tuple[StoredObject, ...]:
    """Return the objects that were stored, of all records.

    Raises:
        InvalidEvent: a record tells of something else than objects stored or removed.
    """
    found: list[StoredObject] = []
    for item in records:
        record = fields_of(item, "record")
        source, name = str(record.get("eventSource")), str(record.get("eventName"))
        name = name.removeprefix("s3:")
        if source in KINDS and name.startswith(_CREATED):
            found.append(_from_record(record, source))
        elif source not in KINDS or not name.startswith(_REMOVED):
            raise InvalidEvent(f"event {name[:80]!r} of {source[:40]!r}; allowed is {_CREATED}*")
    return tuple(found)


def _from_record(record: Fields, source: str) -> StoredObject:
    details = fields_of(record.get("s3"), "s3")
    item = fields_of(details.get("object"), "object")
    key = text_of(item, "key")
    return StoredObject(
        kinds=KINDS[source],
        bucket=text_of(fields_of(details.get("bucket"), "bucket"), "name"),
        key=_checked_key(key if source == _UNENCODED else _unquoted(key)),
        version_id=_optional_text(item, "versionId"),
        etag=_optional_text(item, "eTag"),
        size=item["size"] if type(item.get("size")) is int else None,
        time=_optional_text(record, "eventTime") or "",
        event=json.dumps({"Records": [record]}, separators=(",", ":")),
    )


def from_event_bridge(content: Fields) -> tuple[StoredObject, ...]:
    """Return the object of an event that came by EventBridge; none where it was removed.

    Raises:
        InvalidEvent: it tells of something else.
    """
    kind = content.get("detail-type")
    if kind == "Object Deleted":
        return ()
    if kind != "Object Created":
        raise InvalidEvent(f"event {str(kind)[:80]!r} of 'aws.s3'; allowed is 'Object Created'")
    detail = fields_of(content.get("detail"), "detail")
    item = fields_of(detail.get("object"), "object")
    stored = StoredObject(
        kinds=KINDS["aws:s3"],
        bucket=text_of(fields_of(detail.get("bucket"), "bucket"), "name"),
        # Unlike in the other events of S3 the key is not URL-encoded here.
        key=_checked_key(text_of(item, "key")),
        version_id=_optional_text(item, "version-id"),
        etag=_optional_text(item, "etag"),
        size=item["size"] if type(item.get("size")) is int else None,
        time=_optional_text(content, "time") or "",
        event=json.dumps(content, separators=(",", ":")),
    )
    return (stored,)


def fields_of(value: object, name: str) -> Fields:
    """Return a value of an event that must be an object.

    Raises:
        InvalidEvent: it is something else.
    """
    if not isinstance(value, Mapping):
        raise InvalidEvent(f"{name} of the event is {type(value).__name__}; allowed is an object")
    return value


def text_of(fields: Fields, name: str) -> str:
    """Return a value of an event that must be a text.

    Raises:
        InvalidEvent: it is something else.
    """
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidEvent(f"{name} of the event is {type(value).__name__}; allowed is a text")
    return value


def _optional_text(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    return value.strip('"') if isinstance(value, str) and value.strip('"') else None


def _unquoted(key: str) -> str:
    try:
        return unquote_plus(key, errors="strict")
    except UnicodeDecodeError:
        raise InvalidEvent(f"key {key[:80]!r} is not UTF-8 once it is decoded") from None


def _checked_key(key: str) -> str:
    try:
        size = len(key.encode("utf-8"))
    except UnicodeEncodeError:
        raise InvalidEvent(f"key {key[:80]!r} is no Unicode text") from None
    if size > _MOST_KEY_BYTES:
        raise InvalidEvent(f"key of {size} bytes; allowed are {_MOST_KEY_BYTES}")
    # The script learns it by an environment variable, which ends there.
    if "\0" in key:
        raise InvalidEvent(f"key {key[:80]!r} has a null character, which no script can be told")
    return key

"""Which services an announced object is for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote_plus

from supervisor.description import StoragePlace
from supervisor.events import Item
from supervisor.object_events import StoredObject

from vss.continuum.edge.journal import NewObject
from vss.continuum.edge.services import EdgeService

_SOURCES = {"s3": "aws:s3", "minio": "minio:s3"}


def announced(
    items: Sequence[Item], services: Sequence[EdgeService]
) -> Iterator[tuple[EdgeService, NewObject]]:
    """Yield each object of an event that a service takes, with the service.

    One whose ETag the event does not tell is left out: the next look at the store finds it.
    """
    for item in items:
        if not isinstance(item, StoredObject) or not item.etag:
            continue
        for service in services:
            place = service.description.input_of(item.kinds, item.bucket, item.key)
            if place is not None and not is_folder(item.key, item.size or 0):
                yield service, _from_event(place, item, item.etag)


def listed(place: StoragePlace, key: str, etag: str, size: int, modified: datetime) -> NewObject:
    """Return an object as a listing tells it, with the event that a store would have sent."""
    time = modified.isoformat().replace("+00:00", "Z")
    etag = etag.strip('"')
    record = {
        "eventVersion": "2.1",
        "eventSource": _SOURCES[place.kind],
        "eventName": "ObjectCreated:Put",
        "eventTime": time,
        "s3": {
            "bucket": {"name": place.bucket},
            "object": {"key": quote_plus(key), "eTag": etag, "size": size},
        },
    }
    event = json.dumps({"Records": [record]}, separators=(",", ":"))
    return NewObject(place.provider, place.bucket, key, etag, None, size, time, event)


def stored_object(place_kind: str, stored: NewObject) -> StoredObject:
    """Return an object as the supervisor takes it."""
    return StoredObject(
        (place_kind,),
        stored.bucket,
        stored.key,
        stored.version_id,
        stored.etag,
        stored.size,
        stored.time,
        stored.event,
    )


def is_folder(key: str, size: int) -> bool:
    """Tell whether an object only stands for a folder, as consoles make them."""
    return key.endswith("/") and size == 0


def _from_event(place: StoragePlace, item: StoredObject, etag: str) -> NewObject:
    found = NewObject(
        place.provider, item.bucket, item.key, etag, item.version_id, 0, item.time, item.event
    )
    return replace(found, size=item.size or 0)

"""Events are taken from those who know the address, and answered for only once remembered."""

from __future__ import annotations

import errno
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from supervisor.events import Item
from supervisor.object_events import StoredObject

from vss.continuum.edge.notifications import receiving

EVENT = {
    "Records": [
        {
            "eventSource": "ceph:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "videos"}, "object": {"key": "input/a b", "eTag": "e"}},
        }
    ]
}


def test_an_event_is_handed_on() -> None:
    taken: list[Item] = []
    with receiving(taken.extend) as address:
        assert httpx.post(address, json=EVENT).status_code == 200
    (item,) = taken
    assert isinstance(item, StoredObject)
    assert (item.bucket, item.key, item.etag) == ("videos", "input/a b", "e")


def refuse(_: Sequence[Item]) -> None:
    raise OSError(errno.ENOSPC, "full")


@pytest.mark.parametrize(
    ("change", "options", "status"),
    [
        (lambda a: a[:-1], {"json": EVENT}, 404),
        (lambda a: a + "x", {"json": EVENT}, 404),
        (lambda a: a.rpartition("/")[0] + "/", {"json": EVENT}, 404),
        (lambda a: a, {"content": json.dumps({"event": 1, "subscription": 2})}, 400),
        (lambda a: a, {"content": b"x" * ((1 << 20) + 1)}, 413),
        (lambda a: a, {"content": iter([b"chunked"])}, 411),
    ],
    ids=["short", "long", "none", "no event", "huge", "chunked"],
)
def test_anything_else_is_refused(change: Any, options: dict[str, Any], status: int) -> None:
    taken: list[Item] = []
    with receiving(taken.extend) as address:
        assert httpx.post(change(address), **options).status_code == status
    assert taken == []


def test_what_could_not_be_remembered_is_not_answered_for() -> None:
    with receiving(refuse) as address:
        assert httpx.post(address, json=EVENT).status_code == 503


def test_each_receiver_has_an_address_of_its_own() -> None:
    with receiving(refuse) as one, receiving(refuse) as other:
        assert one.rpartition("/")[2] != other.rpartition("/")[2]

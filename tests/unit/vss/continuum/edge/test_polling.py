"""What a look at a store finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from supervisor.description import Provider, StoragePlace
from supervisor.errors import StorageFailed
from supervisor.events import read_items
from supervisor.object_events import StoredObject
from supervisor.object_store import ObjectStore
from supervisor.s3_clients import s3_client

from tests.faulty_s3 import Fault
from tests.workflow_storage import ACCESS_KEY, REGION, SECRET_KEY, WorkflowStorage
from vss.continuum.edge.polling import look

PLACE = StoragePlace("minio", "default", "videos", "input")


@pytest.fixture
def store(storage: WorkflowStorage) -> ObjectStore:
    storage.bucket("videos")
    provider = Provider(endpoint=storage.faults.endpoint, region=REGION)
    return ObjectStore(s3_client(provider, (ACCESS_KEY, SECRET_KEY)))


def test_all_pages_of_the_folder_are_seen_and_nothing_else(
    storage: WorkflowStorage, store: ObjectStore
) -> None:
    def three_a_page(params: dict[str, Any], **_: object) -> None:
        params["MaxKeys"] = 3

    store.client.meta.events.register("before-parameter-build.s3.ListObjectsV2", three_a_page)
    for key in (*(f"input/{n}" for n in range(7)), "input2/a", "inpu", "input/folder/"):
        storage.client.put_object(Bucket="videos", Key=key, Body=b"")
    pages = list(look(store, PLACE))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(found.key for page in pages for found in page) == [f"input/{n}" for n in range(7)]


def test_a_whole_bucket_is_a_place(storage: WorkflowStorage, store: ObjectStore) -> None:
    storage.put("videos", "a", b"1")
    (page,) = look(store, StoragePlace("minio", "default", "videos"))
    assert [found.key for found in page] == ["a"]


def test_what_is_found_reads_as_the_stores_own_event(
    storage: WorkflowStorage, store: ObjectStore
) -> None:
    etag = storage.put("videos", "input/a +ü%2F.mp4", b"12345")
    ((found,),) = look(store, PLACE)
    assert (found.key, found.etag, found.size) == ("input/a +ü%2F.mp4", etag, 5)
    (item,) = read_items(json.loads(found.event))
    assert isinstance(item, StoredObject)
    assert (item.key, item.etag, item.size) == ("input/a +ü%2F.mp4", etag, 5)
    assert item.time.endswith("Z")


@pytest.mark.parametrize(
    ("fault", "is_passing"),
    [
        (Fault("error", "GET", "/videos", 9), True),
        (Fault("drop", "GET", "/videos", 9), True),
        (Fault("error", "GET", "/videos", 9, status=403, code="AccessDenied"), False),
    ],
)
def test_a_store_that_cannot_be_looked_at_is_told(
    storage: WorkflowStorage, store: ObjectStore, fault: Fault, is_passing: bool
) -> None:
    storage.faults.spoil(fault)
    with pytest.raises(StorageFailed, match="listing videos/input/") as caught:
        list(look(store, PLACE))
    assert caught.value.passing is is_passing

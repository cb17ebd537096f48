"""Objects come whole or not at all, and are written once."""

from __future__ import annotations

from pathlib import Path

import pytest
from supervisor.description import Provider
from supervisor.errors import ObjectChanged, ObjectMissing, StorageFailed
from supervisor.object_store import ObjectStore
from supervisor.s3_clients import s3_client

from tests.faulty_s3 import Fault
from tests.workflow_storage import ACCESS_KEY, REGION, SECRET_KEY, WorkflowStorage

CONTENT = b"content of an object" * 1000


@pytest.fixture
def store(storage: WorkflowStorage) -> ObjectStore:
    storage.bucket("videos")
    client = s3_client(provider(storage), (ACCESS_KEY, SECRET_KEY))
    looks_first = not storage.keeps_to_conditions
    return ObjectStore(client, pause=lambda _: None, looks_first=looks_first)


def provider(storage: WorkflowStorage) -> Provider:
    return Provider(endpoint=storage.faults.endpoint, region=REGION)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


def test_an_object_is_read(storage: WorkflowStorage, store: ObjectStore, tmp_path: Path) -> None:
    etag = storage.put("videos", "a/ü +b", CONTENT)
    store.download("videos", "a/ü +b", tmp_path / "x", None, etag)
    assert (tmp_path / "x").read_bytes() == CONTENT


FAULTS = [
    Fault("error", "GET", "/videos/a", 2),
    Fault("error", "GET", "/videos/a", 2, status=500, code="InternalError"),
    Fault("drop", "GET", "/videos/a", 2),
    Fault("short", "GET", "/videos/a", 2),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind} {fault.status}")
def test_what_passes_is_tried_again(
    storage: WorkflowStorage, store: ObjectStore, tmp_path: Path, fault: Fault
) -> None:
    etag = storage.put("videos", "a", CONTENT)
    storage.faults.spoil(fault)
    store.download("videos", "a", tmp_path / "x", None, etag)
    assert (tmp_path / "x").read_bytes() == CONTENT


def test_an_answer_that_does_not_come_is_asked_for_again(
    storage: WorkflowStorage, store: ObjectStore, tmp_path: Path
) -> None:
    hasty = s3_client(provider(storage), (ACCESS_KEY, SECRET_KEY), (5.0, 1.0))
    etag = storage.put("videos", "a", CONTENT)
    storage.faults.spoil(Fault("hang", "GET", "/videos/a", 1, seconds=1.5))
    ObjectStore(hasty, pause=lambda _: None).download("videos", "a", tmp_path / "x", None, etag)
    assert (tmp_path / "x").read_bytes() == CONTENT
    assert storage.faults.count("GET", "/videos/a") >= 2


def test_what_does_not_pass_in_three_tries_may_pass_later(
    storage: WorkflowStorage, store: ObjectStore, tmp_path: Path
) -> None:
    storage.put("videos", "a", CONTENT)
    storage.faults.spoil(Fault("short", "GET", "/videos/a", 3))
    with pytest.raises(StorageFailed) as caught:
        store.download("videos", "a", tmp_path / "x", None, None)
    assert caught.value.passing
    assert "reading 'a' of 'videos'" in str(caught.value)


def test_an_object_that_is_gone_is_not_asked_for_again(
    storage: WorkflowStorage, store: ObjectStore, tmp_path: Path
) -> None:
    with pytest.raises(ObjectMissing):
        store.download("videos", "gone", tmp_path / "x", None, None)
    assert storage.faults.count("GET", "/videos/gone") == 1


def test_an_object_that_was_overwritten_is_told(
    storage: WorkflowStorage, store: ObjectStore, tmp_path: Path
) -> None:
    etag = storage.put("videos", "a", b"first")
    storage.put("videos", "a", b"second")
    with pytest.raises(ObjectChanged):
        store.download("videos", "a", tmp_path / "x", None, etag)


def test_the_version_of_the_event_is_read(
    storage: WorkflowStorage, store: ObjectStore, tmp_path: Path
) -> None:
    storage.keep_versions("videos")
    first = storage.client.put_object(Bucket="videos", Key="a", Body=b"first")["VersionId"]
    storage.put("videos", "a", b"second")
    store.download("videos", "a", tmp_path / "x", first, "etag-is-not-looked-at")
    assert (tmp_path / "x").read_bytes() == b"first"


def test_a_refusal_does_not_pass(
    storage: WorkflowStorage, store: ObjectStore, tmp_path: Path
) -> None:
    storage.faults.spoil(Fault("error", "GET", "/videos/a", 9, status=403, code="AccessDenied"))
    with pytest.raises(StorageFailed, match="GetObject gave 403 AccessDenied") as caught:
        store.download("videos", "a", tmp_path / "x", None, None)
    assert not caught.value.passing
    assert storage.faults.count("GET", "/videos/a") == 1


def test_a_file_is_stored_with_its_tags(
    storage: WorkflowStorage, store: ObjectStore, file: Path
) -> None:
    assert store.upload(file, "videos", "out/ü +b", [("anonymised", "true"), ("a b", "c/d +1")])
    assert storage.get("videos", "out/ü +b") == CONTENT
    assert storage.tags("videos", "out/ü +b") == {"anonymised": "true", "a b": "c/d +1"}


def test_an_object_with_the_same_content_is_left_alone(
    storage: WorkflowStorage, store: ObjectStore, file: Path
) -> None:
    storage.keep_versions("videos")
    assert store.upload(file, "videos", "out")
    assert not store.upload(file, "videos", "out")
    assert storage.versions("videos", "out") == 1


def test_an_object_with_other_content_is_overwritten(
    storage: WorkflowStorage, store: ObjectStore, file: Path
) -> None:
    storage.put("videos", "out", b"of an earlier run")
    assert store.upload(file, "videos", "out")
    assert storage.get("videos", "out") == CONTENT


@pytest.mark.parametrize("kind", ["lost_answer", "drop", "error"])
def test_a_write_whose_answer_is_lost_is_made_once(
    storage: WorkflowStorage, store: ObjectStore, file: Path, kind: str
) -> None:
    storage.keep_versions("videos")
    storage.faults.spoil(Fault(kind, "PUT", "/videos/out", 2))
    store.upload(file, "videos", "out")
    assert storage.versions("videos", "out") == 1
    assert storage.get("videos", "out") == CONTENT


def test_where_nobody_may_look_the_object_is_written(
    storage: WorkflowStorage, store: ObjectStore, file: Path
) -> None:
    storage.put("videos", "out", b"other")
    denied = Fault("error", "HEAD", "/videos/out", 9, status=403, code="AccessDenied")
    storage.faults.spoil(denied)
    assert store.upload(file, "videos", "out")
    assert storage.get("videos", "out") == CONTENT


def test_a_store_that_knows_no_conditions_is_written_without(
    storage: WorkflowStorage, store: ObjectStore, file: Path
) -> None:
    unknown = Fault("error", "PUT", "/videos/out", 1, status=501, code="NotImplemented")
    storage.faults.spoil(unknown)
    assert store.upload(file, "videos", "out")
    assert storage.get("videos", "out") == CONTENT


@pytest.fixture
def looking_store(store: ObjectStore) -> ObjectStore:
    """For stores that take no notice of conditions."""
    return ObjectStore(store.client, pause=lambda _: None, looks_first=True)


def test_who_looks_first_does_not_send_what_is_there(
    storage: WorkflowStorage, looking_store: ObjectStore, file: Path
) -> None:
    assert looking_store.upload(file, "videos", "out")
    assert not looking_store.upload(file, "videos", "out")
    assert storage.faults.count("PUT", "/videos/out") == 1


def test_who_cannot_look_for_now_does_not_write_blindly(
    storage: WorkflowStorage, looking_store: ObjectStore, file: Path
) -> None:
    storage.faults.spoil(Fault("error", "HEAD", "/videos/out", 3))
    with pytest.raises(StorageFailed) as caught:
        looking_store.upload(file, "videos", "out")
    assert caught.value.passing
    assert storage.faults.count("PUT", "/videos/out") == 0


def test_a_link_is_not_followed(store: ObjectStore, tmp_path: Path, file: Path) -> None:
    (tmp_path / "link").symlink_to(file)
    with pytest.raises(OSError, match="symbolic link"):
        store.upload(tmp_path / "link", "videos", "out")

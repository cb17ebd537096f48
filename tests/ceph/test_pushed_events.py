"""Ceph pushes the events of its buckets over HTTP to the runner, which then needs not look."""

from __future__ import annotations

import threading

import pytest
from supervisor.description import Provider, StoragePlace
from supervisor.object_store import ObjectStore
from supervisor.s3_clients import s3_client

from tests.edge_site import VARIABLES, EdgeSite, services, wait_until
from tests.workflow_storage import ACCESS_KEY, SECRET_KEY
from vss.continuum.edge.journal import JobState
from vss.continuum.edge.notifications import receiving
from vss.continuum.edge.pushing import pushed
from vss.continuum.edge.subscription import subscribe, unsubscribe

KEYS = ACCESS_KEY, SECRET_KEY
PLACE = StoragePlace("minio", "default", "videos", "input")
COPY = 'cp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/"'
HOSTILE = ["a b+c.mp4", "ü%2F.mp4", "deep/er/x.mp4", "100%.mp4", "quote'\".mp4"]


@pytest.fixture
def store(site: EdgeSite) -> ObjectStore:
    return ObjectStore(s3_client(Provider(endpoint=site.storage.upstream), KEYS))


def test_a_stored_object_is_worked_on_without_looking(site: EdgeSite, store: ObjectStore) -> None:
    asked = services(COPY, site.storage.upstream, site.storage.upstream)
    said: list[str] = []
    with (
        site.running(COPY, poll_interval_s=3600) as runner,
        pushed(asked, VARIABLES, runner.announce, ("127.0.0.1", 0), said.append),
    ):
        wait_until(lambda: site.storage.faults.count("GET", "/videos") >= 1)
        assert names(store) == {"vss-edge-split"}
        for name in HOSTILE:
            site.put(name, name.encode())
        site.storage.put("videos", "elsewhere/a.mp4", b"not ours")
        wait_until(lambda: runner.journal.count(JobState.DONE) == len(HOSTILE))
    assert sorted(site.frames().values()) == sorted(name.encode() for name in HOSTILE)
    # One look at the beginning, and one GET for each object.
    assert site.storage.faults.count("GET", "/videos/input/") == len(HOSTILE)
    assert said == ["minio.default pushes what is new in videos/input"]
    assert names(store) == set()


def test_what_was_pushed_and_what_is_seen_is_one(site: EdgeSite, store: ObjectStore) -> None:
    provider = Provider(endpoint=site.storage.upstream)
    arrived = threading.Event()
    with site.running(COPY) as runner:

        def take(items: object) -> None:
            runner.announce(items)  # type: ignore[arg-type]
            arrived.set()

        with receiving(take) as address:
            subscribe(store, provider, KEYS, PLACE, "vss-edge-split", address)
            site.put("a.mp4")
            assert arrived.wait(30)
            wait_until(lambda: runner.journal.count(JobState.DONE) == 1)
    assert len(runner_jobs(site)) == 1


def test_other_notifications_of_a_bucket_stay(site: EdgeSite, store: ObjectStore) -> None:
    provider = Provider(endpoint=site.storage.upstream)
    other = StoragePlace("minio", "default", "videos", "other")
    subscribe(store, provider, KEYS, other, "of-somebody", "http://127.0.0.1:9/x")
    for _ in range(2):
        subscribe(store, provider, KEYS, PLACE, "vss-edge-own", "http://127.0.0.1:9/y")
    assert names(store) == {"of-somebody", "vss-edge-own"}
    unsubscribe(store, provider, KEYS, PLACE, "vss-edge-own")
    assert names(store) == {"of-somebody"}


def names(store: ObjectStore) -> set[str]:
    found = store.client.get_bucket_notification_configuration(Bucket="videos")
    return {entry["Id"] for entry in found.get("TopicConfigurations", [])}


def runner_jobs(site: EdgeSite) -> list[str]:
    runner = site.runner(COPY)
    try:
        return [job.stored.key for job in runner.journal.jobs()]
    finally:
        runner.close()

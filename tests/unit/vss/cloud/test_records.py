"""Records read from the results bucket."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Timer

import pytest

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.records import RecordReader, await_records, follow

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def store(deployment: Deployment, camera: str, when: datetime, key: str) -> None:
    record = {
        "format": "vss.record/1",
        "frame": {"key": key, "version_id": "v1", "camera_id": camera},
    }
    deployment.s3.put_object(
        Bucket=deployment.outputs["ResultsBucket"],
        Key=f"records/{camera}/{when:%Y/%m/%d/%H%M%S}000-{key}.json",
        Body=json.dumps(record).encode(),
    )


def keys(records: Sequence[dict]) -> list[str]:
    return sorted(record["frame"]["key"] for record in records)


def test_records_come_once_from_all_cameras(deployment: Deployment) -> None:
    store(deployment, "door", NOON, "a")
    store(deployment, "yard", NOON, "b")
    reader = RecordReader(deployment, None, NOON - timedelta(hours=1))
    assert keys(reader.read_new()) == ["a", "b"]
    store(deployment, "yard", NOON + timedelta(seconds=1), "c")
    assert keys(reader.read_new()) == ["c"]
    assert reader.read_new() == []


def test_only_the_camera_and_the_time_asked_for(deployment: Deployment) -> None:
    store(deployment, "door", NOON - timedelta(days=1), "yesterday")
    store(deployment, "door", NOON, "today")
    store(deployment, "doorway", NOON, "another camera")
    reader = RecordReader(deployment, "door", NOON - timedelta(hours=3))
    assert keys(reader.read_new()) == ["today"]


def test_an_object_that_is_no_record_is_named(deployment: Deployment) -> None:
    bucket = deployment.outputs["ResultsBucket"]
    deployment.s3.put_object(Bucket=bucket, Key="records/door/2026/11/22/x.json", Body=b"{}")
    with pytest.raises(DeploymentError, match=r"records/door/2026/11/22/x\.json"):
        RecordReader(deployment, None, NOON - timedelta(days=1)).read_new()


def test_waiting_ends_when_all_have_come(deployment: Deployment) -> None:
    store(deployment, "door", NOON, "a")
    later = Timer(0.7, store, (deployment, "door", NOON, "b"))
    later.start()
    arrived: list[str] = []
    found = await_records(
        RecordReader(deployment, None, NOON - timedelta(hours=1)),
        [("a", "v1"), ("b", "v1")],
        20,
        lambda record: arrived.append(record["frame"]["key"]),
    )
    later.join()
    assert arrived == ["a", "b"]
    assert set(found) == {("a", "v1"), ("b", "v1")}


def test_what_does_not_come_is_missing(deployment: Deployment) -> None:
    store(deployment, "door", NOON, "a")
    reader = RecordReader(deployment, None, NOON - timedelta(hours=1))
    found = await_records(reader, [("a", "v1"), ("a", "v2")], 0.2, lambda _: None)
    assert set(found) == {("a", "v1")}


def test_following_shows_records_that_come_later(deployment: Deployment) -> None:
    now = datetime.now(UTC)
    store(deployment, "door", now, "a")
    later = Timer(0.3, store, (deployment, "door", now + timedelta(seconds=2), "b"))
    later.start()
    records = follow(RecordReader(deployment, None, now - timedelta(minutes=1)))
    assert keys(list(islice(records, 2))) == ["a", "b"]
    later.join()

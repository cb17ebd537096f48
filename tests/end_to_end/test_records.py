"""Each image that reaches the bucket ends as exactly one record."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.end_to_end.conftest import Deploy
from tests.end_to_end.frames import drop, event_of, eventually, jpeg, records_of
from vss.cloud.deployment import Deployment
from vss.cloud.redrive import dead_letters, waiting
from vss.local.deployment import Running

LONG = "incoming/door/" + "k" * (1024 - len("incoming/door/") - len(".jpg")) + ".jpg"


def stored_records(deployment: Deployment) -> set[str]:
    pages = deployment.s3.get_paginator("list_objects_v2").paginate(
        Bucket=deployment.outputs["ResultsBucket"], Prefix="records/"
    )
    return {item["Key"] for page in pages for item in page.get("Contents", [])}


@pytest.mark.parametrize(
    "key",
    [
        "incoming/door/plain.jpg",
        "incoming/door/with space.jpg",
        "incoming/door/a+b%2B%25.jpg",
        "incoming/door/😀 naïve.JPG",
        "incoming/door/../../etc/passwd",
        LONG,
    ],
    ids=["plain", "space", "plus and percent", "emoji", "dots", "1024 bytes"],
)
def test_whatever_the_key_the_right_image_is_analysed(running: Running, key: str) -> None:
    frame = drop(running.deployment, key, jpeg(len(key)))
    record = records_of(running.deployment, [frame])[frame]
    assert record["status"] in ("analysed", "covered")
    assert record["frame"]["camera_id"] == "door"
    assert record["frame"]["bucket"] == running.deployment.outputs["FramesBucket"]


@pytest.mark.parametrize(
    ("key", "body", "reason"),
    [
        ("incoming/door/cut.jpg", jpeg(1)[:400], "truncated"),
        ("incoming/door/notes.txt", b"no picture at all", "unsupported_format"),
        ("incoming/door/empty.jpg", b"", "empty"),
        ("incoming/not a camera!/x.jpg", jpeg(1), "bad_key"),
    ],
)
def test_what_cannot_be_analysed_is_recorded_with_its_reason(
    running: Running, key: str, body: bytes, reason: str
) -> None:
    frame = drop(running.deployment, key, body)
    record = records_of(running.deployment, [frame])[frame]
    assert (record["status"], record["reason"]) == ("rejected", reason)


def test_each_version_of_a_key_has_its_own_record(running: Running) -> None:
    frames = [drop(running.deployment, "incoming/door/same.jpg", jpeg(seed)) for seed in (1, 2)]
    assert set(records_of(running.deployment, frames)) == set(frames)


def test_the_same_message_three_times_gives_one_record(running: Running) -> None:
    deployment = running.deployment
    frame = drop(deployment, "incoming/repeat/one.jpg", jpeg(3))
    first = records_of(deployment, [frame])[frame]
    (key,) = [key for key in stored_records(deployment) if "/repeat/" in key]
    when = deployment.s3.head_object(Bucket=deployment.outputs["ResultsBucket"], Key=key)
    message = event_of(deployment, frame, _event_time(key))
    for _ in range(3):
        deployment.sqs.send_message(
            QueueUrl=deployment.outputs["FramesQueueUrl"], MessageBody=message
        )
    assert eventually(lambda: waiting(deployment) == 0)
    assert [key for key in stored_records(deployment) if "/repeat/" in key] == [key]
    again = deployment.s3.head_object(Bucket=deployment.outputs["ResultsBucket"], Key=key)
    assert again["LastModified"] == when["LastModified"]
    assert again["VersionId"] == when["VersionId"]
    assert records_of(deployment, [frame])[frame] == first


def test_two_environments_racing_for_a_message_write_one_record(
    deploy: Deploy, running: Running
) -> None:
    deployment = deploy({"batch_size": 1}).deployment
    frames = [drop(deployment, f"incoming/race/{seed}.jpg", jpeg(seed)) for seed in range(6)]
    when = "2026-11-22T10:00:00.000Z"
    messages = [event_of(deployment, frame, when) for frame in frames]

    def send(message: str) -> None:
        queue = deployment.outputs["FramesQueueUrl"]
        deployment.sqs.send_message(QueueUrl=queue, MessageBody=message)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, [*messages, *messages]))
    records_of(deployment, frames)
    assert eventually(lambda: waiting(deployment) == 0)
    raced = [key for key in stored_records(deployment) if "/race/2026/11/22/100000000-" in key]
    assert len(raced) == len(frames)
    versions = deployment.s3.list_object_versions(
        Bucket=deployment.outputs["ResultsBucket"], Prefix="records/race/2026/11/22/100000000-"
    )
    assert len(versions["Versions"]) == len(frames), "a record was written twice"
    assert dead_letters(deployment) == 0


def test_batches_of_1_5_and_10_give_the_same_records(deploy: Deploy) -> None:
    found = {}
    for size in (1, 5, 10):
        deployment = deploy({"batch_size": size, "batch_window_s": 1}).deployment
        frames = [
            drop(deployment, f"incoming/batch{size}/{index}.jpg", _sample(index))
            for index in range(20)
        ]
        records = records_of(deployment, frames)
        found[size] = [_content(records[frame]) for frame in frames]
    assert found[1] == found[5] == found[10]
    assert {record["status"] for record in found[1]} >= {"analysed", "rejected"}


def _sample(index: int) -> bytes:
    return jpeg(index)[:300] if index % 7 == 0 else jpeg(index)


def _content(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("status", "reason", "cover", "persons", "models")}


def _event_time(record_key: str) -> str:
    """Read the event's time off a record's key."""
    *_, year, month, day, name = record_key.split("/")
    clock = name.split("-")[0]
    return f"{year}-{month}-{day}T{clock[:2]}:{clock[2:4]}:{clock[4:6]}.{clock[6:]}Z"

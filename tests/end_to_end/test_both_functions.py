"""Two functions, each with its queue: what comes in, what is logged, what is brought back."""

import pytest

from tests.end_to_end.frames import drop, event_of, eventually, invocations, jpeg, records_of
from vss.cloud.commands import redrive_all
from vss.cloud.deployment import Deployment
from vss.cloud.redrive import QUEUE_PAIRS, dead_letters, waiting
from vss.local.deployment import Running

WHEN = "2026-11-22T10:00:00.000Z"


def put_photograph(deployment: Deployment, name: str) -> tuple[str, str]:
    """Put a photograph that says nothing of its terms; the function refuses it, and reports."""
    key = f"photos/both/{name}"
    bucket = deployment.outputs["GalleryBucket"]
    put = deployment.s3.put_object(Bucket=bucket, Key=key, Body=jpeg(1))
    return key, put["VersionId"]


def reports(deployment: Deployment) -> set[tuple[str, str]]:
    """Key and version of each report."""
    bucket = deployment.outputs["GalleryBucket"]
    listed = deployment.s3.list_object_versions(Bucket=bucket, Prefix="reports/both/")
    return {(item["Key"], item["VersionId"]) for item in listed.get("Versions", [])}


def test_each_object_goes_to_the_function_of_its_bucket(running: Running) -> None:
    deployment = running.deployment
    put_photograph(deployment, "1.jpg")
    frame = drop(deployment, "incoming/both/1.jpg", jpeg(2))
    records_of(deployment, [frame])
    assert eventually(lambda: bool(reports(deployment)))
    assert {key for key, _ in reports(deployment)} == {"reports/both/1.jpg.json"}
    run = {item["function"] for item in invocations(running.folder)}
    assert run == {"vss-dev-surveillance", "vss-dev-enrolment"}
    for function in run:
        log = (running.folder / "logs" / f"{function}.log").read_text()
        assert "REPORT RequestId" in log
        # No log tells whom a photograph shows.
        assert "photos/both" not in log


def test_dead_letters_of_both_queues_come_back(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment = running.deployment
    photograph = put_photograph(deployment, "2.jpg")
    frame = drop(deployment, "incoming/both/2.jpg", jpeg(3))
    assert eventually(lambda: not any(waiting(deployment, pair) for pair in QUEUE_PAIRS))
    before = reports(deployment)
    messages = (
        event_of(deployment, frame, WHEN),
        event_of(deployment, photograph, WHEN, "GalleryBucket"),
    )
    for pair, message in zip(QUEUE_PAIRS, messages, strict=True):
        url = deployment.outputs[pair.dead_letters]
        deployment.sqs.send_message(QueueUrl=url, MessageBody=message)
        assert dead_letters(deployment, pair) == 1
    redrive_all(deployment)
    said = capsys.readouterr().out
    for pair in QUEUE_PAIRS:
        assert f"1 messages moved back to the {pair.name} queue" in said
        assert dead_letters(deployment, pair) == 0
    # Handled once more: its report has one more version.
    assert eventually(lambda: reports(deployment) != before)
    assert eventually(lambda: not any(waiting(deployment, pair) for pair in QUEUE_PAIRS))

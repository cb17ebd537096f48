"""Alerts of the deployed app: confirmed, once a cooldown, of silence too; and their messages."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from tests.end_to_end.conftest import Deploy
from tests.end_to_end.frames import drop, eventually, invocations, records_of
from tests.galleries import index_content
from tests.local_stage import clear_frame, covered_frame
from tests.tiny_networks import assemble_tiny_networks
from vss.cloud.deployment import Deployment
from vss.cloud.emptying import empty_buckets
from vss.local.deployment import Running

PERSON = "person-4711"
# EventBridge's shortest interval, and some time for the check itself.
NEXT_CHECK_S = 75
SETTINGS = {
    "alerts": ["camera_covered", "unknown_person", "known_person"],
    "camera_silent_after": {"*": 0, "still-1": 5, "still-2": 5},
}
STRANGER = 2
"""Seed of a scene whose person the tiny networks tell from that of scene 0."""
STILL = ("still-1", "still-2")
"""Cameras that send one frame while the app is set up; by the last test they are silent."""
Inbox = Callable[[], list[str]]


@pytest.fixture(scope="module")
def stage(deploy: Deploy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Networks that find one person in each clear frame; that of scene 0 is known."""
    manifest = assemble_tiny_networks(tmp_path_factory.mktemp("networks"), with_person=True)
    running = deploy(SETTINGS, manifest)
    catalogue = Catalogue.read(manifest, "demo")
    pipeline = Pipeline.load(Runtime(1), catalogue, PipelineSettings())
    template = pipeline.embeddings(clear_frame(0), StageClock())[0]
    network = catalogue.entry(Role.FACE_EMBEDDING).weights.sha384
    running.deployment.s3.put_object(
        Bucket=running.deployment.outputs["GalleryBucket"],
        Key="index/gallery",
        Body=index_content({PERSON: [template]}, network),
    )
    for camera in STILL:
        drop(running.deployment, f"incoming/{camera}/1.jpg", clear_frame(0))
    yield running
    deploy()
    empty_buckets(running.deployment, lambda _bucket, _count: None)


@pytest.fixture(scope="module")
def inbox(stage: Running) -> Inbox:
    """Subscribe a queue to the topic; what it got so far."""
    deployment = stage.deployment
    sns = deployment.session.client("sns", endpoint_url=deployment.endpoint)
    topic, sqs = deployment.outputs["AlertsTopicArn"], deployment.sqs
    url = sqs.create_queue(QueueName="alerts-inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn["QueueArn"],
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])

    taken: list[str] = []

    def take() -> list[str]:
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                taken.append(json.loads(message["Body"])["Message"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    return take


def alerts(deployment: Deployment, kind: str, camera: str) -> dict[str, dict[str, Any]]:
    bucket, prefix = deployment.outputs["ResultsBucket"], f"alerts/{kind}/{camera}/"
    listing = deployment.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for item in listing.get("Contents", [])]
    return {
        key: json.loads(deployment.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        for key in keys
    }


def about(messages: list[str], camera: str) -> list[str]:
    return [message for message in messages if f"/{camera}/" in message]


def test_a_covered_camera_alerts_once_for_many_frames(stage: Running, inbox: Inbox) -> None:
    deployment = stage.deployment
    frames = [drop(deployment, "incoming/lens/0.jpg", covered_frame())]
    records_of(deployment, frames)
    assert alerts(deployment, "camera_covered", "lens") == {}
    frames += [drop(deployment, f"incoming/lens/{n}.jpg", covered_frame()) for n in range(1, 12)]
    records = records_of(deployment, frames)
    assert {record["status"] for record in records.values()} == {"covered"}
    ((key, alert),) = alerts(deployment, "camera_covered", "lens").items()
    assert alert["person_ids"] == []
    (message,) = about(inbox(), "lens")
    assert message.startswith("VSS dev: a camera is covered. To be judged by a person. Raised at 2")
    assert message.endswith(f" s3://{deployment.outputs['ResultsBucket']}/{key}")


def test_a_known_person_is_told_of_when_seen_again_and_the_message_names_nobody(
    stage: Running, inbox: Inbox
) -> None:
    deployment = stage.deployment
    for number, expected in enumerate((0, 1, 1)):
        frame = drop(deployment, f"incoming/hall/{number}.jpg", clear_frame(0))
        face = records_of(deployment, [frame])[frame]["persons"][0]["face"]
        assert (face["status"], face["person_id"]) == ("identified", PERSON)
        assert len(alerts(deployment, "known_person", "hall")) == expected
    (alert,) = alerts(deployment, "known_person", "hall").values()
    assert alert["person_ids"] == [PERSON]
    (message,) = about(inbox(), "hall")
    assert message.startswith("VSS dev: a known person was seen.")
    assert PERSON not in message


def test_a_stranger_is_told_of_at_once(stage: Running, inbox: Inbox) -> None:
    deployment = stage.deployment
    frames = []
    for number in range(3):
        frames.append(drop(deployment, f"incoming/gate/{number}.jpg", clear_frame(STRANGER)))
        records_of(deployment, frames)
        assert len(alerts(deployment, "unknown_person", "gate")) == 1
    assert len(about(inbox(), "gate")) == 1


def test_the_command_lists_alerts_and_follows_them_until_interrupted(
    stage: Running, tmp_path: Path
) -> None:
    deployment = stage.deployment
    frames = [drop(deployment, f"incoming/cli/{n}.jpg", covered_frame()) for n in range(2)]
    records_of(deployment, frames)
    environment = {**os.environ, "VSS_LOCAL_FOLDER": str(stage.folder), "COLUMNS": "150"}
    # A shell's background job ignores interrupts, and hands that down to what it starts.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "vss", "alerts"]
    command += ["--camera", "cli", "--kind", "camera_covered"]
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    (alert,) = alerts(deployment, "camera_covered", "cli").values()
    assert alert["record"]["key"] in listed.stdout
    shown = tmp_path / "shown"
    with (
        shown.open("w") as output,
        subprocess.Popen([*command, "--follow"], env=environment, stdout=output) as process,
    ):
        assert eventually(lambda: "records/cli/" in shown.read_text())
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130


def test_a_silence_is_told_once_and_again_after_a_frame(stage: Running, inbox: Inbox) -> None:
    deployment = stage.deployment

    def told(*counts: int) -> bool:
        return [len(alerts(deployment, "camera_silent", camera)) for camera in STILL] == [*counts]

    assert eventually(lambda: told(1, 1), limit_s=NEXT_CHECK_S)
    assert eventually(lambda: all(about(inbox(), camera) for camera in STILL))
    for camera in STILL:
        (message,) = about(inbox(), camera)
        assert message.startswith("VSS dev: a camera sends no frames any more. To be judged")
        ((key, alert),) = alerts(deployment, "camera_silent", camera).items()
        assert message.endswith(f"/{key}")
        assert alert["record"]["key"] == key.replace("alerts/camera_silent/", "records/")
    records_of(deployment, [drop(deployment, "incoming/still-1/2.jpg", clear_frame(0))])
    assert eventually(lambda: told(2, 1), limit_s=NEXT_CHECK_S)
    # The other one was looked at too, and was not told of again.
    assert told(2, 1)
    checks = [run for run in invocations(stage.folder) if run["messages"] == 0]
    assert len(checks) >= 2
    assert {run["error_type"] for run in checks} == {None}
    assert alerts(deployment, "camera_silent", "lens") == {}, "watched by no period"

"""The whole app, deployed by the stock CDK CLI into a local AWS of the test session's own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from deep_learning.catalogue import Catalogue, Role

from tests.end_to_end.as_function import (
    FRAME,
    INDEX,
    PHOTOGRAPH,
    REPORT,
    TEMPLATE,
    AsFunction,
    become_function,
)
from tests.end_to_end.frames import jpeg
from tests.galleries import index_content
from tests.tiny_networks import assemble_tiny_networks
from vss.cloud.emptying import empty_buckets
from vss.local.deployment import LocalOptions, Running, down, up

Deploy = Callable[..., Running]

# Six times the timeout is the visibility timeout, which a redelivery takes; five of them end in
# the dead-letter queue.
SETTINGS = {"timeout_s": 3, "max_concurrency": 2, "batch_window_s": 0}


@pytest.fixture(scope="session")
def tiny_manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Networks of the right contracts that find nobody; the camera cover is the real one."""
    return assemble_tiny_networks(tmp_path_factory.mktemp("networks"))


@pytest.fixture(scope="session")
def deploy(tmp_path_factory: pytest.TempPathFactory, tiny_manifest: Path) -> Iterator[Deploy]:
    """Deploy with the settings given; the local AWS stays up between deployments."""
    folder = tmp_path_factory.mktemp("local_aws")

    def run(settings: dict[str, Any] | None = None, manifest: Path = tiny_manifest) -> Running:
        chosen = {**SETTINGS, **(settings or {})}
        printed: list[str] = []
        options = LocalOptions(settings=chosen, manifest=manifest, folder=folder)
        return up(options, printed.append, printed.append)

    yield run
    down(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def running(deploy: Deploy) -> Running:
    """The app as most tests need it."""
    return deploy()


@pytest.fixture(scope="session")
def functions(running: Running) -> dict[str, AsFunction]:
    return {package: become_function(running, package) for package in ("surveillance", "enrolment")}


@pytest.fixture(scope="module")
def names(running: Running, tiny_manifest: Path) -> Iterator[dict[str, str]]:
    """What the placeholders of the cases stand for; the objects they read exist."""
    deployment, outputs = running.deployment, running.deployment.outputs
    kms = deployment.session.client("kms", endpoint_url=deployment.endpoint)
    location = {"LocationConstraint": "eu-west-1"}
    with suppress(deployment.s3.exceptions.BucketAlreadyOwnedByYou):  # by another module's tests
        deployment.s3.create_bucket(Bucket="another-bucket", CreateBucketConfiguration=location)
    deployment.s3.put_object(Bucket="another-bucket", Key="a", Body=b"x")
    gallery = outputs["GalleryBucket"]
    network = Catalogue.read(tiny_manifest, "demo").entry(Role.FACE_EMBEDDING).weights.sha384
    index = deployment.s3.put_object(Bucket=gallery, Key=INDEX, Body=index_content({}, network))
    photograph = deployment.s3.put_object(Bucket=gallery, Key=PHOTOGRAPH, Body=b"x")
    for key in (TEMPLATE, REPORT):
        deployment.s3.put_object(Bucket=gallery, Key=key, Body=b"{}")
    deployment.s3.put_object(Bucket=outputs["FramesBucket"], Key="private/a.jpg", Body=b"x")
    frame = deployment.s3.put_object(Bucket=outputs["FramesBucket"], Key=FRAME, Body=jpeg(1))
    yield {
        "frames": outputs["FramesBucket"],
        "results": outputs["ResultsBucket"],
        "gallery": gallery,
        "logs": outputs["AccessLogsBucket"],
        "foreign": "another-bucket",
        "version": frame["VersionId"],
        "index_version": index["VersionId"],
        "photograph_version": photograph["VersionId"],
        "data_key": outputs["DataKeyArn"],
        "gallery_key": outputs["GalleryKeyArn"],
        "receipt_key": outputs["ReceiptKeyArn"],
        "other_key": kms.create_key()["KeyMetadata"]["Arn"],
        "queue": outputs["FramesQueueUrl"],
        "dlq": outputs["DeadLetterQueueUrl"],
        "enrolment_queue": outputs["EnrolmentQueueUrl"],
        "enrolment_dlq": outputs["EnrolmentDeadLetterQueueUrl"],
        "topic": outputs["AlertsTopicArn"],
        "function": outputs["SurveillanceFunction"],
    }
    empty_buckets(deployment, lambda _bucket, _count: None)

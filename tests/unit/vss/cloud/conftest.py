"""A deployment on a moto server: real HTTP, real boto3, no functions behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zlib import crc32

import boto3
import pytest
from moto.server import ThreadedMotoServer

from vss.cloud.deployment import Deployment
from vss.cloud.redrive import QUEUE_PAIRS, QueuePair

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

REGION = "eu-west-1"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def session(endpoint: str) -> Iterator[boto3.Session]:
    session = boto3.Session(
        aws_access_key_id="testing", aws_secret_access_key=REGION, region_name=REGION
    )
    yield session
    session.client("s3", endpoint_url=endpoint)._endpoint.http_session._manager.clear()


@pytest.fixture
def deployment(endpoint: str, session: boto3.Session, request: pytest.FixtureRequest) -> Deployment:
    """Buckets and queues named after the test, so that tests do not meet."""
    name = f"t{crc32(request.node.nodeid.encode())}"
    s3, sqs = (session.client(service, endpoint_url=endpoint) for service in ("s3", "sqs"))
    outputs = {}
    for output in ("FramesBucket", "ResultsBucket", "GalleryBucket", "AccessLogsBucket"):
        outputs[output] = f"{name}-{output.lower()}"
        location = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=outputs[output], CreateBucketConfiguration=location)
        s3.put_bucket_versioning(
            Bucket=outputs[output], VersioningConfiguration={"Status": "Enabled"}
        )
    key = session.client("kms", endpoint_url=endpoint).create_key()["KeyMetadata"]["Arn"]
    for pair in QUEUE_PAIRS:
        outputs |= _make_queues(sqs, f"{name}-{pair.name}", pair)
    outputs["DataKeyArn"] = key
    return Deployment("dev", True, session, endpoint, outputs)


def _make_queues(sqs: SQSClient, name: str, pair: QueuePair) -> dict[str, str]:
    dead = sqs.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    policy = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"1"}}'
    queue = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})
    return {pair.dead_letters: dead, pair.queue: queue["QueueUrl"]}

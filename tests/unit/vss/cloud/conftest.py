"""A deployment on a moto server: real HTTP, real boto3, no functions behind it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
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
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
Deployed = Callable[[dict[str, str]], Deployment]


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
    kms = session.client("kms", endpoint_url=endpoint)
    signing = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    outputs["ReceiptKeyArn"] = signing["KeyMetadata"]["Arn"]
    for pair in QUEUE_PAIRS:
        outputs |= _make_queues(sqs, f"{name}-{pair.name}", pair)
    for output in ("DataKeyArn", "GalleryKeyArn"):
        outputs[output] = kms.create_key()["KeyMetadata"]["Arn"]
    return Deployment("dev", True, session, endpoint, outputs)


def _make_queues(sqs: SQSClient, name: str, pair: QueuePair) -> dict[str, str]:
    dead = sqs.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    policy = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"5"}}'
    queue = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})
    return {pair.dead_letters: dead, pair.queue: queue["QueueUrl"]}


@pytest.fixture
def deployed(deployment: Deployment) -> Deployed:
    """Add a function, published with the environment given, that stands for both."""

    def run(variables: dict[str, str]) -> Deployment:
        iam = deployment.session.client("iam", endpoint_url=deployment.endpoint)
        name = deployment.outputs["FramesBucket"].split("-")[0]
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("handler.py", "")
        awslambda = deployment.awslambda
        awslambda.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role["Arn"],
            Handler="handler.handle",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": variables},
            Timeout=1,
            Publish=True,
        )
        alias = awslambda.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        outputs = {
            **deployment.outputs,
            "SurveillanceAliasArn": alias["AliasArn"],
            "EnrolmentAliasArn": alias["AliasArn"],
            "ModelsBucket": deployment.outputs["ResultsBucket"],
        }
        return replace(deployment, outputs=outputs)

    return run

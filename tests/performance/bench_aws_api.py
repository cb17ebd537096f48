"""Server CPU of the emulated AWS for one image: upload, notification, queue, read, record.

Run as ``python -m tests.performance.bench_aws_api [IMAGES]``. The functions' role, a KMS key, a VPC
endpoint and policies with conditions are there, so that every call is judged as in a deployment.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.aws_api_server import ACCOUNT, RunningServer

ROLE = "arn:aws:iam::123456789012:role/bench"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:bench"
IMAGE_BYTES = 100_000


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _prepare(server: RunningServer) -> dict[str, Any]:
    kms, s3, sqs, iam, ec2 = (server.client(name) for name in ("kms", "s3", "sqs", "iam", "ec2"))
    key = kms.create_key()["KeyMetadata"]["Arn"]
    queue = sqs.create_queue(QueueName="bench", Attributes={"VisibilityTimeout": "180"})["QueueUrl"]
    allow_s3 = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [allow_s3]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    for bucket in ("bench-frames", "bench-results"):
        where = {"LocationConstraint": "eu-west-1"}
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        s3.put_bucket_encryption(
            Bucket=bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": True}]
            },
        )
    s3.put_bucket_notification_configuration(
        Bucket="bench-frames",
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    trusting = {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(trusting))
    actions = ["s3:GetObject*", "s3:PutObject", "s3:ListBucket", "kms:*", "sqs:*"]
    allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    permissions = {"Version": "2012-10-17", "Statement": [allow]}
    iam.put_role_policy(
        RoleName="bench", PolicyName="bench", PolicyDocument=json.dumps(permissions)
    )
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3")
    port = server.local(
        "POST",
        "listeners",
        {
            "kind": "vpc_endpoint",
            "vpc_endpoint_id": endpoint["VpcEndpoint"]["VpcEndpointId"],
            "vpc_id": vpc,
        },
    )["port"]
    return {"queue": queue, "key": key, "endpoint": f"http://127.0.0.1:{port}"}


def _timed(name: str, pid: int, images: int, action: Any) -> float:
    cpu, started = _cpu_s(pid), time.perf_counter()
    action()
    wall = (time.perf_counter() - started) / images * 1000
    spent = (_cpu_s(pid) - cpu) / images * 1000
    print(f"{name:34s} {spent:7.2f} ms server CPU  {wall:7.2f} ms wall  an image")
    return spent


class Steps:
    """What happens to one image, step by step, as the bucket's user and as the function."""

    def __init__(self, server: RunningServer, images: int) -> None:
        self._made = _prepare(server)
        self._images = range(images)
        credentials = server.role_credentials(ROLE)
        self._frames = server.client("s3")
        self._s3 = server.client("s3", credentials, self._made["endpoint"])
        self._sqs = server.client("sqs", credentials)
        self._received: list[Any] = []

    def upload(self) -> None:
        body = os.urandom(IMAGE_BYTES)
        for number in self._images:
            self._frames.put_object(Bucket="bench-frames", Key=_frame(number), Body=body)

    def receive(self) -> None:
        for _ in range(len(self._images) // 5):
            answer = self._sqs.receive_message(
                QueueUrl=self._made["queue"],
                MaxNumberOfMessages=5,
                AttributeNames=["All"],
                WaitTimeSeconds=1,
            )
            self._received.append(answer["Messages"])

    def read(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._read_one, self._images))

    def _read_one(self, number: int) -> None:
        answer = self._s3.get_object(
            Bucket="bench-frames", Key=_frame(number), ExpectedBucketOwner=ACCOUNT
        )
        answer["Body"].read()

    def write(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._write_one, self._images))

    def _write_one(self, number: int) -> None:
        self._s3.put_object(
            Bucket="bench-results",
            Key=f"records/cam/{number}.json",
            Body=b"x" * 2000,
            IfNoneMatch="*",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self._made["key"],
            ExpectedBucketOwner=ACCOUNT,
        )

    def delete(self) -> None:
        for messages in self._received:
            entries = [
                {"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]}
                for number, one in enumerate(messages)
            ]
            self._sqs.delete_message_batch(QueueUrl=self._made["queue"], Entries=entries)


def _frame(number: int) -> str:
    return f"incoming/cam/{number}.jpg"


def main(images: int) -> None:
    """Print the server's CPU time of each step for one image."""
    with RunningServer() as server:
        steps = Steps(server, images)
        timed = {
            "PutObject frame + notification": steps.upload,
            "ReceiveMessage (5 a call)": steps.receive,
            "GetObject frame": steps.read,
            "PutObject record, If-None-Match": steps.write,
            "DeleteMessageBatch (5 a call)": steps.delete,
        }
        spent = [_timed(name, server.pid, images, step) for name, step in timed.items()]
        print(f"{'all':34s} {sum(spent):7.2f} ms server CPU an image")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)

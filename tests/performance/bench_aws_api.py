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

from tests.aws_api_server import RunningServer

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


def main(images: int) -> None:
    """Print the server's CPU time of each step for one image."""
    with RunningServer() as server:
        made = _prepare(server)
        credentials = server.role_credentials(ROLE)
        frames = server.client("s3")
        s3 = server.client("s3", credentials, made["endpoint"])
        sqs = server.client("sqs", credentials)
        body = os.urandom(IMAGE_BYTES)
        record = json.dumps({"status": "analysed", "persons": ["x" * 2000]}).encode()
        received: list[Any] = []

        def upload() -> None:
            for number in range(images):
                frames.put_object(
                    Bucket="bench-frames", Key=f"incoming/cam/{number}.jpg", Body=body
                )

        def receive() -> None:
            for _ in range(images // 5):
                received.append(
                    sqs.receive_message(
                        QueueUrl=made["queue"],
                        MaxNumberOfMessages=5,
                        AttributeNames=["All"],
                        WaitTimeSeconds=1,
                    )["Messages"]
                )

        def read(number: int) -> None:
            answer = s3.get_object(
                Bucket="bench-frames",
                Key=f"incoming/cam/{number}.jpg",
                ExpectedBucketOwner="123456789012",
            )
            answer["Body"].read()

        def write(number: int) -> None:
            s3.put_object(
                Bucket="bench-results",
                Key=f"records/cam/{number}.json",
                Body=record,
                IfNoneMatch="*",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=made["key"],
                ExpectedBucketOwner="123456789012",
            )

        def delete() -> None:
            for messages in received:
                entries = [
                    {"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]}
                    for number, one in enumerate(messages)
                ]
                sqs.delete_message_batch(QueueUrl=made["queue"], Entries=entries)

        def each(action: Any) -> Any:
            def run() -> None:
                with ThreadPoolExecutor(2) as pool:
                    list(pool.map(action, range(images)))

            return run

        upload_once = frames.put_object(Bucket="bench-results", Key="warm", Body=b"x")
        del upload_once
        steps = {
            "PutObject frame + notification": upload,
            "ReceiveMessage (5 a call)": receive,
            "GetObject frame": each(read),
            "PutObject record, If-None-Match": each(write),
            "DeleteMessageBatch (5 a call)": delete,
        }
        spent = [_timed(name, server.pid, images, step) for name, step in steps.items()]
        print(f"{'all':34s} {sum(spent):7.2f} ms server CPU an image")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)

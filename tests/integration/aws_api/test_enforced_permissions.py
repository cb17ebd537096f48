"""Every call is judged: the function's own credentials against the account's policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws_api_server import LocalCallRefused, RunningServer
from tests.integration.aws_api.surveillance_account import (
    FRAMES,
    GALLERY,
    RESULTS,
    ROLE,
    Account,
)


class Callers:
    """Clients of the function by service and door."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._doors = {
            "inside": account.inside(),
            "outside": None,
            "plain": account.server.door(kind="plain_http"),
            "other endpoint": account.server.door(
                kind="vpc_endpoint", vpc_endpoint_id="vpce-0", vpc_id="vpc-0"
            ),
        }
        self._clients: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, door: str = "inside") -> Any:
        if (service, door) not in self._clients:
            client = self.account.function_client(service, self._doors[door])
            self._clients[service, door] = client
        return self._clients[service, door]


@pytest.fixture(scope="module")
def callers(account: Account) -> Callers:
    s3 = account.server.client("s3")
    for key in ("incoming/cam/1", "private/1"):
        s3.put_object(Bucket=FRAMES, Key=key, Body=b"frame")
    s3.put_object(Bucket=RESULTS, Key="records/1", Body=b"record")
    return Callers(account)


def _get(c: Callers, key: str = "incoming/cam/1", door: str = "inside", **more: Any) -> Any:
    return c("s3", door).get_object(**{"Bucket": FRAMES, "Key": key, **more})


def _put(c: Callers, key: str = "records/2", door: str = "inside", **more: Any) -> Any:
    return c("s3", door).put_object(**{"Bucket": RESULTS, "Key": key, "Body": b"1", **more})


KMS = {"ServerSideEncryption": "aws:kms"}
ALLOWED: dict[str, Callable[[Callers], Any]] = {
    "read a frame": _get,
    "ask for a frame's size": lambda c: c("s3").head_object(Bucket=FRAMES, Key="incoming/cam/1"),
    "list frames": lambda c: c("s3").list_objects_v2(Bucket=FRAMES, Prefix="incoming/"),
    "write a record": _put,
    "write a record with our key": lambda c: _put(c, **KMS, SSEKMSKeyId=c.account.key),
    "write an alert": lambda c: _put(c, "alerts/camera_covered/1"),
    "receive": lambda c: c("sqs", "outside").receive_message(QueueUrl=c.account.queue),
    "queue's attributes": lambda c: c("sqs", "outside").get_queue_attributes(
        QueueUrl=c.account.queue, AttributeNames=["QueueArn"]
    ),
    "own log stream": lambda c: c("logs", "outside").create_log_stream(
        logGroupName="/vss/function", logStreamName="one"
    ),
    "traces": lambda c: c("xray", "outside").put_trace_segments(TraceSegmentDocuments=["{}"]),
    "who am I": lambda c: c("sts", "outside").get_caller_identity(),
}
REFUSED: dict[str, Callable[[Callers], Any]] = {
    "other prefix": lambda c: _get(c, "private/1"),
    "other bucket": lambda c: _get(c, Bucket=RESULTS, Key="records/1"),
    "frame from outside the VPC": lambda c: _get(c, door="outside"),
    "frame through another endpoint": lambda c: _get(c, door="other endpoint"),
    "frame over plain HTTP": lambda c: _get(c, door="plain"),
    "gallery with a key that is not ours": lambda c: _get(c, Bucket=GALLERY, Key="index/none"),
    "delete a frame": lambda c: c("s3").delete_object(Bucket=FRAMES, Key="incoming/cam/1"),
    "delete several": lambda c: c("s3").delete_objects(
        Bucket=FRAMES, Delete={"Objects": [{"Key": "incoming/cam/1"}]}
    ),
    "overwrite a frame": lambda c: _put(c, Bucket=FRAMES, Key="incoming/cam/1"),
    "list results": lambda c: c("s3").list_objects_v2(Bucket=RESULTS),
    "list versions": lambda c: c("s3").list_object_versions(Bucket=FRAMES),
    "list buckets": lambda c: c("s3", "outside").list_buckets(),
    "bucket's policy": lambda c: c("s3").get_bucket_policy(Bucket=FRAMES),
    "take the policy away": lambda c: c("s3").delete_bucket_policy(Bucket=FRAMES),
    "tag a frame": lambda c: c("s3").put_object_tagging(
        Bucket=FRAMES, Key="incoming/cam/1", Tagging={"TagSet": []}
    ),
    "record elsewhere": lambda c: _put(c, "other/1"),
    "record with S3's encryption": lambda c: _put(c, ServerSideEncryption="AES256"),
    "record with another key": lambda c: _put(c, **KMS, SSEKMSKeyId=c.account.other_key),
    "record over plain HTTP": lambda c: _put(c, door="plain"),
    "record with an access list": lambda c: _put(c, ACL="bucket-owner-full-control"),
    "copy a frame into the records": lambda c: c("s3").copy_object(
        Bucket=RESULTS, Key="records/copy", CopySource=f"{FRAMES}/private/1"
    ),
    "send to the queue": lambda c: c("sqs", "outside").send_message(
        QueueUrl=c.account.queue, MessageBody="x"
    ),
    "purge the queue": lambda c: c("sqs", "outside").purge_queue(QueueUrl=c.account.queue),
    "dead letters": lambda c: c("sqs", "outside").receive_message(QueueUrl=c.account.dead_letters),
    "receive over plain HTTP": lambda c: c("sqs", "plain").receive_message(
        QueueUrl=c.account.queue
    ),
    "redrive": lambda c: c("sqs", "outside").start_message_move_task(
        SourceArn="arn:aws:sqs:eu-west-1:123456789012:vss-queue-dlq"
    ),
    "use the key directly": lambda c: c("kms", "outside").generate_data_key(
        KeyId=c.account.key, KeySpec="AES_256"
    ),
    "encrypt directly": lambda c: c("kms", "outside").encrypt(KeyId=c.account.key, Plaintext=b"1"),
    "change the key's policy": lambda c: c("kms", "outside").put_key_policy(
        KeyId=c.account.key, PolicyName="default", Policy="{}"
    ),
    "another log group": lambda c: c("logs", "outside").create_log_stream(
        logGroupName="/vss/other", logStreamName="one"
    ),
    "read traces": lambda c: c("xray", "outside").batch_get_traces(
        TraceIds=["1-5759e988-bd862e3fe1be46a994272793"]
    ),
    "assume another role": lambda c: c("sts", "outside").assume_role(
        RoleArn=f"{ROLE}2", RoleSessionName="other"
    ),
    "its own policy": lambda c: c("iam", "outside").put_role_policy(
        RoleName="vss-function", PolicyName="all", PolicyDocument="{}"
    ),
    "itself": lambda c: c("lambda", "outside").invoke(FunctionName="vss-function"),
    "stacks": lambda c: c("cloudformation", "outside").describe_stacks(),
    "metrics": lambda c: c("cloudwatch", "outside").put_metric_data(
        Namespace="VSS", MetricData=[{"MetricName": "one", "Value": 1}]
    ),
    "network": lambda c: c("ec2", "outside").describe_vpcs(),
    "topics": lambda c: c("sns", "outside").publish(
        TopicArn="arn:aws:sns:eu-west-1:123456789012:vss-alerts", Message="x"
    ),
}
_CODES = {"AccessDenied", "AccessDeniedException", "403", "UnauthorizedOperation"}


@pytest.mark.parametrize("label", ALLOWED)
def test_allowed(callers: Callers, label: str) -> None:
    ALLOWED[label](callers)


@pytest.mark.parametrize("label", REFUSED)
def test_refused(callers: Callers, label: str) -> None:
    with pytest.raises(ClientError) as refused:
        REFUSED[label](callers)
    assert refused.value.response["Error"]["Code"] in _CODES, refused.value


def test_there_are_enough_of_them() -> None:
    assert len(ALLOWED) + len(REFUSED) >= 40


def test_decisions_are_told_with_their_reasons(callers: Callers, server: RunningServer) -> None:
    with pytest.raises(ClientError):
        _get(callers, "private/1")
    latest = server.local("GET", "decisions?limit=1")
    assert len(latest) == 1
    assert latest[0]["action"] == "s3:GetObject"
    assert latest[0]["resource"] == f"arn:aws:s3:::{FRAMES}/private/1"
    assert latest[0]["allowed"] is False
    assert latest[0]["why"] == "no policy allows it"
    assert latest[0]["principal"].endswith(":assumed-role/vss-function/test")


def test_a_role_is_given_only_to_the_service_it_trusts(
    callers: Callers, server: RunningServer
) -> None:
    with pytest.raises(LocalCallRefused) as refused:
        server.local("GET", f"role-credentials?role_arn={ROLE}&service=ec2.amazonaws.com")
    assert refused.value.status == 403
    with pytest.raises(ClientError, match="not authorized"):
        server.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="deployer")


def test_a_session_needs_its_token(callers: Callers, server: RunningServer) -> None:
    credentials = server.role_credentials(ROLE)
    with pytest.raises(ClientError) as refused:
        server.client("s3", {**credentials, "SessionToken": "wrong"}).list_buckets()
    assert refused.value.response["Error"]["Code"] == "InvalidToken"


def test_a_deleted_role_may_do_nothing(server: RunningServer, account: Account) -> None:
    iam = server.client("iam")
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",'
        ' "Principal": {"Service": "lambda.amazonaws.com"}}]}'
    )
    arn = iam.create_role(RoleName="brief", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    everything = trust.replace(
        '"sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}', '"*", "Resource": "*"'
    )
    iam.put_role_policy(RoleName="brief", PolicyName="all", PolicyDocument=everything)
    sqs = server.client("sqs", server.role_credentials(arn))
    sqs.list_queues()
    iam.delete_role_policy(RoleName="brief", PolicyName="all")
    iam.delete_role(RoleName="brief")
    with pytest.raises(ClientError, match="not authorized"):
        sqs.list_queues()

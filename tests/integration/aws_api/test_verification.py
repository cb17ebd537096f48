"""The verification notices what is missing, altered or unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from tests.aws_api_server import KEY, REGION, SECRET, RunningServer
from tests.integration.aws_api.surveillance_account import (
    FRAMES,
    RESULTS,
    TOPIC,
    Account,
    make_account,
)
from vss.local.state import LocalState
from vss.local.verification import Problem, verify, verify_resources


@pytest.fixture
def fresh() -> Iterator[Account]:
    with RunningServer() as server:
        yield make_account(server)


def _problems(account: Account) -> list[Problem]:
    return verify(LocalState(account.server.endpoint, KEY, SECRET, account.server.pid))


def _client(account: Account, service: str) -> Any:
    return account.server.client(service)


def _close_queue(account: Account) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    _client(account, "sqs").set_queue_attributes(
        QueueUrl=account.queue, Attributes={"Policy": policy}
    )


def _change_role(account: Account) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    _client(account, "iam").put_role_policy(
        RoleName="vss-function",
        PolicyName="function",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )


def _change_rule(account: Account) -> None:
    events = _client(account, "events")
    [rule] = events.list_rules()["Rules"]
    events.remove_targets(Rule=rule["Name"], Ids=["alerts"])


def _empty_notification(account: Account) -> None:
    _client(account, "s3").put_bucket_notification_configuration(
        Bucket=RESULTS, NotificationConfiguration={}
    )


def _change_endpoint(account: Account) -> None:
    _client(account, "ec2").modify_vpc_endpoint(
        VpcEndpointId=account.outputs["Endpoint"],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )


CHANGES: dict[str, tuple[str, str, Callable[[Account], Any]]] = {
    "a deleted topic": (
        "Topic",
        "does not exist",
        lambda a: _client(a, "sns").delete_topic(TopicArn=TOPIC),
    ),
    "a deleted queue": (
        "Inbox",
        "does not exist",
        lambda a: _client(a, "sqs").delete_queue(QueueUrl=a.outputs["Inbox"]),
    ),
    "a deleted log group": (
        "LogGroup",
        "does not exist",
        lambda a: _client(a, "logs").delete_log_group(logGroupName="/vss/function"),
    ),
    "an endpoint's policy": ("Endpoint", "PolicyDocument", _change_endpoint),
    "a deleted endpoint": (
        "Endpoint",
        "does not exist",
        lambda a: _client(a, "ec2").delete_vpc_endpoints(VpcEndpointIds=[a.outputs["Endpoint"]]),
    ),
    "a key without rotation": (
        "Key",
        "EnableKeyRotation",
        lambda a: _client(a, "kms").disable_key_rotation(KeyId=a.key),
    ),
    "a key that will be deleted": (
        "OtherKey",
        "PendingDeletion",
        lambda a: _client(a, "kms").schedule_key_deletion(KeyId=a.other_key.rpartition("/")[2]),
    ),
    "a visibility timeout": (
        "Queue",
        "VisibilityTimeout",
        lambda a: _client(a, "sqs").set_queue_attributes(
            QueueUrl=a.queue, Attributes={"VisibilityTimeout": "33"}
        ),
    ),
    "a queue policy": ("QueuePolicy", "PolicyDocument", _close_queue),
    "a bucket policy": (
        "FramesPolicy",
        "does not exist",
        lambda a: _client(a, "s3").delete_bucket_policy(Bucket=FRAMES),
    ),
    "a bucket's versioning": (
        "Frames",
        "VersioningConfiguration",
        lambda a: _client(a, "s3").put_bucket_versioning(
            Bucket=FRAMES, VersioningConfiguration={"Status": "Suspended"}
        ),
    ),
    "a bucket's encryption": (
        "Results",
        "BucketEncryption",
        lambda a: _client(a, "s3").delete_bucket_encryption(Bucket=RESULTS),
    ),
    "a bucket's notification": ("Results", "NotificationConfiguration", _empty_notification),
    "a role's policy": ("Role", "Policies", _change_role),
    "a rule's targets": ("Rule", "Targets", _change_rule),
}


def test_an_untouched_deployment_has_no_problem(account: Account) -> None:
    assert _problems(account) == []


def test_each_change_is_noticed(fresh: Account) -> None:
    known: set[str] = set()
    for label, (logical_id, what, change) in CHANGES.items():
        change(fresh)
        found = [problem for problem in _problems(fresh) if str(problem) not in known]
        noticed = any(one.logical_id == logical_id and what in one.what for one in found)
        assert noticed, (label, found)
        known |= {str(problem) for problem in found}


def test_a_type_without_a_check_is_a_problem(account: Account) -> None:
    session = boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name=REGION)
    resource = {
        "stack": "account",
        "logical_id": "Fleet",
        "type": "AWS::EC2::EC2Fleet",
        "physical_id": "fleet-1",
        "properties": {},
    }
    [problem] = verify_resources(session, account.server.endpoint, [resource])
    assert "no check" in str(problem)

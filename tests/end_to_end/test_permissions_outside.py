"""The same calls as in test_permissions, judged by the outside evaluator on the deployed policies.

Asked is the access each call begins with; the key behind an object is a call of its own.
"""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.as_function import AsFunction, account_arn
from tests.end_to_end.permission_cases import Case, arguments_of
from tests.end_to_end.test_permissions import CASES
from tests.iam_oracle.outside_evaluator import Question, ask_outside
from vss.local.deployment import Running
from vss.local.state import ACCOUNT

ACTIONS = {
    "head_object": "GetObject",
    "list_objects_v2": "ListBucket",
    "list_object_versions": "ListBucketVersions",
    "list_buckets": "ListAllMyBuckets",
    "put_bucket_notification_configuration": "PutBucketNotification",
    "invoke": "InvokeFunction",
}
HEADERS = {
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ACL": "s3:x-amz-acl",
    "Prefix": "s3:prefix",
}


@pytest.mark.parametrize("package", CASES)
def test_an_outside_evaluator_agrees_on_every_call(
    package: str, running: Running, functions: dict[str, AsFunction], names: dict[str, str]
) -> None:
    cases, function = CASES[package], functions[package]
    questions = [question_of(case, running, function, names) for case in cases]
    answers = ask_outside(questions)
    differing = [
        (case.what, question.action, question.resource)
        for case, question, answer in zip(cases, questions, answers, strict=True)
        if answer is not case.allowed
    ]
    assert not differing
    assert len(questions) >= 40


def question_of(
    case: Case, running: Running, function: AsFunction, names: dict[str, str]
) -> Question:
    arguments = arguments_of(case, names)
    resource = _resource(case.service, arguments)
    return Question(
        action=_action(case, arguments),
        resource=resource,
        context=_context(case, running, function, arguments),
        identity=_identity(running, function),
        resource_policy=_resource_policy(running, case.service, arguments),
        endpoint_policy=_endpoint_policy(running) if case.way == "inside" else None,
        principal=f"arn:aws:sts::{ACCOUNT}:assumed-role/{_role(function)}/{function.package}",
    )


def _action(case: Case, arguments: dict[str, Any]) -> str:
    name = ACTIONS.get(case.operation) or "".join(map(str.capitalize, case.operation.split("_")))
    of_version = "VersionId" in arguments and name in ("GetObject", "DeleteObject")
    return f"{case.service}:{name}{'Version' if of_version else ''}"


def _resource(service: str, arguments: dict[str, Any]) -> str:
    if "Bucket" in arguments:
        bucket = f"arn:aws:s3:::{arguments['Bucket']}"
        return f"{bucket}/{arguments['Key']}" if "Key" in arguments else bucket
    if "QueueUrl" in arguments:
        return account_arn("sqs", arguments["QueueUrl"].rsplit("/", 1)[-1])
    if "FunctionName" in arguments:
        return account_arn("lambda", f"function:{arguments['FunctionName']}")
    if "RoleName" in arguments:
        return f"arn:aws:iam::{ACCOUNT}:role/{arguments['RoleName']}"
    if "AlarmNames" in arguments:
        return account_arn("cloudwatch", f"alarm:{arguments['AlarmNames'][0]}")
    named = (arguments.get(name) for name in ("KeyId", "TopicArn", "RoleArn"))
    return next((str(name) for name in named if name), "*")


def _context(
    case: Case, running: Running, function: AsFunction, arguments: dict[str, Any]
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "aws:SecureTransport": "false" if case.way == "plain_http" else "true",
        "aws:PrincipalArn": function.role_arn,
        "aws:PrincipalAccount": ACCOUNT,
        **{HEADERS[name]: value for name, value in arguments.items() if name in HEADERS},
    }
    vpce = {
        "inside": running.deployment.outputs["S3EndpointId"],
        "other_endpoint": "vpce-00000000000000bad",
    }
    return context | ({"aws:SourceVpce": vpce[case.way]} if case.way in vpce else {})


def _role(function: AsFunction) -> str:
    return function.role_arn.rsplit("/", 1)[-1]


def _client(running: Running, service: str) -> Any:
    return running.deployment.session.client(service, endpoint_url=running.deployment.endpoint)


def _identity(running: Running, function: AsFunction) -> dict[str, Any]:
    iam, role = _client(running, "iam"), _role(function)
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in names
    }


def _resource_policy(running: Running, service: str, arguments: dict[str, Any]) -> Any:
    try:
        if service == "s3" and "Bucket" in arguments:
            found = _client(running, "s3").get_bucket_policy(Bucket=arguments["Bucket"])
            return json.loads(found["Policy"])
        if "KeyId" in arguments:
            kms = _client(running, "kms")
            return json.loads(
                kms.get_key_policy(KeyId=arguments["KeyId"], PolicyName="default")["Policy"]
            )
        if "TopicArn" in arguments:
            sns = _client(running, "sns")
            found = sns.get_topic_attributes(TopicArn=arguments["TopicArn"])
            return json.loads(found["Attributes"]["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchBucketPolicy", "NoSuchBucket"):
            raise
    return None


def _endpoint_policy(running: Running) -> Any:
    ec2 = _client(running, "ec2")
    ids = [running.deployment.outputs["S3EndpointId"]]
    policy = ec2.describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"][0]["PolicyDocument"]
    return json.loads(policy) if isinstance(policy, str) else policy

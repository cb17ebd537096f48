"""What the roles may do: every statement of the function's, no wildcard anywhere."""

from __future__ import annotations

import pytest

from tests.infrastructure.policies import actions, all_statements, arn, by_sid, resources
from tests.infrastructure.synthesis import Templates, text

NETWORK_INTERFACES = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}
# AWS knows no resource level for these.
WITHOUT_RESOURCE_LEVEL = NETWORK_INTERFACES | {
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
# A wildcard in a Deny takes away more, never less.
DENIED_WILDCARDS = {"s3:*", "s3:GetObject*", "sqs:*"}


def function_role(templates: Templates) -> dict[str, dict]:
    role = templates.one("AWS::IAM::Role", Description="surveillance function")
    (policy,) = role.properties["Policies"]
    return by_sid(policy["PolicyDocument"]["Statement"])


def test_no_statement_allows_a_wildcard_action(templates: Templates) -> None:
    found = all_statements(templates)
    assert len(found) > 40
    for resource, statement in found:
        assert "NotAction" not in statement, resource
        wild = {action for action in actions(statement) if "*" in action or "?" in action}
        assert wild <= (DENIED_WILDCARDS if statement["Effect"] == "Deny" else set()), resource


def test_any_resource_is_named_only_where_aws_has_no_resource_level(templates: Templates) -> None:
    for resource, statement in all_statements(templates):
        # In a key's policy * is the key itself.
        if resource.type != "AWS::KMS::Key" and "*" in resources(statement):
            assert actions(statement) <= WITHOUT_RESOURCE_LEVEL, (resource, statement)


def test_roles_have_no_managed_policy_and_no_user_exists(templates: Templates) -> None:
    roles = templates.resources("AWS::IAM::Role")
    assert len(roles) == 2
    assert all("ManagedPolicyArns" not in role.properties for role in roles)
    assert {r.type for r in templates.resources() if r.type.startswith("AWS::IAM::")} == {
        "AWS::IAM::Role"
    }


def test_roles_are_for_their_service_alone(templates: Templates) -> None:
    trusted = {
        text(role.properties["Description"]): role.properties["AssumeRolePolicyDocument"][
            "Statement"
        ]
        for role in templates.resources("AWS::IAM::Role")
    }
    services = {name: [s["Principal"] for s in found] for name, found in trusted.items()}
    assert services == {
        "What the surveillance function may do": [{"Service": "lambda.amazonaws.com"}],
        "Writes the flow logs of the VPC": [{"Service": "vpc-flow-logs.amazonaws.com"}],
    }


@pytest.mark.parametrize(
    ("sid", "allowed", "on"),
    [
        (
            "ReadFrames",
            {"s3:GetObject", "s3:GetObjectVersion"},
            [("s3", "vss-{stage}-frames/incoming/*")],
        ),
        ("ReadGallery", {"s3:GetObject"}, [("s3", "vss-{stage}-gallery/index/*")]),
        (
            "TellMissingFromForbidden",
            {"s3:ListBucket"},
            [("s3", "vss-{stage}-frames"), ("s3", "vss-{stage}-gallery")],
        ),
        (
            "WriteResults",
            {"s3:PutObject"},
            [("s3", "vss-{stage}-results/records/*"), ("s3", "vss-{stage}-results/alerts/*")],
        ),
        (
            "FindRecords",
            {"s3:ListBucket"},
            [("s3", "vss-{stage}-results")],
        ),
        (
            "TakeFrames",
            {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
            [("sqs", "vss-{stage}-frames")],
        ),
        (
            "WriteLogs",
            {"logs:CreateLogStream", "logs:PutLogEvents"},
            [("logs", "log-group:/aws/lambda/vss-{stage}-surveillance:*")],
        ),
    ],
)
def test_function_may(
    templates: Templates, sid: str, allowed: set[str], on: list[tuple[str, str]]
) -> None:
    statement = function_role(templates)[sid]
    assert statement["Effect"] == "Allow"
    assert actions(statement) == allowed
    named = {arn(service, name.replace("{stage}", templates.stage)) for service, name in on}
    assert resources(statement) == named


def test_function_may_nothing_else(templates: Templates) -> None:
    assert set(function_role(templates)) == {
        "ReadFrames",
        "ReadGallery",
        "TellMissingFromForbidden",
        "WriteResults",
        "FindRecords",
        "DecryptData",
        "EncryptResults",
        "DecryptGallery",
        "TakeFrames",
        "WriteLogs",
        "Traces",
        "NetworkInterfaces",
        "NoNetworkInterfacesFromCode",
    }


def test_function_finds_records_by_their_names_alone(templates: Templates) -> None:
    role = function_role(templates)
    assert role["FindRecords"]["Condition"] == {"StringLike": {"s3:prefix": ["records/*"]}}
    results = arn("s3", f"vss-{templates.stage}-results")
    allowed = {
        action
        for statement in role.values()
        if any(name.startswith(results) for name in resources(statement))
        for action in actions(statement)
    }
    assert allowed == {"s3:ListBucket", "s3:PutObject"}


@pytest.mark.parametrize(
    ("sid", "action", "key", "services"),
    [
        ("DecryptData", "kms:Decrypt", "DataKey", ["s3", "sqs", "lambda"]),
        ("EncryptResults", "kms:GenerateDataKey", "DataKey", ["s3"]),
        ("DecryptGallery", "kms:Decrypt", "GalleryKey", ["s3"]),
    ],
)
def test_function_uses_keys_through_services_only(
    templates: Templates, sid: str, action: str, key: str, services: list[str]
) -> None:
    statement = function_role(templates)[sid]
    assert actions(statement) == {action}
    assert key in text(statement["Resource"])
    through = statement["Condition"]["StringEquals"]["kms:ViaService"]
    assert [text(s) for s in through] == [f"{s}.${{AWS::Region}}.amazonaws.com" for s in services]


def test_networks_are_read_from_their_bucket_only_with_that_source(
    dev: Templates, synthesised
) -> None:
    assert "ReadNetworks" not in function_role(dev)
    statement = function_role(synthesised(model_source="s3"))["ReadNetworks"]
    assert actions(statement) == {"s3:GetObject"}
    assert resources(statement) == {arn("s3", "vss-dev-models/*")}


def test_code_of_the_function_cannot_make_network_interfaces(templates: Templates) -> None:
    role = function_role(templates)
    denied = role["NoNetworkInterfacesFromCode"]
    assert denied["Effect"] == "Deny"
    assert actions(denied) == actions(role["NetworkInterfaces"]) == NETWORK_INTERFACES
    function = arn("lambda", f"function:vss-{templates.stage}-surveillance")
    (condition,) = denied["Condition"].items()
    assert condition[0] == "ArnEquals"
    assert text(condition[1]["lambda:SourceFunctionArn"]) == function


def test_flow_logs_may_write_their_group_only(templates: Templates) -> None:
    role = templates.one("AWS::IAM::Role", Description="flow logs")
    (statement,) = role.properties["Policies"][0]["PolicyDocument"]["Statement"]
    group = arn("logs", f"log-group:/vss/{templates.stage}/flow-logs")
    assert resources(statement) == {f"{group}:*"}

"""What the roles may do: every statement of the functions', no wildcard anywhere."""

from __future__ import annotations

import pytest

from tests.infrastructure.policies import actions, all_statements, arn, by_sid, resources
from tests.infrastructure.synthesis import FUNCTIONS, Templates, as_list, text

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


# Both functions': messages, logs, traces, network.
COMMON = {
    "TellMissingFromForbidden",
    "DecryptData",
    "DecryptGallery",
    "ReadGallery",
    "TakeMessages",
    "WriteLogs",
    "Traces",
    "NetworkInterfaces",
    "NoNetworkInterfacesFromCode",
}
OWN = {
    "surveillance": {"ReadFrames", "ReadStates", "WriteResults", "FindRecords", "EncryptResults"},
    "enrolment": {"ReadPhotographs", "WriteGallery", "EncryptGallery"},
}
READ = {"s3:GetObject", "s3:GetObjectVersion"}
TAKE = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
RESULTS = ["s3 results/records/*", "s3 results/alerts/*", "s3 results/state/*"]
PEOPLE = ["s3 gallery/index/*", "s3 gallery/templates/*", "s3 gallery/reports/*"]
# Function, statement, actions, on what.
ALLOWED = [
    ("surveillance", "ReadFrames", READ, ["s3 frames/incoming/*"]),
    ("surveillance", "ReadGallery", {"s3:GetObject"}, ["s3 gallery/index/*"]),
    ("surveillance", "TellMissingFromForbidden", {"s3:ListBucket"}, ["s3 frames", "s3 gallery"]),
    ("surveillance", "ReadStates", {"s3:GetObject"}, ["s3 results/state/*"]),
    ("surveillance", "WriteResults", {"s3:PutObject"}, RESULTS),
    ("surveillance", "FindRecords", {"s3:ListBucket"}, ["s3 results"]),
    ("surveillance", "TakeMessages", TAKE, ["sqs frames"]),
    ("surveillance", "WriteLogs", LOG, ["logs surveillance"]),
    ("enrolment", "ReadPhotographs", READ, ["s3 gallery/photos/*"]),
    ("enrolment", "ReadGallery", {"s3:GetObject"}, ["s3 gallery/index/*"]),
    ("enrolment", "TellMissingFromForbidden", {"s3:ListBucket"}, ["s3 gallery"]),
    ("enrolment", "WriteGallery", {"s3:PutObject"}, PEOPLE),
    ("enrolment", "TakeMessages", TAKE, ["sqs enrolment"]),
    ("enrolment", "WriteLogs", LOG, ["logs enrolment"]),
]


def function_role(templates: Templates, package: str = "surveillance") -> dict[str, dict]:
    role = templates.one("AWS::IAM::Role", Description=f"What the {package} function may do")
    (policy,) = role.properties["Policies"]
    return by_sid(policy["PolicyDocument"]["Statement"])


def named_arn(written: str, stage: str) -> str:
    service, name = written.split()
    if service == "logs":
        return arn("logs", f"log-group:/aws/lambda/vss-{stage}-{name}:*")
    return arn(service, f"vss-{stage}-{name}")


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
    assert len(roles) == 3
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
        "What the enrolment function may do": [{"Service": "lambda.amazonaws.com"}],
        "Writes the flow logs of the VPC": [{"Service": "vpc-flow-logs.amazonaws.com"}],
    }


@pytest.mark.parametrize(
    ("package", "sid", "allowed", "on"),
    ALLOWED,
    ids=[f"{package}-{sid}" for package, sid, *_ in ALLOWED],
)
def test_function_may(
    templates: Templates, package: str, sid: str, allowed: set[str], on: list[str]
) -> None:
    statement = function_role(templates, package)[sid]
    assert statement["Effect"] == "Allow"
    assert actions(statement) == allowed
    assert resources(statement) == {named_arn(name, templates.stage) for name in on}


@pytest.mark.parametrize("package", FUNCTIONS)
def test_function_may_nothing_else(templates: Templates, package: str) -> None:
    assert set(function_role(templates, package)) == COMMON | OWN[package]


@pytest.mark.parametrize(
    ("package", "buckets"),
    [("surveillance", {"frames", "results", "gallery"}), ("enrolment", {"gallery"})],
)
def test_function_touches_no_other_bucket(
    templates: Templates, package: str, buckets: set[str]
) -> None:
    touched = {
        name.split(":::")[1].removeprefix(f"vss-{templates.stage}-").partition("-$")[0]
        for statement in function_role(templates, package).values()
        for name in resources(statement)
        if ":s3:::" in name
    }
    assert touched == buckets


def test_function_finds_records_by_their_names_and_reads_states_alone(
    templates: Templates,
) -> None:
    role = function_role(templates)
    assert role["FindRecords"]["Condition"] == {"StringLike": {"s3:prefix": ["records/*"]}}
    results = arn("s3", f"vss-{templates.stage}-results")
    allowed = {
        (action, name.removeprefix(results))
        for statement in role.values()
        for name in resources(statement)
        if name.startswith(results)
        for action in actions(statement)
    }
    assert allowed == {
        ("s3:ListBucket", ""),
        ("s3:GetObject", "/state/*"),
        *(("s3:PutObject", f"/{prefix}/*") for prefix in ("records", "alerts", "state")),
    }


@pytest.mark.parametrize(
    ("package", "sid", "action", "key", "services"),
    [
        ("surveillance", "DecryptData", "kms:Decrypt", "DataKey", ["s3", "sqs", "lambda"]),
        ("surveillance", "EncryptResults", "kms:GenerateDataKey", "DataKey", ["s3"]),
        ("surveillance", "DecryptGallery", "kms:Decrypt", "GalleryKey", ["s3"]),
        ("enrolment", "DecryptData", "kms:Decrypt", "DataKey", ["lambda"]),
        ("enrolment", "DecryptGallery", "kms:Decrypt", "GalleryKey", ["s3", "sqs"]),
        ("enrolment", "EncryptGallery", "kms:GenerateDataKey", "GalleryKey", ["s3"]),
    ],
)
def test_function_uses_keys_through_services_only(
    templates: Templates, package: str, sid: str, action: str, key: str, services: list[str]
) -> None:
    statement = function_role(templates, package)[sid]
    assert actions(statement) == {action}
    assert key in text(statement["Resource"])
    assert through(statement) == services


def through(statement: dict) -> list[str]:
    names = as_list(statement["Condition"]["StringEquals"]["kms:ViaService"])
    return [text(name).removesuffix(".${AWS::Region}.amazonaws.com") for name in names]


@pytest.mark.parametrize("package", FUNCTIONS)
def test_networks_are_read_from_their_bucket_only_with_that_source(
    dev: Templates, synthesised, package: str
) -> None:
    assert "ReadNetworks" not in function_role(dev, package)
    role = function_role(synthesised(model_source="s3"), package)
    assert actions(role["ReadNetworks"]) == {"s3:GetObject"}
    assert resources(role["ReadNetworks"]) == {arn("s3", "vss-dev-models/*")}
    assert "s3" in through(role["DecryptData"])


@pytest.mark.parametrize("package", FUNCTIONS)
def test_code_of_a_function_cannot_make_network_interfaces(
    templates: Templates, package: str
) -> None:
    role = function_role(templates, package)
    denied = role["NoNetworkInterfacesFromCode"]
    assert denied["Effect"] == "Deny"
    assert actions(denied) == actions(role["NetworkInterfaces"]) == NETWORK_INTERFACES
    function = arn("lambda", f"function:vss-{templates.stage}-{package}")
    (condition,) = denied["Condition"].items()
    assert condition[0] == "ArnEquals"
    assert text(condition[1]["lambda:SourceFunctionArn"]) == function


def test_flow_logs_may_write_their_group_only(templates: Templates) -> None:
    role = templates.one("AWS::IAM::Role", Description="flow logs")
    (statement,) = role.properties["Policies"][0]["PolicyDocument"]["Statement"]
    group = arn("logs", f"log-group:/vss/{templates.stage}/flow-logs")
    assert resources(statement) == {f"{group}:*"}

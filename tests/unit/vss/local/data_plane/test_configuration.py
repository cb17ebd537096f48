from __future__ import annotations

from typing import Any

import pytest

from vss.local.data_plane.configuration import (
    S3Object,
    VpcEndpoint,
    read_function,
    read_mappings,
    read_schedules,
)
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.resources import Resources

ROLE = "arn:aws:iam::123456789012:role/r"
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:q"
CODE = {"S3Bucket": "assets", "S3Key": "code.zip"}
FUNCTION = {"Role": ROLE, "Handler": "a.b", "Runtime": "python3.13", "Code": CODE}


def resources(*entries: tuple[str, str, dict[str, Any]]) -> Resources:
    return Resources.from_json(
        {
            "stack": "s",
            "logical_id": f"L{number}",
            "type": kind,
            "physical_id": physical_id,
            "properties": properties,
        }
        for number, (kind, physical_id, properties) in enumerate(entries)
    )


def function(**properties: Any) -> tuple[str, str, dict[str, Any]]:
    return ("AWS::Lambda::Function", "f", FUNCTION | properties)


def mapping(**properties: Any) -> tuple[str, str, dict[str, Any]]:
    given = {"EventSourceArn": QUEUE, "FunctionName": "f"} | properties
    return ("AWS::Lambda::EventSourceMapping", "m", given)


def rule(**properties: Any) -> tuple[str, str, dict[str, Any]]:
    return ("AWS::Events::Rule", "r", {"Targets": [{"Arn": ARN, "Id": "t"}]} | properties)


def test_defaults_are_lambdas() -> None:
    read = read_function(resources(function()), "f")
    assert (read.memory_mb, read.timeout_s, read.storage_mb) == (128, 3, 512)
    assert (read.version, read.arn, read.invoked_arn) == ("$LATEST", ARN, ARN)
    assert (read.traced, read.reserved_concurrency, read.log_format) == (False, None, "Text")
    assert read.log_group == "/aws/lambda/f"
    assert read.vpc_endpoints is None
    assert read.code == S3Object("assets", "code.zip")


def test_everything_is_read() -> None:
    given = resources(
        function(
            MemorySize="1769",
            Timeout=30,
            EphemeralStorage={"Size": 1024},
            Environment={"Variables": {"A": 1}},
            Layers=["layer:2", "layer:1"],
            TracingConfig={"Mode": "Active"},
            ReservedConcurrentExecutions="4",
            LoggingConfig={"LogGroup": "/g", "LogFormat": "JSON"},
            VpcConfig={"SubnetIds": ["subnet-1"]},
        ),
        ("AWS::Lambda::LayerVersion", "layer:1", {"Content": {**CODE, "S3Key": "1"}}),
        ("AWS::Lambda::LayerVersion", "layer:2", {"Content": {**CODE, "S3Key": "2"}}),
        ("AWS::EC2::Subnet", "subnet-1", {"VpcId": "vpc-1"}),
        (
            "AWS::EC2::VPCEndpoint",
            "vpce-1",
            {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.r.s3"},
        ),
        (
            "AWS::EC2::VPCEndpoint",
            "vpce-2",
            {"VpcId": "vpc-2", "ServiceName": "com.amazonaws.r.s3"},
        ),
    )
    read = read_function(given, "f")
    assert (read.memory_mb, read.timeout_s, read.storage_mb) == (1769, 30, 1024)
    assert read.environment == {"A": "1"}
    assert [layer.key for layer in read.layers] == ["2", "1"]
    assert (read.traced, read.reserved_concurrency) == (True, 4)
    assert (read.log_group, read.log_format) == ("/g", "JSON")
    assert read.vpc_endpoints == (VpcEndpoint("vpce-1", "vpc-1", "s3"),)


@pytest.mark.parametrize(
    ("reference", "version", "invoked"),
    [
        ("f", "$LATEST", ARN),
        (ARN, "$LATEST", ARN),
        (f"{ARN}:live", "7", f"{ARN}:live"),
        ("f:live", "7", f"{ARN}:live"),
        (f"{ARN}:3", "3", f"{ARN}:3"),
    ],
)
def test_a_function_is_found_by_every_name(reference: str, version: str, invoked: str) -> None:
    alias = {"FunctionName": ARN, "Name": "live", "FunctionVersion": "7"}
    read = read_function(resources(function(), ("AWS::Lambda::Alias", "x", alias)), reference)
    assert (read.name, read.version, read.invoked_arn) == ("f", version, invoked)


@pytest.mark.parametrize(
    ("properties", "reference", "words"),
    [
        ({}, "g", "no AWS::Lambda::Function 'g'"),
        ({}, "f:beta", "no alias 'beta'"),
        ({"Runtime": "nodejs22.x"}, "f", "runtime 'nodejs22.x', only python"),
        ({"Code": {"ZipFile": "x"}}, "f", r"Code must lie in S3, has \['ZipFile'\]"),
        ({"Layers": ["gone"]}, "f", "no AWS::Lambda::LayerVersion 'gone'"),
        ({"VpcConfig": {"SubnetIds": ["gone"]}}, "f", "no AWS::EC2::Subnet 'gone'"),
    ],
)
def test_what_cannot_run_is_refused(properties: dict[str, Any], reference: str, words: str) -> None:
    with pytest.raises(DataPlaneError, match=words):
        read_function(resources(function(**properties)), reference)


def test_a_missing_property_is_named() -> None:
    given = resources(("AWS::Lambda::Function", "f", {"Runtime": "python3.13"}))
    with pytest.raises(DataPlaneError, match="AWS::Lambda::Function L0 of stack s has no property"):
        read_function(given, "f")


def test_a_mapping_is_read() -> None:
    [read] = read_mappings(
        resources(
            mapping(
                BatchSize="5",
                MaximumBatchingWindowInSeconds=2,
                FunctionResponseTypes=["ReportBatchItemFailures"],
                ScalingConfig={"MaximumConcurrency": 7},
            )
        )
    )
    assert (read.batch_size, read.window_s, read.max_concurrency) == (5, 2, 7)
    assert read.partial_responses


def test_a_mapping_has_lambdas_defaults() -> None:
    [read] = read_mappings(resources(mapping()))
    assert (read.batch_size, read.window_s, read.max_concurrency) == (10, 0, 5)
    assert not read.partial_responses


@pytest.mark.parametrize(("enabled", "count"), [(True, 1), ("true", 1), (False, 0), ("false", 0)])
def test_only_enabled_mappings_are_polled(enabled: object, count: int) -> None:
    assert len(read_mappings(resources(mapping(Enabled=enabled)))) == count


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"FilterCriteria": {"Filters": []}}, "FilterCriteria is not supported"),
        ({"EventSourceArn": f"{QUEUE}.fifo"}, "no standard SQS queue"),
        ({"EventSourceArn": "arn:aws:kinesis:eu-west-1:1:stream/s"}, "no standard SQS queue"),
    ],
)
def test_a_mapping_that_is_not_understood_is_refused(
    properties: dict[str, Any], words: str
) -> None:
    with pytest.raises(DataPlaneError, match=words):
        read_mappings(resources(mapping(**properties)))


@pytest.mark.parametrize(
    ("expression", "interval_s"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(2 hours)", 7200),
        ("rate(1 day)", 86_400),
    ],
)
def test_a_schedule_is_read(expression: str, interval_s: int) -> None:
    targets = [
        {"Arn": ARN, "Id": "t", "Input": '{"vss": "warm"}'},
        {"Arn": "arn:aws:sns:x", "Id": "n"},
    ]
    [read] = read_schedules(resources(rule(ScheduleExpression=expression, Targets=targets)))
    assert (read.function, read.interval_s, read.event) == (ARN, interval_s, '{"vss": "warm"}')


@pytest.mark.parametrize(
    "properties",
    [{"EventPattern": {}}, {"ScheduleExpression": "rate(1 minute)", "State": "DISABLED"}],
)
def test_other_rules_are_left_alone(properties: dict[str, Any]) -> None:
    assert read_schedules(resources(rule(**properties))) == []


def test_a_cron_schedule_is_refused() -> None:
    with pytest.raises(DataPlaneError, match=r"schedule 'cron\(0 12 \* \* \? \*\)', want rate"):
        read_schedules(resources(rule(ScheduleExpression="cron(0 12 * * ? *)")))

"""The way of an image through the template: bucket, queue, mapping, alias, function."""

from __future__ import annotations

import pytest

from tests.infrastructure.policies import arn
from tests.infrastructure.synthesis import FUNCTIONS, Templates, text

DAY_S = 24 * 3600
# Whose objects below which prefix go to which queue.
NOTIFIED = [("frames", "incoming/", "frames"), ("gallery", "photos/", "enrolment")]
QUEUES = ["frames", "enrolment"]


@pytest.mark.parametrize(("bucket", "prefix", "queue"), NOTIFIED)
def test_bucket_notifies_its_queue_of_everything_below_a_prefix(
    templates: Templates, bucket: str, prefix: str, queue: str
) -> None:
    configuration = templates.bucket(bucket).properties["NotificationConfiguration"]
    (rule,) = configuration["QueueConfigurations"]
    assert rule["Event"] == "s3:ObjectCreated:*"
    assert text(rule["Queue"]) == f"<{templates.queue(queue).logical_id}.Arn>"
    # The prefix alone: a file of the wrong kind must end as a record or report.
    assert rule["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": prefix}]
    assert set(configuration) == {"QueueConfigurations"}


@pytest.mark.parametrize(("bucket", "_prefix", "queue"), NOTIFIED)
def test_bucket_waits_for_the_permission_to_notify(
    templates: Templates, bucket: str, _prefix: str, queue: str
) -> None:
    depends = templates.bucket(bucket).body["DependsOn"]
    kinds = {r.logical_id: r for r in templates.resources("AWS::SQS::QueuePolicy")}
    queues = [text(kinds[name].properties["Queues"]) for name in depends]
    assert queues == [f"<{templates.queue(queue).logical_id}>"]


def test_results_bucket_tells_event_bridge_and_no_queue(templates: Templates) -> None:
    configuration = templates.bucket("results").properties["NotificationConfiguration"]
    assert configuration == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_bucket_of_the_access_logs_notifies_nobody(templates: Templates) -> None:
    assert "NotificationConfiguration" not in templates.bucket("access-logs").properties


@pytest.mark.parametrize(("package", "queue"), FUNCTIONS.items())
def test_visibility_is_six_timeouts_and_the_window(
    templates: Templates, package: str, queue: str
) -> None:
    window = templates.mapping(package)["MaximumBatchingWindowInSeconds"]
    visibility = templates.queue(queue).properties["VisibilityTimeout"]
    assert visibility == 6 * templates.function(package)["Timeout"] + window


@pytest.mark.parametrize("queue", QUEUES)
def test_messages_are_given_up_after_five_receives(templates: Templates, queue: str) -> None:
    redrive = templates.queue(queue).properties["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == 5
    dead = templates.queue(f"{queue}-dlq")
    assert text(redrive["deadLetterTargetArn"]) == f"<{dead.logical_id}.Arn>"


@pytest.mark.parametrize("queue", QUEUES)
def test_dead_letters_outlive_the_source(templates: Templates, queue: str) -> None:
    source = templates.queue(queue).properties["MessageRetentionPeriod"]
    dead = templates.queue(f"{queue}-dlq").properties["MessageRetentionPeriod"]
    assert (source, dead) == (4 * DAY_S, 14 * DAY_S)


@pytest.mark.parametrize("queue", QUEUES)
def test_dead_letter_queue_takes_from_its_source_only(templates: Templates, queue: str) -> None:
    dead = templates.queue(f"{queue}-dlq").properties
    allow = dead["RedriveAllowPolicy"]
    assert allow["redrivePermission"] == "byQueue"
    assert [text(source) for source in allow["sourceQueueArns"]] == [
        arn("sqs", f"vss-{templates.stage}-{queue}")
    ]
    assert "RedrivePolicy" not in dead


@pytest.mark.parametrize(("package", "queue"), FUNCTIONS.items())
def test_mapping_joins_queue_and_alias_with_partial_responses(
    templates: Templates, package: str, queue: str
) -> None:
    found = templates.mapping(package)
    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert text(found["EventSourceArn"]) == arn("sqs", f"vss-{templates.stage}-{queue}")
    assert found["FunctionName"] == {"Ref": templates.alias(package).logical_id}
    assert "Enabled" not in found


@pytest.mark.parametrize("package", FUNCTIONS)
def test_mapping_never_asks_for_more_than_is_reserved(templates: Templates, package: str) -> None:
    wanted = templates.mapping(package)["ScalingConfig"]["MaximumConcurrency"]
    reserved = templates.function(package).get("ReservedConcurrentExecutions", 1000)
    assert 2 <= wanted <= reserved


def test_photographs_come_one_by_one_and_take_nothing_from_frames(templates: Templates) -> None:
    mapping, function = templates.mapping("enrolment"), templates.function("enrolment")
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (1, 0)
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert "ReservedConcurrentExecutions" not in function


@pytest.mark.parametrize("package", FUNCTIONS)
def test_alias_is_live_and_points_to_a_version(templates: Templates, package: str) -> None:
    alias = templates.alias(package).properties
    version = templates.one("AWS::Lambda::Version", FunctionName=f"<{package.capitalize()}")
    assert alias["Name"] == "live"
    assert text(alias["FunctionVersion"]) == f"<{version.logical_id}.Version>"


@pytest.mark.parametrize("package", FUNCTIONS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Runtime", "python3.13"),
        ("Architectures", ["x86_64"]),
        ("Handler", "{package}.handler.lambda_handler"),
        ("MemorySize", 1769),
        ("Timeout", 30),
        ("EphemeralStorage", {"Size": 512}),
        ("TracingConfig", {"Mode": "Active"}),
    ],
)
def test_function_is_explicit(templates: Templates, name: str, value, package: str) -> None:
    wanted = value.replace("{package}", package) if isinstance(value, str) else value
    assert templates.function(package)[name] == wanted


def test_function_is_a_zip_without_what_snapstart_forbids(templates: Templates) -> None:
    function = templates.function()
    assert set(function["Code"]) == {"S3Bucket", "S3Key"}
    assert "FileSystemConfigs" not in function


@pytest.mark.parametrize("package", FUNCTIONS)
def test_function_logs_into_the_declared_group(templates: Templates, package: str) -> None:
    name = f"/aws/lambda/vss-{templates.stage}-{package}"
    group = templates.one("AWS::Logs::LogGroup", LogGroupName=name)
    assert templates.function(package)["LoggingConfig"] == {"LogGroup": {"Ref": group.logical_id}}


@pytest.mark.parametrize("package", FUNCTIONS)
def test_function_lies_in_both_isolated_subnets_and_the_group(
    templates: Templates, package: str
) -> None:
    vpc = templates.function(package)["VpcConfig"]
    exported = {
        out["Export"]["Name"]: text(out["Value"])
        for out in templates.template("network")["Outputs"].values()
        if "Export" in out
    }
    subnets = {exported[subnet["Fn::ImportValue"]] for subnet in vpc["SubnetIds"]}
    assert subnets == {f"<{s.logical_id}>" for s in templates.resources("AWS::EC2::Subnet")}
    (group,) = vpc["SecurityGroupIds"]
    own = templates.one("AWS::EC2::SecurityGroup").logical_id
    assert exported[group["Fn::ImportValue"]] == f"<{own}.GroupId>"


@pytest.mark.parametrize("package", FUNCTIONS)
def test_layers_come_in_the_order_of_their_imports(templates: Templates, package: str) -> None:
    names = {
        layer.logical_id: layer.properties["LayerName"]
        for layer in templates.resources("AWS::Lambda::LayerVersion")
    }
    stage = templates.stage
    assert [names[layer["Ref"]] for layer in templates.function(package)["Layers"]] == [
        f"vss-{stage}-deep-learning",
        f"vss-{stage}-high-level-algorithms",
        f"vss-{stage}-business-logic",
    ]


def test_layers_are_for_this_runtime(templates: Templates) -> None:
    for layer in templates.resources("AWS::Lambda::LayerVersion"):
        assert layer.properties["CompatibleRuntimes"] == ["python3.13"]
        assert layer.properties["CompatibleArchitectures"] == ["x86_64"]

"""The way of a frame through the template: bucket, queue, mapping, alias, function."""

from __future__ import annotations

import pytest
from business_logic.settings import FunctionSettings

from stacks.settings import ALERT_KINDS
from tests.infrastructure.synthesis import Templates, text

DAY_S = 24 * 3600


def mapping(templates: Templates) -> dict:
    return templates.one("AWS::Lambda::EventSourceMapping").properties


def test_frames_bucket_notifies_the_queue_of_everything_incoming(templates: Templates) -> None:
    frames = templates.bucket("frames")
    (rule,) = frames.properties["NotificationConfiguration"]["QueueConfigurations"]
    assert rule["Event"] == "s3:ObjectCreated:*"
    assert text(rule["Queue"]) == f"<{templates.queue('frames').logical_id}.Arn>"
    # The prefix alone: a file of the wrong kind must end as a record.
    assert rule["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "incoming/"}]
    assert set(frames.properties["NotificationConfiguration"]) == {"QueueConfigurations"}


def test_frames_bucket_waits_for_the_permission_to_notify(templates: Templates) -> None:
    depends = templates.bucket("frames").body["DependsOn"]
    kinds = {r.logical_id: r for r in templates.resources("AWS::SQS::QueuePolicy")}
    queues = [text(kinds[name].properties["Queues"]) for name in depends]
    assert queues == [f"<{templates.queue('frames').logical_id}>"]


def test_results_bucket_tells_event_bridge_and_no_queue(templates: Templates) -> None:
    configuration = templates.bucket("results").properties["NotificationConfiguration"]
    assert configuration == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


@pytest.mark.parametrize("bucket", ["gallery", "access-logs"])
def test_other_buckets_notify_nobody(templates: Templates, bucket: str) -> None:
    assert "NotificationConfiguration" not in templates.bucket(bucket).properties


def test_visibility_is_six_timeouts_and_the_window(templates: Templates) -> None:
    queue = templates.queue("frames").properties
    window = mapping(templates)["MaximumBatchingWindowInSeconds"]
    assert queue["VisibilityTimeout"] >= 6 * templates.function()["Timeout"] + window


def test_frames_are_given_up_after_five_receives(templates: Templates) -> None:
    redrive = templates.queue("frames").properties["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == 5
    dead = templates.queue("frames-dlq")
    assert text(redrive["deadLetterTargetArn"]) == f"<{dead.logical_id}.Arn>"


def test_dead_letters_outlive_the_source(templates: Templates) -> None:
    source = templates.queue("frames").properties["MessageRetentionPeriod"]
    dead = templates.queue("frames-dlq").properties["MessageRetentionPeriod"]
    assert (source, dead) == (4 * DAY_S, 14 * DAY_S)


def test_dead_letter_queue_takes_from_its_source_only(templates: Templates) -> None:
    allow = templates.queue("frames-dlq").properties["RedriveAllowPolicy"]
    assert allow["redrivePermission"] == "byQueue"
    assert [text(source) for source in allow["sourceQueueArns"]] == [
        "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}"
        f":vss-{templates.stage}-frames"
    ]
    assert "RedrivePolicy" not in templates.queue("frames-dlq").properties


def test_mapping_joins_queue_and_alias_with_partial_responses(templates: Templates) -> None:
    found = mapping(templates)
    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert text(found["EventSourceArn"]).endswith(f":vss-{templates.stage}-frames")
    alias = templates.one("AWS::Lambda::Alias")
    assert found["FunctionName"] == {"Ref": alias.logical_id}
    assert "Enabled" not in found


def test_mapping_never_asks_for_more_than_is_reserved(templates: Templates) -> None:
    wanted = mapping(templates)["ScalingConfig"]["MaximumConcurrency"]
    reserved = templates.function().get("ReservedConcurrentExecutions", 1000)
    assert 2 <= wanted <= reserved


def test_alias_is_live_and_points_to_a_version(templates: Templates) -> None:
    alias = templates.one("AWS::Lambda::Alias").properties
    version = templates.one("AWS::Lambda::Version")
    assert alias["Name"] == "live"
    assert text(alias["FunctionVersion"]) == f"<{version.logical_id}.Version>"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Runtime", "python3.13"),
        ("Architectures", ["x86_64"]),
        ("Handler", "surveillance.handler.lambda_handler"),
        ("MemorySize", 1769),
        ("Timeout", 30),
        ("EphemeralStorage", {"Size": 512}),
        ("TracingConfig", {"Mode": "Active"}),
    ],
)
def test_function_is_explicit(templates: Templates, name: str, value) -> None:
    assert templates.function()[name] == value


def test_function_is_a_zip_without_what_snapstart_forbids(templates: Templates) -> None:
    function = templates.function()
    assert set(function["Code"]) == {"S3Bucket", "S3Key"}
    assert "FileSystemConfigs" not in function


def test_function_logs_into_the_declared_group(templates: Templates) -> None:
    group = templates.one(
        "AWS::Logs::LogGroup", LogGroupName=f"/aws/lambda/vss-{templates.stage}-surveillance"
    )
    assert templates.function()["LoggingConfig"] == {"LogGroup": {"Ref": group.logical_id}}


def test_function_lies_in_both_isolated_subnets_and_its_group(templates: Templates) -> None:
    vpc = templates.function()["VpcConfig"]
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


def test_layers_come_in_the_order_of_their_imports(templates: Templates) -> None:
    names = {
        layer.logical_id: layer.properties["LayerName"]
        for layer in templates.resources("AWS::Lambda::LayerVersion")
    }
    stage = templates.stage
    assert [names[layer["Ref"]] for layer in templates.function()["Layers"]] == [
        f"vss-{stage}-deep-learning",
        f"vss-{stage}-high-level-algorithms",
        f"vss-{stage}-business-logic",
    ]


def test_layers_are_for_this_runtime(templates: Templates) -> None:
    for layer in templates.resources("AWS::Lambda::LayerVersion"):
        assert layer.properties["CompatibleRuntimes"] == ["python3.13"]
        assert layer.properties["CompatibleArchitectures"] == ["x86_64"]


def test_environment_is_the_agreed_one(templates: Templates) -> None:
    variables = templates.function()["Environment"]["Variables"]
    stage, place = templates.stage, "${AWS::AccountId}-${AWS::Region}"
    assert {n: text(v) for n, v in variables.items() if n != "VSS_RESULTS_KEY_ARN"} == {
        "VSS_STAGE": stage,
        "VSS_FRAMES_BUCKET": f"vss-{stage}-frames-{place}",
        "VSS_RESULTS_BUCKET": f"vss-{stage}-results-{place}",
        "VSS_GALLERY_BUCKET": f"vss-{stage}-gallery-{place}",
        "VSS_BUCKET_OWNER": "<AWS::AccountId>",
        "VSS_MANIFEST": "/opt/models/manifest.json",
        "VSS_MODEL_SET": {"dev": "demo", "prod": "omz"}[stage],
        "VSS_SCOPE": "global",
        "VSS_MODEL_SOURCE": "layer",
        "VSS_ALERTS": "camera_covered,unknown_person",
        "OPENCV_IO_MAX_IMAGE_PIXELS": "16777216",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    }


@pytest.mark.parametrize("source", ["layer", "s3"])
@pytest.mark.parametrize("alerts", [[], list(ALERT_KINDS)])
def test_function_accepts_its_environment(synthesised, source: str, alerts: list[str]) -> None:
    variables = synthesised(model_source=source, alerts=alerts).function()["Environment"][
        "Variables"
    ]
    places = {"${AWS::AccountId}": "123456789012", "${AWS::Region}": "eu-west-1"}
    environment = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"}
    for name, value in variables.items():
        written = text(value).replace("<AWS::AccountId>", "123456789012")
        if written.startswith("<import "):
            written = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
        for placeholder, filled in places.items():
            written = written.replace(placeholder, filled)
        environment[name] = written
    read = FunctionSettings.from_environment(environment)
    assert read.alerts == frozenset(alerts)
    assert (read.models_bucket is None) == (source == "layer")

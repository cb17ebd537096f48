"""The stack of a workflow: each function with its own rights, queue, key; what S3 tells whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stacks.setting_rules import SettingsError
from tests.infrastructure.policies import actions, arn, by_sid, resources
from tests.infrastructure.synthesis import (
    CONCERNS,
    Resource,
    Templates,
    statements,
    synthesise,
    synthesise_workflow,
    text,
)
from tests.infrastructure.test_resources import ALLOWED_TYPES, PRICED_BY_THE_HOUR
from tests.workflow_files import CHAIN, chain, paper

CAMERA = "arn:aws:iam::123456789012:user/camera"
VIDEOS, RESULTS = "vss-dev-wf-videos", "vss-dev-wf-results"


@pytest.fixture(scope="module")
def of_chain(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("chain")
    return synthesise_workflow(folder, chain(folder), values={"uploader_principals": [CAMERA]})


@pytest.fixture(scope="module")
def of_paper(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("paper")
    return synthesise_workflow(folder, paper(folder))


def function(templates: Templates, name: str) -> Resource:
    return templates.one("AWS::Lambda::Function", FunctionName=f"-wf-{name}")


def permissions(templates: Templates, name: str) -> dict[str, dict]:
    role = templates.one("AWS::IAM::Role", Description=f"wf-{name} function")
    return by_sid(statements(role))


def bucket(templates: Templates, name: str) -> Resource:
    return templates.one("AWS::S3::Bucket", BucketName=f"-wf-{name}-$")


def test_paper_function_reads_its_input_and_writes_its_output_alone(of_paper: Templates) -> None:
    found = permissions(of_paper, "scar-mask-detector")
    objects = {sid: s for sid, s in found.items() if any("s3:" in a for a in actions(s))}
    place = "vss-dev-wf-scar-mask-detector"
    assert {sid: (actions(s), resources(s)) for sid, s in objects.items()} == {
        "ReadInputs": (
            {"s3:GetObject", "s3:GetObjectVersion"},
            {arn("s3", f"{place}/intermediate/*")},
        ),
        "WriteOutputs": ({"s3:GetObject", "s3:PutObject"}, {arn("s3", f"{place}/result/*")}),
    }


@pytest.mark.parametrize(
    ("name", "read", "written"),
    [
        ("copy", f"{VIDEOS}/images/*", f"{VIDEOS}/copies/*"),
        ("masks", f"{VIDEOS}/copies/*", f"{RESULTS}/masks/*"),
    ],
)
def test_each_function_has_a_role_of_its_own(
    of_chain: Templates, name: str, read: str, written: str
) -> None:
    found = permissions(of_chain, name)
    assert resources(found["ReadInputs"]) == {arn("s3", read)}
    assert resources(found["WriteOutputs"]) == {arn("s3", written)}
    assert resources(found["TakeMessages"]) == {arn("sqs", f"vss-dev-wf-{name}")}
    assert resources(found["WriteLogs"]) == {
        arn("logs", f"log-group:/aws/lambda/vss-dev-wf-{name}:*")
    }
    for sid in ("Decrypt", "EncryptOutputs"):
        assert resources(found[sid]) == {"<Key961B73FD.Arn>"}
        assert found[sid]["Condition"]["StringEquals"]["kms:ViaService"]
    wild = {sid for sid, s in found.items() if "*" in resources(s)}
    assert wild == {"Traces", "NetworkInterfaces", "NoNetworkInterfacesFromCode"}


def test_the_network_lets_through_what_the_roles_allow_and_no_more(of_chain: Templates) -> None:
    (endpoint,) = of_chain.resources("AWS::EC2::VPCEndpoint")
    found = by_sid(statements(endpoint))
    assert resources(found["Read"]) == {
        arn("s3", f"{VIDEOS}/images/*"),
        arn("s3", f"{VIDEOS}/copies/*"),
    }
    assert resources(found["Write"]) == {
        arn("s3", f"{VIDEOS}/copies/*"),
        arn("s3", f"{RESULTS}/masks/*"),
    }
    assert set(found) == {"Read", "Write"}


@pytest.mark.parametrize("name", ["copy", "masks"])
def test_queue_gives_up_into_dead_letters(of_chain: Templates, name: str) -> None:
    queue, dead = of_chain.queue(f"wf-{name}"), of_chain.queue(f"wf-{name}-dlq")
    redrive = queue.properties["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == 5
    assert text(redrive["deadLetterTargetArn"]) == f"<{dead.logical_id}.Arn>"
    allow = dead.properties["RedriveAllowPolicy"]
    assert text(allow["sourceQueueArns"]) == arn("sqs", f"vss-dev-wf-{name}")
    timeout = function(of_chain, name).properties["Timeout"]
    assert queue.properties["VisibilityTimeout"] == 6 * timeout
    for resource in (queue, dead):
        assert text(resource.properties["KmsMasterKeyId"]).startswith("<Key")


@pytest.mark.parametrize("name", ["copy", "masks"])
def test_alarms_watch_each_function_and_tell_the_stages_topic(
    of_chain: Templates, name: str
) -> None:
    own = [
        alarm.properties
        for alarm in of_chain.resources("AWS::CloudWatch::Alarm")
        if alarm.properties["AlarmName"].startswith(f"vss-dev-alarm-wf-{name}-")
    ]
    queue, timeout = f"vss-dev-wf-{name}", function(of_chain, name).properties["Timeout"]
    assert {(a["MetricName"], a["Dimensions"][0]["Value"]): a["Threshold"] for a in own} == {
        ("ApproximateNumberOfMessagesVisible", f"{queue}-dlq"): 1,
        ("ApproximateAgeOfOldestMessage", queue): 12 * timeout,
        ("Errors", queue): 1,
        ("Throttles", queue): 1,
    }
    for alarm in own:
        assert [text(one) for one in alarm["AlarmActions"]] == [
            "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:vss-dev-alerts"
        ]
        assert name in alarm["AlarmDescription"]


def test_s3_notifies_each_queue_of_its_prefix(of_chain: Templates) -> None:
    resource = bucket(of_chain, "videos")
    found = resource.properties["NotificationConfiguration"]["QueueConfigurations"]
    queues = {name: of_chain.queue(f"wf-{name}").logical_id for name in ("copy", "masks")}
    assert [(text(one["Queue"]), one["Filter"]["S3Key"]["Rules"]) for one in found] == [
        (f"<{queues['masks']}.Arn>", [{"Name": "prefix", "Value": "copies/"}]),
        (f"<{queues['copy']}.Arn>", [{"Name": "prefix", "Value": "images/"}]),
    ]
    assert {one["Event"] for one in found} == {"s3:ObjectCreated:*"}
    assert len(resource.body["DependsOn"]) == 2
    assert "NotificationConfiguration" not in bucket(of_chain, "results").properties
    for name in ("copy", "masks"):
        allowed = by_sid(of_chain.policy_of(of_chain.queue(f"wf-{name}")))["Notifications"]
        assert text(allowed["Condition"]["ArnEquals"]["aws:SourceArn"]) == arn("s3", VIDEOS)


def test_bare_bucket_has_no_filter(tmp_path: Path) -> None:
    whole = CHAIN.replace("videos/images", "whole")
    templates = synthesise_workflow(tmp_path, chain(tmp_path, whole))
    notification = bucket(templates, "whole").properties["NotificationConfiguration"]
    assert "Filter" not in notification["QueueConfigurations"][0]
    assert resources(permissions(templates, "copy")["ReadInputs"]) == {
        arn("s3", "vss-dev-wf-whole/*")
    }


def test_where_an_anonymising_service_writes_only_tagged_objects_are_taken(
    of_chain: Templates,
) -> None:
    resource = bucket(of_chain, "videos")
    found = by_sid(of_chain.policy_of(resource))
    denied = found["DenyNotAnonymised"]
    assert (denied["Effect"], actions(denied)) == ("Deny", {"s3:PutObject"})
    assert resources(denied) == {f"<{resource.logical_id}.Arn>/images/*"}
    assert denied["Condition"] == {"StringNotEquals": {"s3:RequestObjectTag/anonymised": "true"}}
    allowed = found["AllowUploads"]
    assert resources(allowed) == {f"<{resource.logical_id}.Arn>/images/*"}
    assert actions(allowed) == {"s3:PutObject", "s3:PutObjectTagging"}


def test_without_the_annotation_nothing_is_refused(of_paper: Templates) -> None:
    found = by_sid(of_paper.policy_of(bucket(of_paper, "scar-mask-detector")))
    assert "DenyNotAnonymised" not in found


@pytest.mark.parametrize("name", ["videos", "results"])
def test_buckets_are_as_those_of_the_stage(of_chain: Templates, name: str) -> None:
    resource = bucket(of_chain, name)
    (rule,) = resource.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert text(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]).startswith("<Key")
    blocked = resource.properties["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    assert len(blocked) == 4
    found = of_chain.policy_of(resource)
    assert {"DenyOtherEncryption", "DenyOtherKey", "DenyUnnamedKey"} <= set(by_sid(found))
    assert any(
        s["Effect"] == "Deny" and s["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for s in found
    )
    assert resource.properties["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 90


@pytest.mark.parametrize("name", ["copy", "masks"])
def test_functions_are_traced_encrypted_isolated_and_limited(
    of_chain: Templates, name: str
) -> None:
    properties = function(of_chain, name).properties
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert text(properties["KmsKeyArn"]).startswith("<Key")
    assert len(properties["VpcConfig"]["SubnetIds"]) == 2
    group = of_chain.one("AWS::Logs::LogGroup", LogGroupName=f"-wf-{name}")
    assert text(group.properties["KmsKeyId"]).startswith("<Key")
    assert group.properties["RetentionInDays"] == 30
    queue = f":vss-dev-wf-{name}"
    mapping = of_chain.one("AWS::Lambda::EventSourceMapping", EventSourceArn=queue).properties
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 5}
    assert "Alias" not in text(mapping["FunctionName"])
    assert "Live" in text(mapping["FunctionName"])


def test_a_script_runs_under_the_supervisor_with_the_places_of_the_stage(
    of_chain: Templates,
) -> None:
    properties = function(of_chain, "copy").properties
    assert properties["Handler"] == "supervisor.handler.lambda_handler"
    assert "Layers" not in properties
    variables = properties["Environment"]["Variables"]
    assert variables["GREETING"] == "hello"
    name = f"{VIDEOS}-${{AWS::AccountId}}-${{AWS::Region}}"
    assert json.loads(text(variables["FUNCTION_CONFIG"])) == {
        "name": "copy",
        "input": [{"storage_provider": "s3", "path": f"{name}/images"}],
        "output": [
            {
                "storage_provider": "s3",
                "path": f"{name}/copies",
                "prefix": ["day"],
                "suffix": [".jpg"],
            }
        ],
        "timeout_threshold": 10,
        "bucket_owner": "<AWS::AccountId>",
    }


def test_a_function_of_this_project_runs_from_the_layers(of_chain: Templates) -> None:
    properties = function(of_chain, "masks").properties
    assert properties["Handler"] == "mask_detection.handler.lambda_handler"
    assert [text(layer).partition("Layer")[0] for layer in properties["Layers"]] == [
        "<DeepLearning",
        "<HighLevelAlgorithms",
        "<BusinessLogic",
    ]
    variables = {k: text(v) for k, v in properties["Environment"]["Variables"].items()}
    assert variables["VSS_INPUT_FOLDER"] == "copies"
    assert variables["VSS_OUTPUT_BUCKET"].startswith(f"{RESULTS}-$")
    assert variables["VSS_MODEL_SET"] == "demo-masks"
    assert "FUNCTION_CONFIG" not in variables


def test_a_container_is_an_image_of_ecr(of_paper: Templates) -> None:
    properties = function(of_paper, "scar-mask-detector").properties
    assert properties["PackageType"] == "Image"
    assert text(properties["Code"]["ImageUri"]) == (
        "<AWS::AccountId>.dkr.ecr.<AWS::Region>.<AWS::URLSuffix>/grycap/mask-detector-yolo:mini"
    )
    assert properties["MemorySize"] == 1024
    description = json.loads(text(properties["Environment"]["Variables"]["FUNCTION_CONFIG"]))
    assert description["script"].startswith("#!/bin/sh\n")
    assert not {"Handler", "Runtime", "Layers"} & set(properties)


def test_only_types_of_the_design_exist_and_none_is_priced_by_the_hour(
    of_chain: Templates,
) -> None:
    found = {resource.type for resource in of_chain.resources()}
    assert found <= ALLOWED_TYPES
    assert not found & PRICED_BY_THE_HOUR


def test_stack_stands_alone_and_others_are_the_same_bytes_without_it(
    of_paper: Templates, tmp_path: Path
) -> None:
    assert "Fn::ImportValue" not in json.dumps(of_paper.template(of_paper.concerns[0]))
    without = synthesise(tmp_path, "dev")
    for concern in CONCERNS:
        name = f"vss-dev-{concern}.template.json"
        assert (without.folder / name).read_bytes() == (of_paper.folder / name).read_bytes()


def test_second_synthesis_gives_the_same_bytes(of_chain: Templates, tmp_path: Path) -> None:
    again = synthesise_workflow(tmp_path, chain(tmp_path), values={"uploader_principals": [CAMERA]})
    name = "vss-dev-workflow-chain.template.json"
    assert (again.folder / name).read_bytes() == (of_chain.folder / name).read_bytes()


def test_subnets_of_the_file_take_the_place_of_the_network(tmp_path: Path) -> None:
    own = "vpc: {SubnetIds: [subnet-0a1b2c3d], SecurityGroupIds: [sg-0c2d3e4f]}"
    given = CHAIN.replace("      memory: 512\n", f"      memory: 512\n      {own}\n")
    given = given.replace("      memory: 1024\n", f"      memory: 1024\n      {own}\n")
    templates = synthesise_workflow(tmp_path, chain(tmp_path, given))
    assert templates.resources("AWS::EC2::VPC") == []
    assert function(templates, "copy").properties["VpcConfig"] == {
        "SubnetIds": ["subnet-0a1b2c3d"],
        "SecurityGroupIds": ["sg-0c2d3e4f"],
    }


def test_prod_keeps_what_it_holds(tmp_path: Path) -> None:
    templates = synthesise_workflow(tmp_path, paper(tmp_path), "prod")
    kinds = ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SQS::Queue", "AWS::Logs::LogGroup")
    kept = [resource for kind in kinds for resource in templates.resources(kind)]
    assert {resource.body["DeletionPolicy"] for resource in kept} == {"Retain"}
    assert templates.template(templates.concerns[0])


def test_a_script_that_does_not_fit_into_the_variables_of_an_image_is_refused(
    tmp_path: Path,
) -> None:
    workflow = paper(tmp_path)
    (tmp_path / "mask-detector.sh").write_text("x" * 4096)
    with pytest.raises(SettingsError, match=r"function scar-mask-detector needs up to \d+ bytes"):
        synthesise_workflow(tmp_path, workflow)

"""What exists at all: types, numbers, names, outputs, tags, what becomes of it on removal."""

from __future__ import annotations

import json

import pytest

from tests.infrastructure.synthesis import CONCERNS, FUNCTIONS, Templates, text

ALLOWED_TYPES = {
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::EC2::FlowLog",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Version",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
}
WITH_SETTINGS = {"AWS::Lambda::Permission", "AWS::SNS::Subscription"}
PRICED_BY_THE_HOUR = {
    "AWS::DMS::ReplicationInstance",
    "AWS::EC2::ClientVpnEndpoint",
    "AWS::EC2::EIP",
    "AWS::EC2::Instance",
    "AWS::EC2::NatGateway",
    "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::VPNConnection",
    "AWS::ECS::Service",
    "AWS::EFS::MountTarget",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Kinesis::Stream",
    "AWS::NetworkFirewall::Firewall",
    "AWS::OpenSearchService::Domain",
    "AWS::RDS::DBInstance",
    "AWS::Route53Resolver::ResolverEndpoint",
    "AWS::SageMaker::Endpoint",
}
EVERYTHING_ON = {
    "model_source": "s3",
    "warm_keeping": "schedule",
    "camera_silent_after": 900,
    "alarm_email": "guard@example.org",
    "uploader_principals": ["arn:aws:iam::123456789012:user/camera"],
    "operator_principals": ["arn:aws:iam::123456789012:role/operator"],
}
OUTPUTS = {
    "network": {"VpcId", "S3EndpointId"},
    "storage": {
        "FramesBucket",
        "ResultsBucket",
        "GalleryBucket",
        "AccessLogsBucket",
        "FramesQueueUrl",
        "DeadLetterQueueUrl",
        "EnrolmentQueueUrl",
        "EnrolmentDeadLetterQueueUrl",
        "DataKeyArn",
        "GalleryKeyArn",
        "ReceiptKeyArn",
    },
    "inference": {
        f"{package.capitalize()}{kind}"
        for package in FUNCTIONS
        for kind in ("Function", "AliasArn", "LogGroup")
    },
    "monitoring": {"AlertsTopicArn", "DashboardName"},
}
# Renaming a construct deletes what it made: these ids are for good.
STATEFUL = {
    "DataKey17AFBB84",
    "GalleryKey8FE777B6",
    "ReceiptKey306FE255",
    "OperationsKey2329F47A",
    "AccessLogs8B620ECA",
    "FramesA1B84456",
    "Results25575328",
    "Gallery88723B09",
    "QueuesDeadLettersF0D5D2AD",
    "QueuesFramesCE6E7D15",
    "FlowLogsLogGroup9853A85F",
    "EnrolmentLogs737C8F72",
    "EnrolmentQueuesDeadLettersBBBE1C21",
    "EnrolmentQueuesEnrolmentF046312A",
    "Logs6819BB44",
}
# CloudFormation creates before it deletes: under another id these would meet themselves.
NAMED = {
    "EnrolmentA0090D04",
    "EnrolmentLiveBAF7FAF5",
    "EnrolmentEnrolmentMappingD3B24909",
    "FramesMapping",
    "Live848578DF",
    "Surveillance0A10AE5C",
}


def test_only_types_of_the_design_exist(templates: Templates) -> None:
    assert {resource.type for resource in templates.resources()} == ALLOWED_TYPES


def test_settings_bring_two_further_types_and_no_third(synthesised) -> None:
    found = {resource.type for resource in synthesised(**EVERYTHING_ON).resources()}
    assert found == ALLOWED_TYPES | WITH_SETTINGS


def test_nothing_is_priced_by_the_hour(templates: Templates) -> None:
    found = {resource.type for resource in templates.resources()}
    assert found & PRICED_BY_THE_HOUR == set()
    assert set() == (ALLOWED_TYPES | WITH_SETTINGS) & PRICED_BY_THE_HOUR
    # One type is free or priced by the hour, as its kind may be.
    endpoints = templates.resources("AWS::EC2::VPCEndpoint")
    assert [e.properties["VpcEndpointType"] for e in endpoints] == ["Gateway"]


def test_nothing_is_kept_running_by_default(templates: Templates) -> None:
    aliases = templates.resources("AWS::Lambda::Alias")
    assert all("ProvisionedConcurrencyConfig" not in a.properties for a in aliases)


def test_no_custom_resource_exists(templates: Templates, synthesised) -> None:
    everything = [*templates.resources(), *synthesised(**EVERYTHING_ON).resources()]
    custom = [r for r in everything if r.type.startswith(("Custom::", "AWS::CloudFormation::"))]
    assert custom == []


def test_exactly_the_functions_of_the_design_exist(templates: Templates) -> None:
    functions = templates.resources("AWS::Lambda::Function")
    assert sorted(f.properties["FunctionName"] for f in functions) == sorted(
        f"vss-{templates.stage}-{package}" for package in FUNCTIONS
    )


def test_the_network_has_no_way_out(templates: Templates) -> None:
    kinds = {resource.type for resource in templates.resources()}
    ways_out = {"InternetGateway", "NatGateway", "Route", "VPCGatewayAttachment", "EIP"}
    assert kinds & {f"AWS::EC2::{kind}" for kind in ways_out} == set()


def test_subnets_lie_in_two_zones_without_public_addresses(templates: Templates) -> None:
    subnets = [s.properties for s in templates.resources("AWS::EC2::Subnet")]
    zones = [s["AvailabilityZone"] for s in subnets]
    assert zones == [{"Fn::Select": [number, {"Fn::GetAZs": ""}]} for number in (0, 1)]
    assert all(s["MapPublicIpOnLaunch"] is False for s in subnets)


def test_templates_fit_any_account_and_region(templates: Templates) -> None:
    for concern in CONCERNS:
        written = json.dumps(templates.template(concern))
        assert "123456789012" not in written
        assert "eu-west-1" not in written


@pytest.mark.parametrize("concern", CONCERNS)
def test_outputs_are_the_agreed_ones_and_described(templates: Templates, concern: str) -> None:
    outputs = templates.outputs(concern)
    assert set(outputs) == OUTPUTS[concern]
    assert all(output["Description"] for output in outputs.values())


def test_models_bucket_and_its_output_exist_only_with_networks_from_s3(
    dev: Templates, synthesised
) -> None:
    assert "ModelsBucket" not in dev.outputs("storage")
    with_s3 = synthesised(model_source="s3")
    assert "ModelsBucket" in with_s3.outputs("storage")
    assert with_s3.bucket("models").properties["VersioningConfiguration"]["Status"] == "Enabled"


def test_stateful_logical_ids_never_change(templates: Templates) -> None:
    kinds = ("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::Logs::LogGroup")
    assert {r.logical_id for kind in kinds for r in templates.resources(kind)} == STATEFUL


def test_logical_ids_of_what_has_a_name_of_its_own_never_change(templates: Templates) -> None:
    kinds = ("AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::EventSourceMapping")
    assert {r.logical_id for kind in kinds for r in templates.resources(kind)} == NAMED


@pytest.mark.parametrize(("stage", "policy"), [("dev", "Delete"), ("prod", "Retain")])
def test_stateful_resources_go_or_stay_as_the_stage_says(both, stage: str, policy: str) -> None:
    for resource in both[stage].resources():
        if resource.logical_id in STATEFUL:
            assert resource.body["DeletionPolicy"] == policy, resource
            assert resource.body["UpdateReplacePolicy"] == policy, resource


@pytest.mark.parametrize(("stage", "protected"), [("dev", False), ("prod", True)])
def test_stacks_are_protected_from_deletion_in_prod(both, stage: str, protected) -> None:
    manifest = json.loads((both[stage].folder / "manifest.json").read_text())
    stacks = [a for a in manifest["artifacts"].values() if a["type"] == "aws:cloudformation:stack"]
    assert len(stacks) == 4
    assert [s["properties"]["terminationProtection"] for s in stacks] == [protected] * 4


def test_everything_that_can_be_tagged_is_tagged(templates: Templates) -> None:
    wanted = {
        "project": "vss",
        "stage": templates.stage,
        "data-classification": "biometric",
        "owner": "video-surveillance",
        "cost-centre": "video-surveillance",
    }
    tagged = [r for r in templates.resources() if "Tags" in r.properties]
    for resource in tagged:
        tags = resource.properties["Tags"]
        pairs = tags if isinstance(tags, dict) else {t["Key"]: t["Value"] for t in tags}
        assert wanted.items() <= pairs.items(), resource
    untaggable = {r.type for r in templates.resources()} - {r.type for r in tagged}
    assert untaggable == {
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::KMS::Alias",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    }


def test_stacks_depend_one_way(templates: Templates) -> None:
    imports = {
        concern: {
            name.split(":")[0].removeprefix(f"vss-{templates.stage}-")
            for name in _imported(templates.template(concern))
        }
        for concern in CONCERNS
    }
    assert imports == {
        "network": set(),
        "storage": {"network"},
        "inference": {"network", "storage"},
        "monitoring": {"network"},
    }


def _imported(value) -> list[str]:
    if isinstance(value, dict):
        own = [text(value["Fn::ImportValue"])] if "Fn::ImportValue" in value else []
        return own + [name for part in value.values() for name in _imported(part)]
    if isinstance(value, list):
        return [name for part in value for name in _imported(part)]
    return []

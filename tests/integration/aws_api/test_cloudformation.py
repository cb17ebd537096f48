"""Templates through the emulated CloudFormation: everything is made, or it fails loudly."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws_api_server import RunningServer

Json = dict[str, Any]


class Stacks:
    """Deploys templates as the CLI does: by change sets."""

    def __init__(self, server: RunningServer) -> None:
        self.api = server.client("cloudformation")
        self.server = server

    def deploy(self, name: str, template: Json, **parameters: str) -> str:
        """Deploy ``template``; return the stack's status."""
        kind = "UPDATE" if self._exists(name) else "CREATE"
        change_set = self.api.create_change_set(
            StackName=name,
            ChangeSetName=f"change-{uuid.uuid4().hex[:8]}",
            ChangeSetType=kind,
            TemplateBody=json.dumps(template),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
        )
        self.api.execute_change_set(StackName=name, ChangeSetName=change_set["Id"])
        return str(self.stack(name)["StackStatus"])

    def _exists(self, name: str) -> bool:
        try:
            self.stack(name)
        except ClientError:
            return False
        return True

    def stack(self, name: str) -> Json:
        stack: Json = self.api.describe_stacks(StackName=name)["Stacks"][0]
        return stack

    def outputs(self, name: str) -> dict[str, str]:
        found = self.stack(name).get("Outputs", [])
        return {one["OutputKey"]: one["OutputValue"] for one in found}

    def reasons(self, name: str) -> str:
        events = self.api.describe_stack_events(StackName=name)["StackEvents"]
        return " ".join(event.get("ResourceStatusReason", "") for event in events)

    def resources(self, name: str) -> dict[str, Json]:
        found = self.server.local("GET", "resources")
        return {one["logical_id"]: one for one in found if one["stack"] == name}


@pytest.fixture(scope="module")
def stacks(server: RunningServer) -> Stacks:
    return Stacks(server)


def template(resources: Json, **sections: Any) -> Json:
    return {"Resources": resources, **sections}


def queue(name: str, **properties: Any) -> Json:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def attribute(server: RunningServer, name: str, attribute: str) -> str:
    sqs = server.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return str(found[attribute])


def queue_exists(server: RunningServer, name: str) -> bool:
    urls = server.client("sqs").list_queues(QueueNamePrefix=name).get("QueueUrls", [])
    return any(url.endswith(f"/{name}") for url in urls)


def test_resources_outputs_and_imports_are_there_right_after_the_change_set(
    stacks: Stacks, server: RunningServer
) -> None:
    first = template(
        {"Queue": queue("first")},
        Outputs={
            "Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}, "Export": {"Name": "first:arn"}}
        },
    )
    second = template(
        {
            "Policy": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "ManagedPolicyName": "imported",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": "sqs:SendMessage",
                                "Resource": {"Fn::ImportValue": "first:arn"},
                            }
                        ],
                    },
                },
            }
        }
    )
    assert stacks.deploy("exporting", first) == "CREATE_COMPLETE"
    arn = "arn:aws:sqs:eu-west-1:123456789012:first"
    assert stacks.outputs("exporting") == {"Arn": arn}
    assert stacks.deploy("importing", second) == "CREATE_COMPLETE"
    document = stacks.resources("importing")["Policy"]["properties"]["PolicyDocument"]
    assert document["Statement"][0]["Resource"] == arn
    with pytest.raises(ClientError, match="in use by importing"):
        stacks.api.delete_stack(StackName="exporting")
    stacks.api.delete_stack(StackName="importing")
    stacks.api.delete_stack(StackName="exporting")
    assert not queue_exists(server, "first")
    assert stacks.api.list_exports()["Exports"] == []


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"Type": "AWS::Neptune::DBCluster", "Properties": {}}, "AWS::Neptune::DBCluster"),
        (queue("bad", Colour="blue"), "Colour"),
        (
            {
                "Type": "AWS::S3::Bucket",
                "Properties": {"CorsConfiguration": {"CorsRules": []}},
            },
            "CorsConfiguration",
        ),
        (
            {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "LifecycleConfiguration": {
                        "Rules": [{"Status": "Enabled", "TransitionInDays": 3}]
                    }
                },
            },
            "TransitionInDays",
        ),
        (
            {
                "Type": "AWS::Lambda::Alias",
                "Properties": {"FunctionName": "none", "FunctionVersion": "1", "Name": "live"},
            },
            "not found",
        ),
        (queue("bad", KmsMasterKeyId={"Fn::ImportValue": "nowhere"}), "nowhere"),
        (queue("bad", KmsMasterKeyId={"Fn::GetAtt": ["Good", "Colour"]}), "Colour"),
        (queue("bad", DelaySeconds={"Fn::Cidr": ["10.0.0.0/8", 2, 8]}), "Fn::Cidr"),
    ],
    ids=["type", "property", "property of a bucket", "nested", "api", "import", "att", "function"],
)
def test_what_cannot_be_made_rolls_the_stack_back(
    stacks: Stacks, server: RunningServer, broken: Json, reason: str
) -> None:
    name = f"broken-{uuid.uuid4().hex[:6]}"
    good = queue(f"{name}-good")
    status = stacks.deploy(name, template({"Good": good, "Bad": {**broken, "DependsOn": "Good"}}))
    assert status == "ROLLBACK_COMPLETE"
    assert reason in stacks.reasons(name)
    assert not queue_exists(server, f"{name}-good")
    assert stacks.resources(name) == {}


def test_an_update_takes_effect_and_leaves_policies_alone(
    stacks: Stacks, server: RunningServer
) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    policy = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Queue"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
    before = template({"Queue": queue("changing", VisibilityTimeout=30), "Policy": policy})
    after = template({"Queue": queue("changing", VisibilityTimeout=77), "Policy": policy})
    assert stacks.deploy("changing", before) == "CREATE_COMPLETE"
    assert stacks.deploy("changing", after) == "UPDATE_COMPLETE"
    assert attribute(server, "changing", "VisibilityTimeout") == "77"
    assert "s3.amazonaws.com" in attribute(server, "changing", "Policy")


def test_an_update_without_changes_says_so(stacks: Stacks) -> None:
    same = template({"Queue": queue("same")})
    stacks.deploy("same", same)
    change_set = stacks.api.create_change_set(
        StackName="same",
        ChangeSetName="again",
        ChangeSetType="UPDATE",
        TemplateBody=json.dumps(same),
    )
    found = stacks.api.describe_change_set(ChangeSetName=change_set["Id"])
    assert found["Status"] == "FAILED"
    assert "didn't contain changes" in found["StatusReason"]


def test_a_failed_update_takes_every_step_back(stacks: Stacks, server: RunningServer) -> None:
    before = template({"Kept": queue("kept", VisibilityTimeout=30)})
    after = template(
        {
            "Kept": queue("kept", VisibilityTimeout=99),
            "Extra": queue("extra"),
            "Bad": {**queue("bad", Colour="blue"), "DependsOn": ["Kept", "Extra"]},
        }
    )
    assert stacks.deploy("rolled", before) == "CREATE_COMPLETE"
    assert stacks.deploy("rolled", after) == "UPDATE_ROLLBACK_COMPLETE"
    assert attribute(server, "kept", "VisibilityTimeout") == "30"
    assert not queue_exists(server, "extra")
    assert set(stacks.resources("rolled")) == {"Kept"}
    repaired = template({"Kept": queue("kept", VisibilityTimeout=99), "Extra": queue("extra")})
    assert stacks.deploy("rolled", repaired) == "UPDATE_COMPLETE"


def test_a_replaced_resource_moves_its_dependents_and_is_deleted(
    stacks: Stacks, server: RunningServer
) -> None:
    def with_queue(name: str) -> Json:
        alias: Json = {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Name": "/replaced/queue",
                "Type": "String",
                "Value": {"Fn::GetAtt": ["Queue", "Arn"]},
            },
        }
        return template({"Queue": queue(name), "Parameter": alias})

    stacks.deploy("replaced", with_queue("old"))
    assert stacks.deploy("replaced", with_queue("new")) == "UPDATE_COMPLETE"
    parameter = server.client("ssm").get_parameter(Name="/replaced/queue")["Parameter"]
    assert parameter["Value"].endswith(":new")
    assert not queue_exists(server, "old")


def test_a_key_signs_and_stays_what_it_is(stacks: Stacks, server: RunningServer) -> None:
    everything = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}

    def with_key(**properties: Any) -> Json:
        policy = {"Version": "2012-10-17", "Statement": [everything]}
        key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy, **properties}}
        return template({"Key": key})

    signing = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY", "EnableKeyRotation": False}
    assert stacks.deploy("signing", with_key(**signing)) == "CREATE_COMPLETE"
    key_id = stacks.resources("signing")["Key"]["physical_id"]
    kms = server.client("kms")
    kms.sign(KeyId=key_id, Message=b"x", SigningAlgorithm="ECDSA_SHA_256")
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyUsage"] == "SIGN_VERIFY"
    changed = with_key(**signing, Description="still signs")
    assert stacks.deploy("signing", changed) == "UPDATE_COMPLETE"
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"] == "still signs"
    other = with_key(**signing | {"KeySpec": "ECC_NIST_P384"})
    assert stacks.deploy("signing", other) == "UPDATE_ROLLBACK_COMPLETE"
    assert "KeySpec and KeyUsage of a key cannot be changed" in stacks.reasons("signing")


def test_retained_resources_outlive_their_stack(stacks: Stacks, server: RunningServer) -> None:
    resources = {
        "Retained": {**queue("retained"), "DeletionPolicy": "Retain"},
        "Deleted": queue("deleted"),
    }
    stacks.deploy("retaining", template(resources))
    stacks.api.delete_stack(StackName="retaining")
    assert queue_exists(server, "retained")
    assert not queue_exists(server, "deleted")


def test_a_bucket_with_objects_keeps_its_stack(stacks: Stacks, server: RunningServer) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full-bucket"}}
    stacks.deploy("full", template({"Bucket": bucket}))
    s3 = server.client("s3")
    s3.put_object(Bucket="full-bucket", Key="one", Body=b"1")
    stacks.api.delete_stack(StackName="full")
    assert stacks.stack("full")["StackStatus"] == "DELETE_FAILED"
    s3.delete_object(Bucket="full-bucket", Key="one")
    stacks.api.delete_stack(StackName="full")
    with pytest.raises(ClientError, match="does not exist"):
        stacks.stack("full")


def test_a_protected_stack_is_not_deleted(stacks: Stacks, server: RunningServer) -> None:
    stacks.deploy("protected", template({"Queue": queue("protected")}))
    stacks.api.update_termination_protection(
        StackName="protected", EnableTerminationProtection=True
    )
    assert stacks.stack("protected")["EnableTerminationProtection"] is True
    with pytest.raises(ClientError, match="TerminationProtection"):
        stacks.api.delete_stack(StackName="protected")
    assert queue_exists(server, "protected")


def test_conditions_mappings_and_parameters_are_resolved(
    stacks: Stacks, server: RunningServer
) -> None:
    made = template(
        {
            "Chosen": queue(
                "chosen",
                VisibilityTimeout={"Fn::FindInMap": ["Times", {"Ref": "Stage"}, "visibility"]},
                DelaySeconds={"Fn::If": ["IsProd", 5, {"Ref": "AWS::NoValue"}]},
            ),
            "Absent": {**queue("absent"), "Condition": "IsDev"},
        },
        Parameters={"Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]}},
        Mappings={"Times": {"prod": {"visibility": 55}, "dev": {"visibility": 44}}},
        Conditions={
            "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
            "IsDev": {"Fn::Not": [{"Condition": "IsProd"}]},
        },
        Outputs={"Zones": {"Value": {"Fn::Join": [",", {"Fn::GetAZs": ""}]}}},
    )
    assert stacks.deploy("chosen", made, Stage="prod") == "CREATE_COMPLETE"
    assert attribute(server, "chosen", "VisibilityTimeout") == "55"
    assert attribute(server, "chosen", "DelaySeconds") == "5"
    assert not queue_exists(server, "absent")
    assert stacks.outputs("chosen")["Zones"] == "eu-west-1a,eu-west-1b,eu-west-1c"
    assert stacks.deploy("chosen", made, Stage="dev") == "UPDATE_COMPLETE"
    assert queue_exists(server, "absent")
    assert attribute(server, "chosen", "DelaySeconds") == "0"


def test_a_circle_is_named(stacks: Stacks) -> None:
    circle = template(
        {
            "One": {**queue("one"), "DependsOn": "Two"},
            "Two": {**queue("two"), "DependsOn": "One"},
        }
    )
    assert stacks.deploy("circle", circle) == "ROLLBACK_COMPLETE"
    assert "circular dependency" in stacks.reasons("circle")

"""Readers of keys, buckets, queues, topics and the bootstrap's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from vss.local.verification.reading import MissingError, Reader, Resource, only

Json = Any
_DEAD_KEYS = ("PendingDeletion", "Disabled")


def _key(one: Resource) -> dict[str, Json]:
    kms = one.client("kms")
    state = kms.describe_key(KeyId=one.physical_id)["KeyMetadata"]
    if state["KeyState"] in _DEAD_KEYS:
        raise MissingError(f"the key is {state['KeyState']}")
    policy = kms.get_key_policy(KeyId=one.physical_id, PolicyName="default")["Policy"]
    tags = kms.list_resource_tags(KeyId=one.physical_id)["Tags"]
    rotation = kms.get_key_rotation_status(KeyId=one.physical_id)["KeyRotationEnabled"]
    return {
        "Description": state["Description"],
        "EnableKeyRotation": rotation,
        "KeySpec": state["KeySpec"],
        "KeyUsage": state.get("KeyUsage", "ENCRYPT_DECRYPT"),  # moto leaves out the default
        "KeyPolicy": json.loads(policy),
        "PendingWindowInDays": one.wants("PendingWindowInDays"),  # told only once it is deleted
        "Tags": {tag["TagKey"]: tag["TagValue"] for tag in tags},
    }


def _key_alias(one: Resource) -> dict[str, Json]:
    pages = one.client("kms").get_paginator("list_aliases").paginate()
    aliases = [alias for page in pages for alias in page["Aliases"]]
    alias = only([alias for alias in aliases if alias["AliasName"] == one.physical_id])
    wanted = str(one.wants("TargetKeyId"))
    found = str(alias["TargetKeyId"])
    same = wanted.rpartition("/")[2] == found.rpartition("/")[2]
    return {"AliasName": alias["AliasName"], "TargetKeyId": wanted if same else found}


def _bucket(one: Resource) -> dict[str, Json]:
    s3, name = one.client("s3"), one.physical_id
    s3.head_bucket(Bucket=name)
    found: dict[str, Json] = {"BucketName": name, "AccessControl": one.wants("AccessControl")}
    with suppress(ClientError):
        rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        found["BucketEncryption"] = {"ServerSideEncryptionConfiguration": _encryption(rules)}
    versioning = s3.get_bucket_versioning(Bucket=name).get("Status")
    found["VersioningConfiguration"] = {"Status": versioning}
    with suppress(ClientError):
        block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        found["PublicAccessBlockConfiguration"] = block
    with suppress(ClientError):
        rules = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
        found["OwnershipControls"] = {"Rules": rules}
    with suppress(ClientError):
        rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
        found["LifecycleConfiguration"] = {"Rules": [_lifecycle(rule) for rule in rules]}
    logging = s3.get_bucket_logging(Bucket=name).get("LoggingEnabled", {})
    names = {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"}
    found["LoggingConfiguration"] = {cfn: logging.get(api) for cfn, api in names.items()}
    found["NotificationConfiguration"] = _notification(
        s3.get_bucket_notification_configuration(Bucket=name)
    )
    with suppress(ClientError):
        found["Tags"] = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    return found


def _encryption(rules: list[Json]) -> list[Json]:
    return [
        {
            "ServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"],
            # Off is the default; the API tells it, templates leave it out.
            "BucketKeyEnabled": rule.get("BucketKeyEnabled") or None,
        }
        for rule in rules
    ]


def _lifecycle(rule: Mapping[str, Json]) -> dict[str, Json]:
    kept = ("Status", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")
    expiration = rule.get("Expiration", {})
    return {
        "Id": rule.get("ID"),
        "Prefix": rule.get("Prefix") or rule.get("Filter", {}).get("Prefix"),
        "ExpirationInDays": expiration.get("Days"),
        "ExpiredObjectDeleteMarker": expiration.get("ExpiredObjectDeleteMarker"),
        **{name: rule.get(name) for name in kept},
    }


def _notification(found: Mapping[str, Json]) -> dict[str, Json]:
    out: dict[str, Json] = {}
    if "EventBridgeConfiguration" in found:
        out["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    for section, destination in (
        ("QueueConfigurations", "Queue"),
        ("TopicConfigurations", "Topic"),
    ):
        for one in found.get(section, []):
            rules = one.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            lowered = [{"Name": rule["Name"].lower(), "Value": rule["Value"]} for rule in rules]
            out.setdefault(section, []).append(
                {
                    destination: one[f"{destination}Arn"],
                    "Event": one["Events"],
                    "Filter": {"S3Key": {"Rules": lowered}},
                }
            )
    return out


def _bucket_policy(one: Resource) -> dict[str, Json]:
    policy = one.client("s3").get_bucket_policy(Bucket=one.properties["Bucket"])["Policy"]
    return {"Bucket": one.physical_id, "PolicyDocument": json.loads(policy)}


def _queue(one: Resource) -> dict[str, Json]:
    sqs = one.client("sqs")
    found = sqs.get_queue_attributes(QueueUrl=one.physical_id, AttributeNames=["All"])["Attributes"]
    for name in ("RedrivePolicy", "RedriveAllowPolicy"):
        if name in found:
            found[name] = json.loads(found[name])
    tags = sqs.list_queue_tags(QueueUrl=one.physical_id).get("Tags", {})
    return {**found, "QueueName": one.physical_id.rpartition("/")[2], "Tags": tags}


def _queue_policy(one: Resource) -> dict[str, Json]:
    wanted = one.properties["PolicyDocument"]
    policy: Json = None
    for url in one.properties["Queues"]:
        found = one.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        policy = json.loads(found.get("Attributes", {}).get("Policy") or "{}")
        if policy != wanted:
            break
    return {"Queues": one.properties["Queues"], "PolicyDocument": policy}


def _topic(one: Resource) -> dict[str, Json]:
    sns = one.client("sns")
    found = sns.get_topic_attributes(TopicArn=one.physical_id)["Attributes"]
    tags = sns.list_tags_for_resource(ResourceArn=one.physical_id)["Tags"]
    return {
        "TopicName": one.physical_id.rpartition(":")[2],
        "DisplayName": found.get("DisplayName"),
        "KmsMasterKeyId": found.get("KmsMasterKeyId"),
        "Tags": tags,
    }


def _topic_policy(one: Resource) -> dict[str, Json]:
    policy: Json = None
    for arn in one.properties["Topics"]:
        found = one.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
        policy = json.loads(found.get("Policy", "{}"))
        if policy != one.properties["PolicyDocument"]:
            break
    return {"Topics": one.properties["Topics"], "PolicyDocument": policy}


def _subscription(one: Resource) -> dict[str, Json]:
    found = one.client("sns").get_subscription_attributes(SubscriptionArn=one.physical_id)
    return dict(found["Attributes"])


def _parameter(one: Resource) -> dict[str, Json]:
    found = one.client("ssm").get_parameter(Name=one.physical_id)["Parameter"]
    return {**found, "Description": one.wants("Description")}


def _repository(one: Resource) -> dict[str, Json]:
    ecr, name = one.client("ecr"), one.physical_id
    found = only(ecr.describe_repositories(repositoryNames=[name])["repositories"])
    out: dict[str, Json] = {
        "RepositoryName": found["repositoryName"],
        "ImageTagMutability": found["imageTagMutability"],
    }
    if "LifecyclePolicy" in one.properties:
        text = ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]
        out["LifecyclePolicy"] = {"LifecyclePolicyText": text}
    if "RepositoryPolicyText" in one.properties:
        out["RepositoryPolicyText"] = json.loads(
            ecr.get_repository_policy(repositoryName=name)["policyText"]
        )
    return out


READERS: dict[str, Reader] = {
    "AWS::ECR::Repository": _repository,
    "AWS::KMS::Alias": _key_alias,
    "AWS::KMS::Key": _key,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::SSM::Parameter": _parameter,
}

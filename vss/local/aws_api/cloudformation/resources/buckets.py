"""S3 buckets and their policies."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

from vss.local.aws_api.cloudformation.resource_types import (
    Created,
    Place,
    Properties,
    PutType,
    boolean,
    renamed,
    tag_list,
)

Json = Any


class Bucket(PutType):
    """``AWS::S3::Bucket``: made, then each property put by its own call."""

    name = "AWS::S3::Bucket"
    properties = frozenset(
        {
            "AccessControl",
            "BucketEncryption",
            "BucketName",
            "LifecycleConfiguration",
            "LoggingConfiguration",
            "NotificationConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "Tags",
            "VersioningConfiguration",
        }
    )
    replacing = frozenset({"BucketName"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Create the bucket and put its properties."""
        name = properties.get("BucketName") or place.new_name(63, lower=True)
        s3 = place.api("s3")
        location = {"LocationConstraint": place.region}
        outside = {} if place.region == "us-east-1" else {"CreateBucketConfiguration": location}
        s3.create_bucket(Bucket=name, **outside)
        place.made.append(name)
        return self.update(place, name, properties, {})

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put each property that is given; take away each that is gone."""
        s3 = place.api("s3")
        for name, put in _PUTS.items():
            if name in properties and properties[name] != before.get(name):
                put(s3, physical_id, properties[name])
            elif name in before and name not in properties:
                _TAKE_AWAY[name](s3, physical_id)
        if "Tags" in properties:
            tags = {"TagSet": tag_list(properties)}
            s3.put_bucket_tagging(Bucket=physical_id, Tagging=tags)
        domain = f"{physical_id}.s3.amazonaws.com"
        regional = f"{physical_id}.s3.{place.region}.amazonaws.com"
        return Created(
            physical_id,
            {
                "Arn": f"arn:aws:s3:::{physical_id}",
                "DomainName": domain,
                "RegionalDomainName": regional,
            },
        )

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Delete the bucket, which has to be empty."""
        del properties
        place.api("s3").delete_bucket(Bucket=physical_id)


def _encryption(s3: Any, bucket: str, value: Json) -> None:
    rules = []
    for rule in value["ServerSideEncryptionConfiguration"]:
        names = {
            "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
            "BucketKeyEnabled": "BucketKeyEnabled",
        }
        out = renamed(f"encryption of {bucket}", rule, names)
        if "BucketKeyEnabled" in out:
            out["BucketKeyEnabled"] = boolean(out["BucketKeyEnabled"])
        rules.append(out)
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


_LIFECYCLE_NAMES = {
    "Id": "ID",
    "Status": "Status",
    "Prefix": "Prefix",
    "ExpirationInDays": "ExpirationInDays",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
    "NoncurrentVersionExpiration": "NoncurrentVersionExpiration",
    "NoncurrentVersionExpirationInDays": "NoncurrentVersionExpirationInDays",
    "AbortIncompleteMultipartUpload": "AbortIncompleteMultipartUpload",
}


def _lifecycle(s3: Any, bucket: str, value: Json) -> None:
    rules = []
    for number, rule in enumerate(value["Rules"]):
        given = renamed(f"lifecycle rule {number} of {bucket}", rule, _LIFECYCLE_NAMES)
        out = {"ID": given.get("ID", f"rule-{number}"), "Status": given["Status"]}
        out["Filter"] = {"Prefix": given.get("Prefix", "")}
        if "ExpirationInDays" in given:
            out["Expiration"] = {"Days": int(given["ExpirationInDays"])}
        if boolean(given.get("ExpiredObjectDeleteMarker", False)):
            out["Expiration"] = {"ExpiredObjectDeleteMarker": True}
        if "NoncurrentVersionExpirationInDays" in given:
            days = int(given["NoncurrentVersionExpirationInDays"])
            out["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
        if "NoncurrentVersionExpiration" in given:
            out["NoncurrentVersionExpiration"] = _integers(given["NoncurrentVersionExpiration"])
        if "AbortIncompleteMultipartUpload" in given:
            out["AbortIncompleteMultipartUpload"] = _integers(
                given["AbortIncompleteMultipartUpload"]
            )
        rules.append(out)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _integers(given: Properties) -> dict[str, int]:
    return {name: int(value) for name, value in given.items()}


def _logging(s3: Any, bucket: str, value: Json) -> None:
    names = {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"}
    target = {"TargetPrefix": "", **renamed(f"logging of {bucket}", value, names)}
    target.setdefault("TargetBucket", bucket)
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target})


_DESTINATIONS = {
    "QueueConfigurations": ("Queue", "QueueArn"),
    "TopicConfigurations": ("Topic", "TopicArn"),
    "LambdaConfigurations": ("Function", "LambdaFunctionArn"),
}


def _notification(s3: Any, bucket: str, value: Json) -> None:
    sections = {name: name for name in (*_DESTINATIONS, "EventBridgeConfiguration")}
    given = renamed(f"notification of {bucket}", value, sections)
    out: dict[str, Json] = {}
    for section, (destination, api_name) in _DESTINATIONS.items():
        key = section.replace("Lambda", "LambdaFunction")
        for configuration in given.get(section, []):
            names = {destination: api_name, "Event": "Events", "Filter": "Filter"}
            one = renamed(f"{section} of {bucket}", configuration, names)
            one["Events"] = [one["Events"]]
            if "Filter" in one:
                rules = one["Filter"]["S3Key"]["Rules"]
                one["Filter"] = {"Key": {"FilterRules": rules}}
            out.setdefault(key, []).append(one)
    if "EventBridgeConfiguration" in given and boolean(
        given["EventBridgeConfiguration"].get("EventBridgeEnabled", True)
    ):
        out["EventBridgeConfiguration"] = {}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=out)


def _versioning(s3: Any, bucket: str, value: Json) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=value)


def _public_access(s3: Any, bucket: str, value: Json) -> None:
    blocked = {name: boolean(flag) for name, flag in value.items()}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)


def _ownership(s3: Any, bucket: str, value: Json) -> None:
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=value)


def _access_control(s3: Any, bucket: str, value: Json) -> None:
    dashed = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in value)
    s3.put_bucket_acl(Bucket=bucket, ACL=dashed.lstrip("-"))


_PUTS: dict[str, Callable[[Any, str, Json], None]] = {
    "OwnershipControls": _ownership,
    "AccessControl": _access_control,
    "PublicAccessBlockConfiguration": _public_access,
    "BucketEncryption": _encryption,
    "VersioningConfiguration": _versioning,
    "LifecycleConfiguration": _lifecycle,
    "LoggingConfiguration": _logging,
    "NotificationConfiguration": _notification,
}
_TAKE_AWAY: dict[str, Callable[[Any, str], None]] = {
    "OwnershipControls": lambda s3, bucket: s3.delete_bucket_ownership_controls(Bucket=bucket),
    "AccessControl": lambda s3, bucket: s3.put_bucket_acl(Bucket=bucket, ACL="private"),
    "PublicAccessBlockConfiguration": lambda s3, bucket: s3.delete_public_access_block(
        Bucket=bucket
    ),
    "BucketEncryption": lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket),
    "VersioningConfiguration": lambda s3, bucket: _versioning(s3, bucket, {"Status": "Suspended"}),
    "LifecycleConfiguration": lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket),
    "LoggingConfiguration": lambda s3, bucket: s3.put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={}
    ),
    "NotificationConfiguration": lambda s3, bucket: _notification(s3, bucket, {}),
}


class BucketPolicy(PutType):
    """``AWS::S3::BucketPolicy``."""

    name: ClassVar[str] = "AWS::S3::BucketPolicy"
    properties = frozenset({"Bucket", "PolicyDocument"})
    replacing = frozenset({"Bucket"})

    def create(self, place: Place, properties: Properties) -> Created:
        """Put the policy on its bucket."""
        bucket = properties["Bucket"]
        policy = json.dumps(properties["PolicyDocument"])
        place.api("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
        return Created(bucket)

    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Take the policy off its bucket."""
        del properties
        place.api("s3").delete_bucket_policy(Bucket=physical_id)

"""The statements of our buckets' policies, written as AWS evaluates them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

_ENCRYPTION = "s3:x-amz-server-side-encryption"
_KEY = f"{_ENCRYPTION}-aws-kms-key-id"
_CUSTOMER_ALGORITHM = f"{_ENCRYPTION}-customer-algorithm"


def deny_other_encryption(bucket: s3.Bucket, key_arn: str) -> None:
    """Deny every write that asks for other encryption than the bucket's own key.

    A write that asks for nothing gets the bucket's default, which is that key. One that asks
    for ``aws:kms`` without naming a key would get the account's AWS managed key: denied too.
    A negated operator alone also matches an absent header, hence the ``Null`` conditions.
    """
    denied: Mapping[str, Mapping[str, Any]] = {
        "DenyOtherEncryption": {
            "Null": {_ENCRYPTION: "false"},
            "StringNotEquals": {_ENCRYPTION: "aws:kms"},
        },
        "DenyOtherKey": {"Null": {_KEY: "false"}, "StringNotEquals": {_KEY: key_arn}},
        "DenyUnnamedKey": {"Null": {_ENCRYPTION: "false", _KEY: "true"}},
        "DenyCustomerKey": {"Null": {_CUSTOMER_ALGORITHM: "false"}},
    }
    for sid, conditions in denied.items():
        _deny(bucket, sid, ["s3:PutObject"], conditions)


def deny_reads_from_elsewhere(
    bucket: s3.Bucket, endpoint_id: str, operators: Sequence[str]
) -> None:
    """Deny reading objects but through the VPC endpoint or by one of ``operators`` (ARNs).

    Nothing else is denied: whoever deploys can still manage the bucket, only not look inside.
    """
    conditions: dict[str, Any] = {"StringNotEquals": {"aws:SourceVpce": endpoint_id}}
    if operators:
        # For a role's session aws:PrincipalArn is the ARN of the role.
        conditions["ArnNotEquals"] = {"aws:PrincipalArn": list(operators)}
    _deny(bucket, "DenyReadsFromElsewhere", ["s3:GetObject*"], conditions)


def allow_uploads(bucket: s3.Bucket, prefix: str, uploaders: Sequence[str]) -> None:
    """Let the cameras' principals (ARNs) put objects under ``prefix``, and nothing else."""
    if uploaders:
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowUploads",
                principals=[iam.ArnPrincipal(arn) for arn in uploaders],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(f"{prefix}*")],
            )
        )


def _deny(
    bucket: s3.Bucket, sid: str, actions: list[str], conditions: Mapping[str, Mapping[str, Any]]
) -> None:
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid=sid,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=actions,
            resources=[bucket.arn_for_objects("*")],
            conditions=conditions,
        )
    )

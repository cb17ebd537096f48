"""What the policies of all keys have in common: who administers a key, who uses it, through what.

No statement lets anyone encrypt or decrypt with a key directly: AWS services do so on behalf of a
caller who may do what the caller asks of them. `Resource: *` in a key policy is the key itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from stacks.naming import Naming
from stacks.settings import StageSettings

# What an administrator does with a key. None of it encrypts or decrypts.
ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
USE = ("kms:Decrypt", "kms:GenerateDataKey")
SIGNING = ("kms:GetPublicKey", "kms:Sign", "kms:Verify")


def key_properties(
    naming: Naming, settings: StageSettings, purpose: str, description: str
) -> dict[str, Any]:
    """Return what all keys share: rotation, alias, what becomes of them with their stack."""
    return {
        "alias": naming.key_alias(purpose),
        "description": description,
        "enable_key_rotation": True,
        "removal_policy": settings.on_removal,
        "pending_window": cdk.Duration.days(30 if settings.retains else 7),
    }


def administration() -> iam.PolicyStatement:
    """Let the account's own IAM policies say who manages the key."""
    return iam.PolicyStatement(
        sid="Administration",
        principals=[iam.AccountRootPrincipal()],
        actions=list(ADMINISTRATION),
        resources=["*"],
    )


def sign_receipts(operators: Sequence[str]) -> iam.PolicyStatement:
    """Let ``operators`` (ARNs) sign with the key and check signatures, and nobody else."""
    return iam.PolicyStatement(
        sid="SignReceipts",
        principals=[iam.ArnPrincipal(arn) for arn in operators],
        actions=list(SIGNING),
        resources=["*"],
    )


def use_through(*services: str) -> iam.PolicyStatement:
    """Let the account's own IAM policies say who uses the key, through ``services`` only."""
    return iam.PolicyStatement(
        sid="UseThroughServices",
        principals=[iam.AccountRootPrincipal()],
        actions=list(USE),
        resources=["*"],
        conditions={"StringEquals": {"kms:ViaService": [via(service) for service in services]}},
    )


def notifications(naming: Naming, *buckets: str) -> iam.PolicyStatement:
    """Let S3 write about ``buckets`` into queues that the key encrypts."""
    return iam.PolicyStatement(
        sid="Notifications",
        principals=[iam.ServicePrincipal("s3.amazonaws.com")],
        actions=list(USE),
        resources=["*"],
        conditions=sent_by(naming, buckets),
    )


def sent_by(naming: Naming, buckets: Sequence[str]) -> dict[str, Any]:
    """Return the conditions under which S3 speaks for our ``buckets``, and no other."""
    arns = [naming.bucket_arn(bucket) for bucket in buckets]
    return {
        "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
        "ArnEquals": {"aws:SourceArn": arns[0] if len(arns) == 1 else arns},
    }


def lambda_environment() -> list[iam.PolicyStatement]:
    """Let the account's own IAM policies say who configures functions with variables."""
    # Whoever configures the function encrypts its environment, and makes the grant by which
    # Lambda decrypts it (Lambda developer guide, "Securing environment variables").
    through = {"kms:ViaService": via("lambda")}
    return [
        iam.PolicyStatement(
            sid="EncryptEnvironment",
            principals=[iam.AccountRootPrincipal()],
            actions=["kms:Encrypt"],
            resources=["*"],
            conditions={"StringEquals": through},
        ),
        iam.PolicyStatement(
            sid="GrantEnvironment",
            principals=[iam.AccountRootPrincipal()],
            actions=["kms:CreateGrant"],
            resources=["*"],
            conditions={
                "StringEquals": through,
                "Bool": {"kms:GrantIsForAWSResource": "true"},
            },
        ),
    ]


def uploads(principals: Sequence[str]) -> iam.PolicyStatement:
    """Let ``principals`` (ARNs) put objects, each in one part."""
    # Without kms:Decrypt a multipart upload fails: frames are at most 10 MB, put in one part.
    return iam.PolicyStatement(
        sid="Uploads",
        principals=[iam.ArnPrincipal(arn) for arn in principals],
        actions=["kms:GenerateDataKey"],
        resources=["*"],
        conditions={"StringEquals": {"kms:ViaService": via("s3")}},
    )


def logs(naming: Naming, groups: Sequence[str]) -> iam.PolicyStatement:
    """Let CloudWatch Logs encrypt the log groups of these names."""
    return iam.PolicyStatement(
        sid="Logs",
        principals=[iam.ServicePrincipal(cdk.Fn.sub("logs.${AWS::Region}.amazonaws.com"))],
        actions=[
            *USE,
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        resources=["*"],
        conditions={
            "ArnEquals": {
                "kms:EncryptionContext:aws:logs:arn": [naming.log_group_arn(g) for g in groups]
            }
        },
    )


def via(service: str) -> str:
    """Return the value of ``kms:ViaService`` for a service in the stack's region."""
    return cdk.Fn.sub(f"{service}.${{AWS::Region}}.amazonaws.com")

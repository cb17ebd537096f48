"""What the policies of all keys have in common: who administers a key, who uses it, through what.

No statement lets anyone use a key directly: data is encrypted and decrypted by AWS services on
behalf of a caller who may do what the caller asks of them. `Resource: *` in a key policy is
the key itself.
"""

from __future__ import annotations

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


def use_through(*services: str) -> iam.PolicyStatement:
    """Let the account's own IAM policies say who uses the key, through ``services`` only."""
    return iam.PolicyStatement(
        sid="UseThroughServices",
        principals=[iam.AccountRootPrincipal()],
        actions=list(USE),
        resources=["*"],
        conditions={"StringEquals": {"kms:ViaService": [via(service) for service in services]}},
    )


def via(service: str) -> str:
    """Return the value of ``kms:ViaService`` for a service in the stack's region."""
    return cdk.Fn.sub(f"{service}.${{AWS::Region}}.amazonaws.com")

"""Statements of the functions' roles: those that both have a use for, and how they are written."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from stacks.key_policies import via
from stacks.naming import BucketName, Naming
from stacks.settings import StageSettings


def allow(sid: str, actions: tuple[str, ...], *resources: str) -> iam.PolicyStatement:
    """Allow ``actions`` on ``resources``."""
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources))


def allow_use(sid: str, action: str, key_arn: str, *services: str) -> iam.PolicyStatement:
    """Allow ``action`` with a key, by ``services`` on the function's behalf alone."""
    statement = allow(sid, (action,), key_arn)
    through = [via(service) for service in services]
    statement.add_condition("StringEquals", {"kms:ViaService": through})
    return statement


def tell_missing_from_forbidden(naming: Naming, *buckets: BucketName) -> iam.PolicyStatement:
    """Let a function be told 404 of an object that is not there.

    Who may not list a bucket is told 403, and an object gone before its turn could not be told
    from a permission that is missing. No ``s3:prefix`` narrows it: S3 asks for this permission
    when an object is read, and such a request has no prefix.
    """
    listable = [naming.bucket_arn(bucket) for bucket in buckets]
    return allow("TellMissingFromForbidden", ("s3:ListBucket",), *listable)


def read_networks(naming: Naming, settings: StageSettings) -> list[iam.PolicyStatement]:
    """Let a function fetch its networks, where they are not in the layer."""
    if settings.model_source != "s3":
        return []
    return [allow("ReadNetworks", ("s3:GetObject",), naming.objects_arn(BucketName.MODELS, "*"))]

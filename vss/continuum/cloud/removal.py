"""The buckets of a workflow before it is removed: CloudFormation removes empty ones only."""

from __future__ import annotations

from collections.abc import Callable

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.emptying import empty_bucket
from vss.cloud.object_versions import version_pages
from vss.continuum.cloud.deployment import WorkflowStack

_BUCKET = "AWS::S3::Bucket"


def full_buckets(
    stack: WorkflowStack, session: boto3.Session, endpoint: str | None
) -> tuple[str, ...]:
    """Return the buckets that would go with the stack and are not empty, sorted.

    Buckets that the stage retains stay where they are, and so hold up nothing.

    Raises:
        DeploymentError: the stack is not deployed, or something of it cannot be read.
    """
    client = session.client("cloudformation", endpoint_url=endpoint)
    try:
        template = client.get_template(StackName=stack.name)["TemplateBody"]
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack.name)
        real = {
            one["LogicalResourceId"]: one.get("PhysicalResourceId", "")
            for page in pages
            for one in page["StackResourceSummaries"]
        }
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"stack {stack.name} cannot be read: {error}") from error
    buckets = [
        real[name]
        for name, body in template["Resources"].items()
        if body["Type"] == _BUCKET and body.get("DeletionPolicy") != "Retain" and real.get(name)
    ]
    deployment = _deployment(session, endpoint)
    return tuple(sorted(bucket for bucket in buckets if _is_full(deployment, bucket)))


def refusal(stack: WorkflowStack, buckets: tuple[str, ...]) -> str:
    """Say why a stack with full buckets is not removed, and what to do."""
    copies = "".join(f"\n  aws s3 sync s3://{bucket} {bucket}" for bucket in buckets)
    return (
        f"stack {stack.name} is not removed: {', '.join(buckets)} hold objects, and CloudFormation "
        f"removes empty buckets only. Keep what you need:{copies}\n"
        "then remove the workflow with --empty-buckets, which deletes every version of every "
        "object in them for good"
    )


def empty(
    buckets: tuple[str, ...],
    session: boto3.Session,
    endpoint: str | None,
    removed: Callable[[str, int], None],
) -> None:
    """Delete every version of every object of buckets; ``removed`` is told bucket and count.

    Raises:
        DeploymentError: a bucket or an object refuses.
    """
    deployment = _deployment(session, endpoint)
    for bucket in buckets:
        empty_bucket(deployment, bucket, removed)


def _is_full(deployment: Deployment, bucket: str) -> bool:
    return any(True for _ in version_pages(deployment, bucket))


def _deployment(session: boto3.Session, endpoint: str | None) -> Deployment:
    return Deployment("", endpoint is not None, session, endpoint, {})

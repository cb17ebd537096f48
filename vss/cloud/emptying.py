"""Empty the buckets of a stage: CloudFormation removes empty buckets only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from vss.cloud.deployment import Deployment, DeploymentError

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

BUCKET_OUTPUTS = (
    "FramesBucket",
    "ResultsBucket",
    "GalleryBucket",
    "ModelsBucket",
    "AccessLogsBucket",
)


def empty_buckets(deployment: Deployment, removed: Callable[[str, int], None]) -> int:
    """Delete every version of every object for good; ``removed`` is told bucket and count.

    Raises:
        DeploymentError: a bucket or an object refuses.
    """
    total = 0
    for output in BUCKET_OUTPUTS:
        if output in deployment.outputs:
            bucket = deployment.outputs[output]
            total += _empty(deployment, bucket, removed)
    return total


def _empty(deployment: Deployment, bucket: str, removed: Callable[[str, int], None]) -> int:
    count = 0
    try:
        for page in deployment.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects: list[ObjectIdentifierTypeDef] = [
                {"Key": item["Key"], "VersionId": item["VersionId"]} for item in found
            ]
            if not objects:
                continue
            answer = deployment.s3.delete_objects(
                Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
            )
            if refused := answer.get("Errors"):
                first = refused[0]
                raise DeploymentError(
                    f"{len(refused)} objects of {bucket} cannot be deleted; the first: "
                    f"{first.get('Key')}: {first.get('Message')}"
                )
            count += len(objects)
            removed(bucket, count)
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"bucket {bucket} cannot be emptied: {error}") from error
    return count

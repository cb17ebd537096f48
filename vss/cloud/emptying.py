"""Empty the buckets of a stage: CloudFormation removes empty buckets only."""

from __future__ import annotations

from collections.abc import Callable

from vss.cloud.deployment import Deployment
from vss.cloud.object_versions import delete_versions, version_pages

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
            total += empty_bucket(deployment, bucket, removed)
    return total


def empty_bucket(deployment: Deployment, bucket: str, removed: Callable[[str, int], None]) -> int:
    """Delete every version of every object of a bucket; return how many there were.

    Raises:
        DeploymentError: the bucket or an object refuses.
    """
    count = 0
    for versions in version_pages(deployment, bucket):
        delete_versions(deployment, bucket, versions)
        count += len(versions)
        removed(bucket, count)
    return count

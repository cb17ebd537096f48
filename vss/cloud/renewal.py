"""All templates made anew from the photographs, as after a change of the model set.

Templates of two networks cannot be compared. The photographs are there, with the terms they were
enrolled on: put again onto themselves, they go the way of new ones. The first of them that is
enrolled begins a new index; until then surveillance refuses the old one, and frames wait.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import ClientError
from business_logic.photograph_keys import PHOTOGRAPHS, PhotographKey
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment
from vss.cloud.enrolment import Photograph
from vss.cloud.object_versions import bucket_errors, is_gone


def count_photographs(deployment: Deployment) -> int:
    """Return how many photographs there are to renew.

    Raises:
        DeploymentError: the bucket cannot be listed.
    """
    return len(_keys(deployment))


def renew(deployment: Deployment, put: Callable[[Photograph], None]) -> list[Photograph]:
    """Put all photographs again; the function enrols each anew, or says why not.

    ``put`` is told of each that was put. A photograph that is removed meanwhile is left out.

    Returns:
        What was put, for ``await_reports``; the path of each is its key, since it lies nowhere
        else.

    Raises:
        ConfigurationError: there is no photograph.
        DeploymentError: the bucket refuses; what was put is enrolled, and may be put again.
    """
    renewed = []
    for key in _keys(deployment):
        photograph = _put_again(deployment, key)
        if photograph is not None:
            renewed.append(photograph)
            put(photograph)
    if not renewed:
        raise ConfigurationError(f"there is no photograph in {deployment.name} to renew")
    return renewed


def _put_again(deployment: Deployment, key: PhotographKey) -> Photograph | None:
    bucket = deployment.output("GalleryBucket")
    with bucket_errors(bucket, "renewed"):
        try:
            stored = deployment.s3.head_object(Bucket=bucket, Key=str(key))
            # S3 copies an object onto itself only where something is replaced: here the metadata,
            # by the same.
            copied = deployment.s3.copy_object(
                Bucket=bucket,
                Key=str(key),
                CopySource={"Bucket": bucket, "Key": str(key), "VersionId": stored["VersionId"]},
                CopySourceIfMatch=stored["ETag"],
                MetadataDirective="REPLACE",
                Metadata=stored["Metadata"],
                ContentType=stored["ContentType"],
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=deployment.output("GalleryKeyArn"),
            )
        except ClientError as error:
            if is_gone(error):
                return None
            raise
    return Photograph(Path(str(key)), key, copied["VersionId"])


def _keys(deployment: Deployment) -> list[PhotographKey]:
    bucket = deployment.output("GalleryBucket")
    with bucket_errors(bucket, "listed"):
        pages = deployment.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=PHOTOGRAPHS
        )
        found = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return [key for key in map(PhotographKey.parse, found) if key is not None]

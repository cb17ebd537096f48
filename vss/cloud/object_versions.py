"""All versions of the objects of a bucket: listed, read, deleted for good."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.record import Json

from vss.cloud.deployment import Deployment, DeploymentError

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

_GONE = {"NoSuchKey", "NoSuchVersion", "404"}
_READS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """A version of an object, or the mark of its deletion.

    Attributes:
        key: of the object.
        version_id: of this version.
        is_latest: whether it is what the key stands for now.
        is_marker: whether it is the mark of a deletion, without content.
    """

    key: str
    version_id: str
    is_latest: bool
    is_marker: bool


@dataclass(frozen=True, slots=True)
class VersionContent:
    """A version of an object with what is in it."""

    version: ObjectVersion
    etag: str
    content: bytes

    def document(self) -> Json:
        """Return the JSON object that it is.

        Raises:
            DeploymentError: it is none, so that nobody can tell whom it is about.
        """
        try:
            document = json.loads(self.content)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise DeploymentError(f"{self.version.key} is no JSON object; look at it, delete it")
        return document


def version_pages(
    deployment: Deployment, bucket: str, prefix: str = ""
) -> Iterator[list[ObjectVersion]]:
    """Yield the versions below a prefix, up to 1,000 at a time; no page is empty.

    Raises:
        DeploymentError: the bucket cannot be listed.
    """
    pages = deployment.s3.get_paginator("list_object_versions")
    with bucket_errors(bucket, "listed"):
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            found = [
                ObjectVersion(item["Key"], item["VersionId"], item["IsLatest"], is_marker)
                for is_marker, items in (
                    (False, page.get("Versions", [])),
                    (True, page.get("DeleteMarkers", [])),
                )
                for item in items
            ]
            if found:
                yield found


def read_versions(
    deployment: Deployment, bucket: str, versions: Iterable[ObjectVersion]
) -> list[VersionContent]:
    """Read versions, several at once; marks of deletions and those that are gone are left out.

    Raises:
        DeploymentError: the bucket refuses.
    """

    def read(version: ObjectVersion) -> VersionContent | None:
        with bucket_errors(bucket, "read"):
            try:
                found = deployment.s3.get_object(
                    Bucket=bucket, Key=version.key, VersionId=version.version_id
                )
            except ClientError as error:
                if is_gone(error):
                    return None
                raise
            return VersionContent(version, found["ETag"], found["Body"].read())

    wanted = [version for version in versions if not version.is_marker]
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        return [item for item in pool.map(read, wanted) if item is not None]


def delete_versions(deployment: Deployment, bucket: str, versions: Sequence[ObjectVersion]) -> None:
    """Delete up to 1,000 versions for good; those that are gone already are no error.

    Raises:
        DeploymentError: the bucket or an object refuses. The message names no key: a key may say
            who a person is.
    """
    objects: list[ObjectIdentifierTypeDef] = [
        {"Key": version.key, "VersionId": version.version_id} for version in versions
    ]
    if not objects:
        return
    with bucket_errors(bucket, "emptied"):
        answer = deployment.s3.delete_objects(
            Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
        )
    if refused := answer.get("Errors"):
        raise DeploymentError(
            f"{len(refused)} of {len(objects)} objects of {bucket} cannot be deleted; "
            f"the first: {refused[0].get('Code')}: {refused[0].get('Message')}"
        )


def is_gone(error: ClientError) -> bool:
    """Tell whether S3 says that there is no such object, or no such version of it."""
    return error.response.get("Error", {}).get("Code") in _GONE


@contextmanager
def bucket_errors(bucket: str, done: str) -> Iterator[None]:
    """Turn what S3 refuses into ``bucket … cannot be <done>``.

    Raises:
        DeploymentError: S3 refused.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"bucket {bucket} cannot be {done}: {error}") from error

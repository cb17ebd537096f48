"""Changes the gallery's index; of changes made at the same time none is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from deep_learning.errors import TransientError

from business_logic.gallery_index import (
    GalleryIndex,
    OtherNetworkError,
    format_index,
    parse_index,
)
from business_logic.gallery_store import INDEX_KEY
from business_logic.s3_access import RetryPolicy, error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

_ABSENT = "NoSuchKey"
# Somebody else was faster: 412 where it was done, 409 while it is being done.
_OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}
_TRIES = 30

Change = Callable[[GalleryIndex], GalleryIndex | None]
"""Given the present index, returns the one to write instead, None to leave it as it is."""


class GalleryWriter:
    """Writes the index of the gallery.

    Args:
        client: S3 client.
        bucket: the gallery bucket.
        bucket_owner: account that must own it.
        key_arn: KMS key of the gallery.
        network_sha384: hash of the weights of the network that makes the templates.
        retry: how failures are met.
    """

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        bucket_owner: str,
        key_arn: str,
        network_sha384: str,
        retry: RetryPolicy,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._bucket_owner = bucket_owner
        self._key_arn = key_arn
        self._network_sha384 = network_sha384
        self._retry = retry

    def change(self, change: Change) -> GalleryIndex:
        """Apply ``change`` to the index as it is, again where somebody else was faster.

        Templates of another network compare with nothing any more: the index starts anew then.

        Returns:
            The index as it is afterwards.

        Raises:
            GalleryError: the index is damaged.
            TransientError: it could not be read or written, or others were faster each time.
        """
        for _ in range(_TRIES):
            etag, index = self.read()
            changed = change(index)
            if changed is None:
                return index
            if self._write(changed, etag):
                return changed
            self._retry.pause()
        raise TransientError(f"writing the gallery's index: overtaken {_TRIES} times")

    def read(self) -> tuple[str | None, GalleryIndex]:
        """Return ETag and index; no ETag and nobody where there is none yet.

        Raises:
            GalleryError: the index is damaged.
            TransientError: it could not be read.
        """
        found = self._retry.call("reading the gallery's index", self._fetch)
        if found is None:
            return None, GalleryIndex.empty(self._network_sha384)
        etag, content = found
        try:
            return etag, parse_index(content, self._network_sha384)
        except OtherNetworkError as error:
            return etag, replace(GalleryIndex.empty(self._network_sha384), version=error.version)

    def _fetch(self) -> tuple[str, bytes] | None:
        try:
            response = self._client.get_object(
                Bucket=self._bucket, Key=INDEX_KEY, ExpectedBucketOwner=self._bucket_owner
            )
        except ClientError as error:
            if error_code(error) == _ABSENT:
                return None
            raise
        with closing(response["Body"]) as body:
            return response["ETag"], body.read()

    def _write(self, index: GalleryIndex, etag: str | None) -> bool:
        """Write unless the index has changed since; tell whether it was written."""
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": INDEX_KEY,
            "Body": format_index(index),
            "ContentType": "application/octet-stream",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": self._key_arn,
            "ExpectedBucketOwner": self._bucket_owner,
        }
        if etag is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = etag

        def put() -> bool:
            try:
                self._client.put_object(**request)
            except ClientError as error:
                if error_code(error) in _OVERTAKEN:
                    return False
                raise
            return True

        return self._retry.call("writing the gallery's index", put)

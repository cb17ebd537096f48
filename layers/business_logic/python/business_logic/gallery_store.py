"""The gallery bucket: the index as it is now, fetched again only where it has changed."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from deep_learning.errors import GalleryError

from business_logic.gallery_index import GalleryIndex, parse_index
from business_logic.s3_access import RetryPolicy, error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectRequestTypeDef

INDEX_KEY = "index/gallery"
_ABSENT = "NoSuchKey"
_UNCHANGED = "304"
_MOST_BYTES = 512 * 1024 * 1024


class GalleryStore:
    """Reads the index of the gallery.

    Args:
        client: S3 client.
        bucket: the gallery bucket.
        bucket_owner: account that must own it.
        network_sha384: hash of the weights of the embedding network that is loaded.
        retry: how failures are met.

    Attributes:
        index: as of the last ``refresh``.
    """

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        bucket_owner: str,
        network_sha384: str,
        retry: RetryPolicy,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._bucket_owner = bucket_owner
        self._network_sha384 = network_sha384
        self._retry = retry
        self._etag: str | None = None
        self.index = GalleryIndex.empty(network_sha384)

    def refresh(self) -> bool:
        """Fetch the index if it changed since the last time; tell whether it did.

        A bucket without an index is an empty gallery.

        Raises:
            GalleryError: the index is damaged, or of another network.
            TransientError: it could not be read this time.
        """
        found = self._retry.call("reading the gallery's index", self._fetch)
        if found is None:
            return False
        etag, content = found
        if content is None:
            changed = self._etag is not None
            self._etag, self.index = None, GalleryIndex.empty(self._network_sha384)
            return changed
        self.index = parse_index(content, self._network_sha384)
        self._etag = etag
        return True

    def _fetch(self) -> tuple[str, bytes | None] | None:
        """Return ETag and content, or None for the content where there is no index.

        None at all where it is the one we have.
        """
        request: GetObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": INDEX_KEY,
            "ExpectedBucketOwner": self._bucket_owner,
        }
        if self._etag is not None:
            request["IfNoneMatch"] = self._etag
        try:
            response = self._client.get_object(**request)
        except ClientError as error:
            if error_code(error) == _UNCHANGED:
                return None
            if error_code(error) == _ABSENT:
                return "", None
            raise
        with closing(response["Body"]) as body:
            if response["ContentLength"] > _MOST_BYTES:
                raise GalleryError(
                    f"the gallery index has {response['ContentLength']} bytes; "
                    f"allowed are {_MOST_BYTES}"
                )
            return response["ETag"], body.read()

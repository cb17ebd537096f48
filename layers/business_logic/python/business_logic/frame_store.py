"""Images in buckets: reads the one an event names, the very version, and never too much."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from deep_learning.errors import Reason, RejectedInput

from business_logic.events import FrameStored
from business_logic.s3_access import RetryPolicy, error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectRequestTypeDef

_REASONS = {
    "NoSuchKey": Reason.OBJECT_MISSING,
    "NoSuchVersion": Reason.OBJECT_MISSING,
    "PreconditionFailed": Reason.SUPERSEDED,
    # What is asked for without its content has no code but the status.
    "404": Reason.OBJECT_MISSING,
    "412": Reason.SUPERSEDED,
}
_DELETE_MARKER = "x-amz-delete-marker"


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image as it is stored.

    Attributes:
        content: its bytes.
        metadata: what the uploader said of it, names in lower case.
    """

    content: bytes
    metadata: Mapping[str, str]


class FrameStore:
    """Reads frames, and photographs of people to enrol.

    Args:
        client: S3 client.
        bucket_owner: account that must own the bucket.
        max_bytes: largest image that is read; the decoder's limit.
        retry: how failures are met.
    """

    def __init__(
        self, client: S3Client, bucket_owner: str, max_bytes: int, retry: RetryPolicy
    ) -> None:
        self._client = client
        self._bucket_owner = bucket_owner
        self._max_bytes = max_bytes
        self._retry = retry

    def read(self, frame: FrameStored) -> bytes:
        """Return the bytes of ``frame``.

        An event without a version names the object by its ETag: another content under the key by
        now has an event of its own.

        Raises:
            RejectedInput: the image is too large, is no longer there, or was overwritten.
            TransientError: it could not be read this time.
        """
        return self.read_with_metadata(frame).content

    def read_with_metadata(self, frame: FrameStored) -> StoredImage:
        """Return the bytes of ``frame`` and its metadata; raises what ``read`` raises."""
        if frame.size is not None:
            self._check_size(frame.size)
        return self._retry.call(f"reading {frame.key!r}", lambda: self._read_once(frame))

    def is_there(self, frame: FrameStored) -> bool:
        """Tell whether ``frame`` is still there, the very version.

        Raises:
            TransientError: it could not be told this time.
        """
        return self._retry.call(f"looking for {frame.key!r}", lambda: self._is_there_once(frame))

    def _is_there_once(self, frame: FrameStored) -> bool:
        try:
            self._client.head_object(**self._request(frame))
        except ClientError as error:
            if _reason(error) is None:
                raise
            return False
        return True

    def _read_once(self, frame: FrameStored) -> StoredImage:
        try:
            response = self._client.get_object(**self._request(frame))
        except ClientError as error:
            reason = _reason(error)
            if reason is None:
                raise
            raise RejectedInput(reason, f"{frame.key!r}, version {frame.version_id}") from error
        with closing(response["Body"]) as body:
            # HTTP gives no more than was announced; botocore sees to it that it is no less, and
            # compares the checksum.
            self._check_size(response["ContentLength"])
            return StoredImage(body.read(), response["Metadata"])

    def _request(self, frame: FrameStored) -> HeadObjectRequestTypeDef:
        request: HeadObjectRequestTypeDef = {
            "Bucket": frame.bucket,
            "Key": frame.key,
            "ExpectedBucketOwner": self._bucket_owner,
        }
        if frame.version_id is not None:
            request["VersionId"] = frame.version_id
        elif frame.etag is not None:
            request["IfMatch"] = f'"{frame.etag}"'
        return request

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise RejectedInput(
                Reason.TOO_LARGE, f"object of {size} bytes: at most {self._max_bytes} allowed"
            )


def _reason(error: ClientError) -> Reason | None:
    """Tell why the image will never be there; None where the failure may have another cause."""
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if headers.get(_DELETE_MARKER) == "true":
        return Reason.OBJECT_MISSING
    return _REASONS.get(error_code(error))

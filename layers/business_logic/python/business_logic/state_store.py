"""The state of each camera in the results bucket, ``state/<camera_id>.json``.

It is changed with conditional writes alone: of several at a time exactly one succeeds, and the
others have to look again.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from business_logic.camera_state import format_state
from business_logic.frame_keys import state_key
from business_logic.result_store import encode
from business_logic.s3_access import RetryPolicy, error_code
from business_logic.sightings import CameraState

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

_ABSENT = "NoSuchKey"
_FORBIDDEN = "AccessDenied"
# Somebody else was faster: 412 where it was done, 409 while it is being done, 404 where it was
# deleted.
_OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict", _ABSENT}


@dataclass(frozen=True, slots=True)
class StoredState:
    """A state as it lies in the bucket; without ETag and content where there is none."""

    etag: str | None = None
    content: bytes = b""


class StateStore:
    """Reads and writes states.

    Args:
        client: S3 client.
        bucket: the results bucket.
        bucket_owner: account that must own it.
        key_arn: KMS key to encrypt with.
        retry: how failures are met.
    """

    def __init__(
        self, client: S3Client, bucket: str, bucket_owner: str, key_arn: str, retry: RetryPolicy
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._bucket_owner = bucket_owner
        self._key_arn = key_arn
        self._retry = retry

    def read(self, camera: str, *, exists: bool = False) -> StoredState:
        """Return what is stored of a camera.

        Args:
            camera: its id.
            exists: whether there is known to be something. To who may not list a bucket S3 answers
                "forbidden" instead of "not there", and the function may not: so the one is taken
                for the other, unless this is true.

        Raises:
            TransientError: it could not be read.
        """
        return self._retry.call(
            f"reading the state of {camera!r}", lambda: self._get(camera, exists)
        )

    def write(self, camera: str, state: CameraState, etag: str | None) -> bool:
        """Write the state unless there is another than that of ``etag``; tell whether it was.

        Args:
            camera: its id.
            state: to write.
            etag: of what was read, None where there was nothing.

        Raises:
            TransientError: it could not be written.
        """
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": state_key(camera),
            "Body": encode(format_state(state)),
            "ContentType": "application/json",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": self._key_arn,
            "BucketKeyEnabled": True,
            "ExpectedBucketOwner": self._bucket_owner,
        }
        if etag is None:
            request["IfNoneMatch"] = "*"
        else:
            request["IfMatch"] = etag
        return self._retry.call(f"writing the state of {camera!r}", lambda: self._put(request))

    def pause(self) -> None:
        """Wait a moment before looking again."""
        self._retry.pause()

    def _get(self, camera: str, exists: bool) -> StoredState:
        try:
            response = self._client.get_object(
                Bucket=self._bucket,
                Key=state_key(camera),
                ExpectedBucketOwner=self._bucket_owner,
            )
        except ClientError as error:
            code = error_code(error)
            if code == _ABSENT or (code == _FORBIDDEN and not exists):
                return StoredState()
            raise
        with closing(response["Body"]) as body:
            return StoredState(response["ETag"], body.read())

    def _put(self, request: PutObjectRequestTypeDef) -> bool:
        try:
            self._client.put_object(**request)
        except ClientError as error:
            if error_code(error) in _OVERTAKEN:
                return False
            raise
        return True

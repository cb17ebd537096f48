"""The results bucket: what is written there is written once, encrypted with our key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from business_logic.record import Json
from business_logic.s3_access import RetryPolicy, error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_ALREADY_THERE = "PreconditionFailed"


class ResultStore:
    """Writes records and alerts, and tells of a key whether it is there; reads none.

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

    def put_once(self, key: str, document: Json) -> bool:
        """Write ``document`` unless there is one at ``key``; tell whether it was written.

        Of several writers, at whatever time, exactly one succeeds: what it wrote stays.

        Raises:
            TransientError: it could not be written this time.
        """
        content = encode(document)
        return self._retry.call(f"writing {key!r}", lambda: self._put_once(key, content))

    def exists(self, key: str) -> bool:
        """Tell whether something was written at ``key``.

        By a listing, since asking for the object takes the permission to read it.

        Raises:
            TransientError: it could not be told this time.
        """
        return self._retry.call(f"looking for {key!r}", lambda: self._is_listed(key))

    def _is_listed(self, key: str) -> bool:
        # Keys are listed in their order: of those that begin with the key it is the first itself.
        listing = self._client.list_objects_v2(
            Bucket=self._bucket,
            Prefix=key,
            MaxKeys=1,
            ExpectedBucketOwner=self._bucket_owner,
        )
        return any(item["Key"] == key for item in listing.get("Contents", []))

    def _put_once(self, key: str, content: bytes) -> bool:
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentType="application/json",
                IfNoneMatch="*",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_arn,
                BucketKeyEnabled=True,
                ExpectedBucketOwner=self._bucket_owner,
            )
        except ClientError as error:
            if error_code(error) == _ALREADY_THERE:
                return False
            raise
        return True


def encode(document: Json) -> bytes:
    """Return the bytes of a document: the same for the same content."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()

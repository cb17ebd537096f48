"""Results of a workflow function: files in a bucket; what was there is replaced.

Replaced, for a video that is sent again has other images under the same names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from business_logic.s3_access import RetryPolicy

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class FolderStore:
    """Writes files.

    Args:
        client: S3 client.
        bucket: where to.
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

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Write a file.

        Raises:
            TransientError: it could not be written this time.
        """
        self._retry.call(f"writing {key!r}", lambda: self._put(key, content, content_type))

    def _put(self, key: str, content: bytes, content_type: str) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            ContentType=content_type,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=self._key_arn,
            BucketKeyEnabled=True,
            ExpectedBucketOwner=self._bucket_owner,
        )

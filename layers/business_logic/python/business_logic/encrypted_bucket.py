"""A bucket of ours: who must own it, which key encrypts what is written, how failures are met."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from business_logic.s3_access import RetryPolicy

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

JSON_TYPE = "application/json"
WHERE_ABSENT = "*"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object's ETag and content."""

    etag: str
    content: bytes


@dataclass(frozen=True, slots=True)
class EncryptedBucket:
    """The bucket; its stores tell what lies in it.

    Attributes:
        client: S3 client.
        name: of the bucket.
        owner: account that must own it.
        key_arn: KMS key to encrypt with.
        retry: for the stores' calls.
    """

    client: S3Client
    name: str
    owner: str
    key_arn: str
    retry: RetryPolicy

    def get(self, key: str) -> StoredObject:
        """Return an object; one try.

        Raises:
            ClientError: as S3 refuses.
        """
        response = self.client.get_object(Bucket=self.name, Key=key, ExpectedBucketOwner=self.owner)
        with closing(response["Body"]) as body:
            return StoredObject(response["ETag"], body.read())

    def put(
        self, key: str, content: bytes, content_type: str = JSON_TYPE, only: str | None = None
    ) -> None:
        """Write an object; one try.

        Args:
            key: where to.
            content: of the object.
            content_type: its MIME type.
            only: where there is an object of this ETag, or with ``WHERE_ABSENT`` none; None to
                replace whatever is there.

        Raises:
            ClientError: as S3 refuses.
        """
        request: PutObjectRequestTypeDef = {
            "Bucket": self.name,
            "Key": key,
            "Body": content,
            "ContentType": content_type,
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": self.key_arn,
            "BucketKeyEnabled": True,
            "ExpectedBucketOwner": self.owner,
        }
        if only == WHERE_ABSENT:
            request["IfNoneMatch"] = WHERE_ABSENT
        elif only is not None:
            request["IfMatch"] = only
        self.client.put_object(**request)

"""The results bucket: what is written there is written once, encrypted with our key."""

from __future__ import annotations

import json

from botocore.exceptions import ClientError

from business_logic.encrypted_bucket import WHERE_ABSENT, EncryptedBucket
from business_logic.record import Json
from business_logic.s3_access import error_code

_ALREADY_THERE = "PreconditionFailed"


class ResultStore:
    """Writes records and alerts, and tells of a key whether it is there; reads none.

    Args:
        bucket: the results bucket.
    """

    def __init__(self, bucket: EncryptedBucket) -> None:
        self._bucket = bucket

    def put_once(self, key: str, document: Json) -> bool:
        """Write ``document`` unless there is one at ``key``; tell whether it was written.

        Of several writers, at whatever time, exactly one succeeds: what it wrote stays.

        Raises:
            TransientError: it could not be written this time.
        """
        content = encode(document)
        return self._bucket.retry.call(f"writing {key!r}", lambda: self._put_once(key, content))

    def exists(self, key: str) -> bool:
        """Tell whether something was written at ``key``.

        By a listing, since asking for the object takes the permission to read it.

        Raises:
            TransientError: it could not be told this time.
        """
        return self._bucket.retry.call(f"looking for {key!r}", lambda: self._is_listed(key))

    def _is_listed(self, key: str) -> bool:
        # Keys are listed in their order: of those that begin with the key it is the first itself.
        bucket = self._bucket
        listing = bucket.client.list_objects_v2(
            Bucket=bucket.name, Prefix=key, MaxKeys=1, ExpectedBucketOwner=bucket.owner
        )
        return any(item["Key"] == key for item in listing.get("Contents", []))

    def _put_once(self, key: str, content: bytes) -> bool:
        try:
            self._bucket.put(key, content, only=WHERE_ABSENT)
        except ClientError as error:
            if error_code(error) == _ALREADY_THERE:
                return False
            raise
        return True


def encode(document: Json) -> bytes:
    """Return the bytes of a document: the same for the same content."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()

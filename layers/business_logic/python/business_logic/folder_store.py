"""Results of a workflow function: files in a bucket; what was there is replaced.

Replaced, for a video that is sent again has other images under the same names.
"""

from __future__ import annotations

from business_logic.encrypted_bucket import EncryptedBucket


class FolderStore:
    """Writes files.

    Args:
        bucket: where to.
    """

    def __init__(self, bucket: EncryptedBucket) -> None:
        self._bucket = bucket

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Write a file.

        Raises:
            TransientError: it could not be written this time.
        """
        self._bucket.retry.call(
            f"writing {key!r}", lambda: self._bucket.put(key, content, content_type)
        )

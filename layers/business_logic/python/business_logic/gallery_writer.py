"""Changes the gallery's index; of changes made at the same time none is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from botocore.exceptions import ClientError
from deep_learning.errors import TransientError

from business_logic.encrypted_bucket import WHERE_ABSENT, EncryptedBucket, StoredObject
from business_logic.gallery_index import (
    GalleryIndex,
    OtherNetworkError,
    format_index,
    parse_index,
)
from business_logic.gallery_store import INDEX_KEY
from business_logic.s3_access import error_code

_ABSENT = "NoSuchKey"
# Somebody else was faster: 412 where it was done, 409 while it is being done.
_OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict"}
_TRIES = 30

Change = Callable[[GalleryIndex], GalleryIndex | None]
"""Given the present index, returns the one to write instead, None to leave it as it is."""


class GalleryWriter:
    """Writes the index of the gallery.

    Args:
        bucket: of the gallery.
        network_sha384: hash of the weights of the network that makes the templates.
    """

    def __init__(self, bucket: EncryptedBucket, network_sha384: str) -> None:
        self._bucket = bucket
        self._network_sha384 = network_sha384

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
            self._bucket.retry.pause()
        raise TransientError(f"writing the gallery's index: overtaken {_TRIES} times")

    def read(self) -> tuple[str | None, GalleryIndex]:
        """Return ETag and index; no ETag and nobody where there is none yet.

        Raises:
            GalleryError: the index is damaged.
            TransientError: it could not be read.
        """
        found = self._bucket.retry.call("reading the gallery's index", self._fetch)
        if found is None:
            return None, GalleryIndex.empty(self._network_sha384)
        try:
            return found.etag, parse_index(found.content, self._network_sha384)
        except OtherNetworkError as error:
            empty = GalleryIndex.empty(self._network_sha384)
            return found.etag, replace(empty, version=error.version)

    def _fetch(self) -> StoredObject | None:
        try:
            return self._bucket.get(INDEX_KEY)
        except ClientError as error:
            if error_code(error) == _ABSENT:
                return None
            raise

    def _write(self, index: GalleryIndex, etag: str | None) -> bool:
        """Write unless the index has changed since; tell whether it was written."""
        content, only = format_index(index), etag or WHERE_ABSENT

        def put() -> bool:
            try:
                self._bucket.put(INDEX_KEY, content, "application/octet-stream", only)
            except ClientError as error:
                if error_code(error) in _OVERTAKEN:
                    return False
                raise
            return True

        return self._bucket.retry.call("writing the gallery's index", put)

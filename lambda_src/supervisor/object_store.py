"""Objects of an S3-compatible store: read into a file, written from one."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from supervisor.errors import StorageFailed
from supervisor.storage_failures import EXISTS, error_code, may_pass, storage_failure

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

DIGEST = "sha256"
"""Name of the metadata that tells an object's content."""

_BLOCK = 1 << 20
# The most that a single PUT may bring (Amazon S3 user guide, "Uploading objects").
_MOST_BYTES = 5 << 30
_TRIES, _PAUSE_S = 3, 0.2
_NO_CONDITIONS = {"NotImplemented", "501"}

Result = TypeVar("Result")


class ObjectStore:
    """Reads and writes objects.

    Args:
        client: of the store.
        owner: account that must own the buckets; None where there are no accounts.
        pause: waits seconds between one try and the next.
        looks_first: before each write, for stores that overwrite although asked not to: Ceph's
            RADOS gateway 16 takes no notice of ``If-None-Match``.
    """

    def __init__(
        self,
        client: S3Client,
        owner: str | None = None,
        pause: Callable[[float], None] = time.sleep,
        *,
        looks_first: bool = False,
    ) -> None:
        self.client = client
        self._owned: dict[str, Any] = {} if owner is None else {"ExpectedBucketOwner": owner}
        self._pause = pause
        self._looks_first = looks_first

    def download(
        self, bucket: str, key: str, path: Path, version_id: str | None, etag: str | None
    ) -> None:
        """Read an object into a file.

        Args:
            bucket: the bucket.
            key: the key.
            path: of the file; made anew.
            version_id: None is the newest.
            etag: that the object must have, where no version is told.

        Raises:
            ObjectMissing: there is no such object.
            ObjectChanged: its ETag is another.
            StorageFailed: it could not be read, or not all of it.
        """
        which: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        if not which and etag:
            which = {"IfMatch": etag}

        def attempt() -> None:
            answer = self.client.get_object(Bucket=bucket, Key=key, **which, **self._owned)
            with closing(answer["Body"]) as body, path.open("wb") as file:
                size = sum(file.write(block) for block in body.iter_chunks(_BLOCK))
            if size != answer["ContentLength"]:
                raise HTTPError(f"{size} of {answer['ContentLength']} bytes came")

        self._call(f"reading {key!r} of {bucket!r}", attempt)

    def upload(
        self, path: Path, bucket: str, key: str, tags: Sequence[tuple[str, str]] = ()
    ) -> bool:
        """Store a file as an object, unless the object is there with the same content.

        So a delivery that is repeated because its answer was lost raises no second event.

        Returns:
            Whether it was written.

        Raises:
            StorageFailed: it could not be written.
        """
        with _opened(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        given: dict[str, Any] = {"Bucket": bucket, "Key": key, "Metadata": {DIGEST: digest}}
        # Not every store takes a plus for a space.
        given |= {"Tagging": urlencode(tags, quote_via=quote, safe="")} if tags else {}
        given |= self._owned

        def put(**condition: Any) -> None:
            with _opened(path) as file:
                self.client.put_object(Body=file, **given, **condition)

        def attempt() -> bool:
            if self._looks_first and self._digest(bucket, key) == digest:
                return False
            try:
                put(IfNoneMatch="*")
            except ClientError as error:
                if error_code(error) not in EXISTS | _NO_CONDITIONS:
                    raise
                if error_code(error) in EXISTS and self._digest(bucket, key) == digest:
                    return False
                put()
            return True

        return self._call(f"writing {key!r} of {bucket!r}", attempt)

    def _digest(self, bucket: str, key: str) -> str | None:
        try:
            metadata = self.client.head_object(Bucket=bucket, Key=key, **self._owned)["Metadata"]
        except ClientError as error:
            if may_pass(error):
                raise
            # Without leave to look, or where there is no object, it is simply written.
            return None
        return metadata.get(DIGEST)

    def _call(self, action: str, attempt: Callable[[], Result]) -> Result:
        for number in range(1, _TRIES):
            with suppress(BotoCoreError, ClientError, HTTPError):
                return _translated(action, attempt)
            self._pause(_PAUSE_S * 2 ** (number - 1))
        return _translated(action, attempt, is_last=True)


def _translated(action: str, attempt: Callable[[], Result], is_last: bool = False) -> Result:
    """Return the result; what may pass is raised as it is unless this was the last try."""
    try:
        return attempt()
    except (BotoCoreError, ClientError, HTTPError) as error:
        if may_pass(error) and not is_last:
            raise
        raise storage_failure(action, error) from error


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file for reading, never what a link points at.

    Raises:
        StorageFailed: it is larger than one PUT may be.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        if (size := os.fstat(file.fileno()).st_size) > _MOST_BYTES:
            raise StorageFailed(f"{path.name} has {size} bytes; allowed are {_MOST_BYTES}", False)
        yield file

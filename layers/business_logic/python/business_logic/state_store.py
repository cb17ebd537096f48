"""The state of each camera in the results bucket, ``state/<camera_id>.json``.

It is changed with conditional writes alone: of several at a time exactly one succeeds, and the
others have to look again.
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import ClientError

from business_logic.camera_state import format_state
from business_logic.encrypted_bucket import WHERE_ABSENT, EncryptedBucket
from business_logic.frame_keys import state_key
from business_logic.result_store import encode
from business_logic.s3_access import error_code
from business_logic.sightings import CameraState

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
        bucket: the results bucket.
    """

    def __init__(self, bucket: EncryptedBucket) -> None:
        self._bucket = bucket

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
        return self._bucket.retry.call(
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
        key, content = state_key(camera), encode(format_state(state))
        return self._bucket.retry.call(
            f"writing the state of {camera!r}",
            lambda: self._put(key, content, etag or WHERE_ABSENT),
        )

    def pause(self) -> None:
        """Wait a moment before looking again."""
        self._bucket.retry.pause()

    def _get(self, camera: str, exists: bool) -> StoredState:
        try:
            found = self._bucket.get(state_key(camera))
        except ClientError as error:
            code = error_code(error)
            if code == _ABSENT or (code == _FORBIDDEN and not exists):
                return StoredState()
            raise
        return StoredState(found.etag, found.content)

    def _put(self, key: str, content: bytes, only: str) -> bool:
        try:
            self._bucket.put(key, content, only=only)
        except ClientError as error:
            if error_code(error) in _OVERTAKEN:
                return False
            raise
        return True

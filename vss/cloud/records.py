"""Read records from the results bucket, and wait for those of frames just dropped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.record import RECORD_FORMAT, Json

from vss.cloud.deployment import Deployment, DeploymentError

_PREFIX = "records/"
_READS_AT_ONCE = 8
_POLL_S = 0.5
_POLL_AWS_S = 5.0  # S3 charges for each listing
# A clock here that runs a little ahead of S3's must not hide the records that are waited for.
_CLOCK_SLACK = timedelta(minutes=10)
_LATENESS = timedelta(hours=1)


class RecordReader:
    """Reads each record of a deployment once, oldest first within a camera.

    Attributes:
        camera_id: only this camera's, all where None.
        since: only frames that arrived then or later.
        is_local: whether listing costs nothing.
    """

    def __init__(self, deployment: Deployment, camera_id: str | None, since: datetime) -> None:
        self._deployment = deployment
        self._bucket = deployment.output("ResultsBucket")
        self.is_local = deployment.is_local
        self.camera_id = camera_id
        self.since = since
        self._seen: set[str] = set()

    @classmethod
    def of_new(cls, deployment: Deployment, camera_id: str | None) -> Self:
        """Return a reader for the records of frames that are dropped from now on."""
        return cls(deployment, camera_id, datetime.now(UTC) - _CLOCK_SLACK)

    def read_new(self) -> list[Json]:
        """Return the records that were not returned before.

        Raises:
            DeploymentError: the results bucket cannot be read.
        """
        try:
            keys = [key for key in self._keys() if key not in self._seen]
            with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
                records = list(pool.map(self._read, keys))
        except (ClientError, BotoCoreError) as error:
            raise DeploymentError(f"bucket {self._bucket} cannot be read: {error}") from error
        self._seen.update(keys)
        return records

    def _keys(self) -> Iterator[str]:
        cameras = [self.camera_id] if self.camera_id else list(self._cameras())
        for camera in cameras:
            yield from self._keys_of(f"{_PREFIX}{camera}/")

    def _cameras(self) -> Iterator[str]:
        pages = self._deployment.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=_PREFIX, Delimiter="/"):
            for prefix in page.get("CommonPrefixes", []):
                yield prefix["Prefix"].removeprefix(_PREFIX).rstrip("/")

    def _keys_of(self, camera_prefix: str) -> Iterator[str]:
        """List from the first possible key on: keys of a camera sort by the frame's arrival."""
        first = f"{camera_prefix}{self.since:%Y/%m/%d/%H%M%S}"
        pages = self._deployment.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=camera_prefix, StartAfter=first):
            yield from (item["Key"] for item in page.get("Contents", []))

    def _read(self, key: str) -> Json:
        body = self._deployment.s3.get_object(Bucket=self._bucket, Key=key)["Body"]
        record: Json = json.loads(body.read())
        if record.get("format") != RECORD_FORMAT:
            raise DeploymentError(f"{key} in bucket {self._bucket} is no {RECORD_FORMAT}")
        return record


def follow(reader: RecordReader) -> Iterator[Json]:
    """Yield records as they come, for ever."""
    while True:
        yield from reader.read_new()
        # Keys sort by the frame's arrival, and a frame may wait in the queue before its record.
        reader.since = max(reader.since, datetime.now(UTC) - _LATENESS)
        time.sleep(_POLL_S if reader.is_local else _POLL_AWS_S)


def await_records(
    reader: RecordReader,
    wanted: Iterable[tuple[str, str]],
    limit_s: float,
    arrived: Callable[[Json], None],
) -> dict[tuple[str, str], Json]:
    """Wait for the records of ``wanted``, (key, version id) of each frame.

    ``arrived`` is told of each. What has not come within ``limit_s`` is missing from the result.
    """
    missing = set(wanted)
    found: dict[tuple[str, str], Json] = {}
    deadline = time.monotonic() + limit_s
    while missing and time.monotonic() < deadline:
        for record in reader.read_new():
            frame = (record["frame"]["key"], record["frame"]["version_id"])
            if frame in missing:
                missing.discard(frame)
                found[frame] = record
                arrived(record)
        if missing:
            time.sleep(_POLL_S)
    return found

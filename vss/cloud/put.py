"""Drop images into the frames bucket, as a camera does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import Deployment, DeploymentError

KEY_LIMIT_BYTES = 1024
_UPLOADS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Dropped:
    """An image that lies in the frames bucket: where it came from, its key and its version."""

    path: Path
    key: str
    version_id: str

    @property
    def frame(self) -> tuple[str, str]:
        """What a record names its frame by: key and version id."""
        return self.key, self.version_id


def frame_key(camera_id: str, path: Path, now: datetime) -> str:
    """Return the key of a new frame: sorted by time, the file's name at its end.

    Raises:
        ConfigurationError: the name makes the key longer than S3 allows.
    """
    key = f"incoming/{camera_id}/{now:%Y/%m/%d/%H%M%S}-{path.name}"
    if len(key.encode()) > KEY_LIMIT_BYTES:
        raise ConfigurationError(
            f"{path.name}: the key would have {len(key.encode())} bytes, "
            f"S3 allows {KEY_LIMIT_BYTES}"
        )
    return key


def put_images(
    deployment: Deployment,
    paths: Sequence[Path],
    camera_id: str,
    dropped: Callable[[Dropped], None],
) -> list[Dropped]:
    """Upload ``paths`` as frames of one camera; ``dropped`` is told of each that has arrived.

    Raises:
        DeploymentError: the bucket refuses an image; those that arrived are kept.
        OSError: a file cannot be read.
    """
    now = datetime.now(UTC)
    keys = [frame_key(camera_id, path, now) for path in paths]
    with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as pool:
        results = []
        for result in pool.map(lambda item: _put(deployment, *item), zip(paths, keys, strict=True)):
            dropped(result)
            results.append(result)
        return results


def _put(deployment: Deployment, path: Path, key: str) -> Dropped:
    bucket = deployment.output("FramesBucket")
    try:
        response = deployment.s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=path.read_bytes(),
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=deployment.output("DataKeyArn"),
        )
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"{path} was not taken by bucket {bucket}: {error}") from error
    return Dropped(path, key, response["VersionId"])


def image_paths(named: Sequence[Path]) -> Iterator[Path]:
    """Yield the files named, and all files of folders; what they are is for the system to judge.

    Raises:
        OSError: something named does not exist, or a folder is empty.
    """
    for path in named:
        if path.is_dir():
            files = sorted(entry for entry in path.rglob("*") if entry.is_file())
            if not files:
                raise FileNotFoundError(f"{path} holds no file")
            yield from files
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(f"{path} is neither a file nor a folder")

"""The code of a function and its layers, fetched from the asset bucket and unpacked."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from vss.local.data_plane.configuration import FunctionConfiguration, S3Object
from vss.local.data_plane.errors import DataPlaneError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Lambda's limit for a function and all its layers together, unzipped.
MAX_BYTES = 262_144_000
_COMPLETE = ".complete"
# Readable by everyone, as in Lambda; writable by us, since later layers overwrite earlier ones.
_PERMISSIONS = 0o644


@dataclass(frozen=True, slots=True)
class CodePackage:
    """Unpacked code.

    Attributes:
        task: what the function sees as ``/var/task``.
        layers: what it sees as ``/opt``.
    """

    task: Path
    layers: Path


def fetch(s3: S3Client, function: FunctionConfiguration, folder: Path) -> CodePackage:
    """Unpack a function and its layers below ``folder`` unless they lie there already.

    The names of assets are hashes of their content, so what was unpacked once stays right.

    Raises:
        DataPlaneError: the unpacked size is over Lambda's limit, or an asset is no archive.
    """
    sources = (function.code, *function.layers)
    digest = hashlib.sha256("\0".join(f"{s.bucket}/{s.key}" for s in sources).encode())
    target = folder / f"{function.name}-{digest.hexdigest()[:16]}"
    package = CodePackage(target / "task", target / "opt")
    if (target / _COMPLETE).exists():
        return package
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        part = Path(temporary, "part")
        _unpack_all(s3, function.name, part / "task", [function.code])
        _unpack_all(s3, function.name, part / "opt", function.layers)
        _check_size(function.name, part)
        (part / _COMPLETE).touch()
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
    return package


def _unpack_all(s3: S3Client, name: str, target: Path, sources: Sequence[S3Object]) -> None:
    target.mkdir(parents=True)
    for source in sources:
        with tempfile.TemporaryFile() as archive:
            answer = s3.get_object(Bucket=source.bucket, Key=source.key)
            shutil.copyfileobj(answer["Body"], archive)
            try:
                _unpack(archive, target)
            except zipfile.BadZipFile as error:
                raise DataPlaneError(
                    f"{name}: s3://{source.bucket}/{source.key} is no archive: {error}"
                ) from error


def _unpack(archive: IO[bytes], target: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            path = Path(opened.extract(entry, target))
            if mode := (entry.external_attr >> 16) & 0o777:
                path.chmod(mode | _PERMISSIONS)


def _check_size(name: str, folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MAX_BYTES:
        raise DataPlaneError(
            f"{name}: code and layers have {size:,} bytes unzipped, Lambda allows {MAX_BYTES:,}"
        )

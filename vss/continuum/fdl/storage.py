"""Where functions read and write: a folder of a storage provider."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from vss.continuum.fdl.base import FdlModel, Line, Many, any_case, not_allowed
from vss.continuum.fdl.limits import STORAGE_PATH_BYTES

DEFAULT_PROVIDER = "default"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
_BUCKET_ALLOWED = (
    "bucket/folder…, the bucket of 3 to 63 lower-case letters, digits, hyphens and dots"
)


class ProviderType(StrEnum):
    """The kinds of storage an FDL file may name."""

    S3 = "s3"
    MINIO = "minio"
    ONEDATA = "onedata"
    WEBDAV = "webdav"
    RUCIO = "rucio"

    @property
    def has_buckets(self) -> bool:
        """Whether the first folder of a path is a bucket."""
        return self in (ProviderType.S3, ProviderType.MINIO)


_PROVIDERS_ALLOWED = f"one of {', '.join(ProviderType)}, alone or with an id: minio.my_minio"


def _provider(text: str) -> str:
    """Bring ``S3.my_s3`` and ``minio.default`` into one spelling: ``s3.my_s3``, ``minio``."""
    kind, dot, name = text.partition(".")
    if kind.lower() not in list(ProviderType) or (dot and not name):
        raise not_allowed(_PROVIDERS_ALLOWED)
    return kind.lower() if name in ("", DEFAULT_PROVIDER) else f"{kind.lower()}.{name}"


def _path(text: str) -> str:
    trimmed = text.strip("/")
    if not trimmed or any(part.strip() in ("", ".", "..") for part in trimmed.split("/")):
        raise not_allowed("bucket/folder…, no part of it empty, . or ..")
    if not trimmed.isprintable():
        raise not_allowed("a path of printable characters")
    if len(trimmed.encode()) > STORAGE_PATH_BYTES:
        raise not_allowed(f"a path of up to {STORAGE_PATH_BYTES} bytes")
    return trimmed


class Location(FdlModel):
    """A folder of a storage provider, as in ``mount``.

    Attributes:
        storage_provider: ``type`` or ``type.id``; the type in lower case, the id ``default`` left
            out.
        path: without slashes at its ends; in s3 and minio its first folder is the bucket.
    """

    storage_provider: Annotated[
        str,
        AfterValidator(_provider),
        Field(
            json_schema_extra={
                "pattern": rf"^(?:{'|'.join(map(any_case, ProviderType))})(?:\..+)?$"
            }
        ),
    ]
    path: Annotated[str, AfterValidator(_path)]

    @property
    def provider_type(self) -> ProviderType:
        """The kind of storage."""
        return ProviderType(self.storage_provider.partition(".")[0])

    @property
    def provider_id(self) -> str:
        """The id under ``storage_providers.<type>``."""
        return self.storage_provider.partition(".")[2] or DEFAULT_PROVIDER

    @property
    def bucket(self) -> str:
        """The bucket (s3, minio), or the first folder (others)."""
        return self.path.partition("/")[0]

    @property
    def folders(self) -> str:
        """What follows the bucket, without slashes at its ends; empty for a bare bucket."""
        return self.path.partition("/")[2]

    @property
    def key_prefix(self) -> str:
        """What the keys of its objects begin with: ``folders/``, or nothing for a bare bucket."""
        return f"{self.folders}/" if self.folders else ""

    @field_validator("path")
    @classmethod
    def _bucket_is_named_as_one(cls, path: str, info: ValidationInfo) -> str:
        kind = info.data.get("storage_provider", "").partition(".")[0]
        if not kind or not ProviderType(kind).has_buckets:
            return path
        if _BUCKET.fullmatch(path.partition("/")[0]) is None:
            raise not_allowed(_BUCKET_ALLOWED)
        return path


class StoragePath(Location):
    """One entry of ``input`` or ``output``.

    Attributes:
        suffix: of an output: only files whose path ends so are uploaded; empty: all.
        prefix: of an output: only files whose path below the output folder begins so.
    """

    suffix: Many[Line] = ()
    prefix: Many[Line] = ()

    def accepts(self, relative_path: str) -> bool:
        """Return whether a file, by its path below the output folder, is uploaded here."""
        return (not self.prefix or relative_path.startswith(self.prefix)) and (
            not self.suffix or relative_path.endswith(self.suffix)
        )

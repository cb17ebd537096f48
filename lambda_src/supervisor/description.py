"""What a function is: its script, where its inputs come from and its outputs go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from supervisor.errors import InvalidDescription

TIMEOUT_THRESHOLD_S = 10.0
DEFAULT_ID = "default"
KINDS = ("s3", "minio")


@dataclass(frozen=True, slots=True)
class StoragePlace:
    """A folder of a bucket.

    Attributes:
        kind: ``s3`` or ``minio``.
        provider_id: which of the providers of that kind.
        bucket: the bucket.
        folder: without slashes at its ends; empty is the whole bucket.
    """

    kind: str
    provider_id: str
    bucket: str
    folder: str = ""

    @classmethod
    def parse(cls, provider: str, path: str) -> StoragePlace:
        """Read ``type[.id]`` and ``bucket/folder…``.

        Raises:
            InvalidDescription: the type has no store here, or there is no bucket.
        """
        kind, _, provider_id = provider.partition(".")
        if kind.lower() not in KINDS:
            raise InvalidDescription(
                f"storage provider {provider!r}: objects of {kind!r} cannot be read or written "
                f"here; allowed are {', '.join(KINDS)}"
            )
        bucket, _, folder = path.strip("/").partition("/")
        if not bucket:
            raise InvalidDescription(f"path {path!r} of {provider!r} names no bucket")
        return cls(kind.lower(), provider_id or DEFAULT_ID, bucket, folder.strip("/"))

    @property
    def provider(self) -> str:
        """``kind.id``."""
        return f"{self.kind}.{self.provider_id}"

    def holds(self, bucket: str, key: str) -> bool:
        """Tell whether an object lies here."""
        return bucket == self.bucket and (not self.folder or key.startswith(f"{self.folder}/"))

    def key(self, relative: str) -> str:
        """Return the key of ``relative``, a path below this folder."""
        return f"{self.folder}/{relative}" if self.folder else relative


@dataclass(frozen=True, slots=True)
class Output:
    """Where output files go, and which of them.

    Attributes:
        place: the folder.
        prefixes: a file's path must begin with one of them; none lets all through.
        suffixes: and end with one of these, likewise.
        tags: name and value of each tag that every object gets.
    """

    place: StoragePlace
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()

    def takes(self, relative: str) -> bool:
        """Tell whether the file with this path below ``$TMP_OUTPUT_DIR`` is stored here."""
        return (not self.prefixes or relative.startswith(self.prefixes)) and (
            not self.suffixes or relative.endswith(self.suffixes)
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """Access to a storage provider; each value is a secret's text or a reference to one.

    See `supervisor.secret_references`.
    """

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """An S3-compatible store.

    Attributes:
        credentials: None: those of the function's role.
        endpoint: address of the store; None is AWS.
        region: of the store; None is the function's.
        verify: check the certificate of the endpoint; a path names the authorities to trust.
    """

    credentials: Credentials | None = None
    endpoint: str | None = None
    region: str | None = None
    verify: bool | str = True


@dataclass(frozen=True, slots=True)
class FunctionDescription:
    """A function.

    Attributes:
        name: of the function.
        script: its text.
        inputs: where objects come from; an event of any other place is refused.
        outputs: where its files go, in this order.
        providers: by ``kind.id``.
        variables: environment of the script.
        secrets: environment of the script that no log may tell: texts or references.
        timeout_threshold_s: the script is ended so long before the function's own deadline.
        download_input: without it the script fetches the object itself.
        bucket_owner: account that must own the buckets that are reached by the function's role.
    """

    name: str
    script: str = field(repr=False)
    inputs: tuple[StoragePlace, ...] = ()
    outputs: tuple[Output, ...] = ()
    providers: Mapping[str, Provider] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_threshold_s: float = TIMEOUT_THRESHOLD_S
    download_input: bool = True
    bucket_owner: str | None = None

    def input_of(self, kinds: tuple[str, ...], bucket: str, key: str) -> StoragePlace | None:
        """Return the input that an object of one of the kinds of store belongs to."""
        return next((i for i in self.inputs if i.kind in kinds and i.holds(bucket, key)), None)

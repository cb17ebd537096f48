"""The models bucket: the networks, for deployments that fetch them when they start."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from deep_learning.catalogue import Catalogue
from deep_learning.errors import ModelError

from business_logic.network_settings import NetworkSettings
from business_logic.s3_access import RetryPolicy, error_code

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_MISSING = "NoSuchKey"


def networks_of(
    settings: NetworkSettings, client: Callable[[], S3Client], bucket_owner: str
) -> AbstractContextManager[Path]:
    """Return the manifest of the networks to load, beside them: the layer's, or fetched ones.

    Args:
        settings: where they come from.
        client: makes the S3 client, where one is needed.
        bucket_owner: account that must own the models bucket.

    Raises:
        ModelError: as ``ModelStore.networks``.
        TransientError: likewise.
    """
    if settings.bucket is None:
        return nullcontext(settings.manifest)
    store = ModelStore(client(), settings.bucket, bucket_owner, RetryPolicy())
    return store.networks(settings.manifest, settings.model_set)


class ModelStore:
    """Fetches networks.

    Args:
        client: S3 client.
        bucket: the models bucket.
        bucket_owner: account that must own it.
        retry: how failures are met.
    """

    def __init__(
        self, client: S3Client, bucket: str, bucket_owner: str, retry: RetryPolicy
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._bucket_owner = bucket_owner
        self._retry = retry

    @contextmanager
    def networks(self, manifest: Path, model_set: str) -> Iterator[Path]:
        """Fetch the set ``model_set`` of ``manifest`` into a folder that is gone afterwards.

        The manifest is the layer's, so that nobody can swap a network in the bucket.

        Returns:
            The manifest's copy beside the networks.

        Raises:
            ModelError: there is no such set, or a file of it is missing, is not the one of the
                manifest, or cannot be kept.
            TransientError: a file could not be read this time.
        """
        catalogue = Catalogue.read(manifest, model_set)
        with self._folder() as name:
            folder = Path(name)
            for file in (file for entry in catalogue.networks for file in entry.files):
                self._keep(folder / file.path, self._fetch(file.path))
                if (problem := file.problem(folder)) is not None:
                    raise ModelError(f"models bucket {self._bucket}: {problem}")
            self._keep(folder / manifest.name, manifest.read_bytes())
            yield folder / manifest.name

    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        try:
            return tempfile.TemporaryDirectory(prefix="networks-", ignore_cleanup_errors=True)
        except OSError as error:
            raise ModelError(f"no folder for the networks: {error.strerror}") from error

    def _fetch(self, key: str) -> bytes:
        return self._retry.call(f"fetching {key!r}", lambda: self._read(key))

    def _read(self, key: str) -> bytes:
        try:
            response = self._client.get_object(
                Bucket=self._bucket, Key=key, ExpectedBucketOwner=self._bucket_owner
            )
        except ClientError as error:
            if error_code(error) == _MISSING:
                raise ModelError(f"models bucket {self._bucket}: {key} is missing") from error
            raise
        with closing(response["Body"]) as body:
            return body.read()

    @staticmethod
    def _keep(path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise ModelError(f"{path} cannot be written: {error.strerror}") from error

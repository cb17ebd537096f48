"""The parts the function is put together from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from business_logic.encrypted_bucket import EncryptedBucket
from business_logic.frame_store import FrameStore
from business_logic.gallery_store import GalleryStore
from business_logic.log import Log
from business_logic.metrics import Metrics
from business_logic.record_names import RecordNames
from business_logic.result_store import ResultStore
from business_logic.s3_access import RetryPolicy, s3_client
from business_logic.settings import FunctionSettings
from business_logic.silence import SilenceWatch
from business_logic.state_store import StateStore
from business_logic.telemetry import Telemetry
from deep_learning.catalogue import Catalogue, Role
from deep_learning.decode import DEFAULT_LIMITS
from high_level_algorithms.pipeline import Pipeline

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class LambdaContext(Protocol):
    """What the function asks of Lambda's context."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of the function.

    Attributes:
        log: its log lines.
        remaining_ms: tells the time until Lambda ends it.
        cold_start: whether it had to wait for the start of the environment.
    """

    log: Log
    remaining_ms: Callable[[], int]
    cold_start: bool


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks, and the pipeline that they are loaded in.

    Attributes:
        catalogue: describes them.
        pipeline: with all of them loaded.
        from_blobs: how many were compiled ahead.
        processor: the kind they are for.
    """

    catalogue: Catalogue
    pipeline: Pipeline
    from_blobs: int
    processor: str


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where it is told how the function fares."""

    telemetry: Telemetry
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Stores:
    """Where frames and the gallery come from and results go, all on one client."""

    frames: FrameStore
    gallery: GalleryStore
    results: ResultStore
    states: StateStore

    @classmethod
    def open(cls, settings: FunctionSettings, catalogue: Catalogue) -> Self:
        """Connect with a new client, hence new connections and credentials."""
        client, retry, owner = s3_client(), RetryPolicy(), settings.bucket_owner
        network = catalogue.entry(Role.FACE_EMBEDDING).weights.sha384
        results = _results_bucket(client, settings)
        return cls(
            FrameStore(client, owner, DEFAULT_LIMITS.max_bytes, retry),
            GalleryStore(client, settings.gallery_bucket, owner, network, retry),
            ResultStore(results),
            StateStore(results),
        )


def open_silence_watch(settings: FunctionSettings) -> SilenceWatch:
    """Connect what tells of silent cameras, with a client of its own."""
    client, retry, owner = s3_client(), RetryPolicy(), settings.bucket_owner
    bucket = settings.results_bucket
    names = RecordNames(client, bucket, owner, retry)
    results = ResultStore(_results_bucket(client, settings))
    return SilenceWatch(settings.silence, names, results, bucket)


def _results_bucket(client: S3Client, settings: FunctionSettings) -> EncryptedBucket:
    return EncryptedBucket(
        client,
        settings.results_bucket,
        settings.bucket_owner,
        settings.results_key_arn,
        RetryPolicy(),
    )

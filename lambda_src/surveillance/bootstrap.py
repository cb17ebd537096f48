"""Steps 2 to 7 of the paper's Figure 1: settings, networks, stores and gallery, each timed.

X-Ray drops what is recorded before the first invocation, so the timings travel along and the first
batch reports them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from time import perf_counter
from typing import Self

import cv2
from business_logic.calendar import now
from business_logic.log import Log
from business_logic.metrics import Metrics
from business_logic.model_store import networks_of
from business_logic.s3_access import s3_client
from business_logic.settings import FunctionSettings, Scope
from business_logic.silence import SilenceWatch
from business_logic.stage_clock import StageClock
from business_logic.telemetry import Telemetry
from deep_learning.catalogue import Catalogue
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings

from surveillance import STARTED_S
from surveillance.parts import (
    Invocation,
    LambdaContext,
    Networks,
    Reporting,
    open_silence_watch,
)
from surveillance.process import Surveillance


class Environment:
    """An execution environment: what lives as long as the process.

    Attributes:
        settings: the function's.
    """

    def __init__(self, settings: FunctionSettings, libraries_ms: float) -> None:
        self.settings = settings
        self._libraries_ms = libraries_ms
        self._reporting = Reporting(Telemetry(), Metrics(settings.stage))
        self._invocations = 0
        self._silence: SilenceWatch | None = None

    @classmethod
    def prepare(cls, variables: Mapping[str, str]) -> Self:
        """Steps 2 and 3: the environment is there, and the libraries of the layers.

        Raises:
            ConfigurationError: an environment variable is missing or not as it should be.
        """
        settings = FunctionSettings.from_environment(variables)
        cv2.setNumThreads(settings.networks.threads)
        return cls(settings, (perf_counter() - STARTED_S) * 1000)

    def load(self) -> Surveillance:
        """Steps 5 to 7: fetch the networks and load them, open the stores.

        Raises:
            ModelError: there is no such model set, or a network of it is missing, altered or
                breaks its contract.
            GalleryError: the gallery is damaged or of another network.
            TransientError: a bucket could not be read.
        """
        clock = StageClock()
        # In local scope the libraries are there already when networks are loaded again.
        clock.timings_ms["libraries"], self._libraries_ms = self._libraries_ms, 0.0
        networks = self._load_networks(clock)
        surveillance = Surveillance(self.settings, networks, self._reporting, clock.timings_ms)
        if self.settings.snap_start and self.settings.scope is Scope.GLOBAL:
            # No credential, connection or template may lie in the snapshot.
            _register_after_restore(surveillance.connect)
        else:
            with clock.stage("gallery"):
                surveillance.connect()
        return surveillance

    def begin_invocation(self, context: LambdaContext) -> Invocation:
        """Describe the invocation that begins now."""
        self._invocations += 1
        cold_start = self._invocations == 1 and self.settings.on_demand
        log = Log(context.aws_request_id)
        return Invocation(log, context.get_remaining_time_in_millis, cold_start)

    def check_silence(self, invocation: Invocation) -> None:
        """Tell of cameras that fell silent; needs no networks.

        Raises:
            TransientError: not all cameras could be looked at.
        """
        if self._silence is None:
            self._silence = open_silence_watch(self.settings)
        with self._reporting.telemetry.subsegment("check silence"):
            found = self._silence.check(now(), invocation.remaining_ms)
        invocation.log.info("silence checked", cameras=found.cameras, silent=found.silent)

    def _load_networks(self, clock: StageClock) -> Networks:
        settings = self.settings
        with ExitStack() as stack:
            with clock.stage("fetch_networks"):
                found = networks_of(settings.networks, s3_client, settings.bucket_owner)
                manifest = stack.enter_context(found)
            with clock.stage("load_networks"):
                catalogue = Catalogue.read(manifest, settings.networks.model_set)
                runtime = Runtime(settings.networks.threads)
                chosen = PipelineSettings(calibrated=settings.networks.calibrated)
                pipeline = Pipeline.load(runtime, catalogue, chosen)
                return Networks(catalogue, pipeline, runtime.from_blobs, runtime.processor)


def _register_after_restore(connect: Callable[[], None]) -> None:
    # Part of Lambda's Python runtimes that know snapshots; imported where there is one.
    from snapshot_restore_py import register_after_restore  # type: ignore[import-untyped]

    register_after_restore(connect)

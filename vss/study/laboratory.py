"""Starts environments of a deployed function, to see how long everything takes.

Each start is a fresh process in the sandbox of the local AWS, at the CPU share and memory limit of
the size asked for; S3 is the local one. What Lambda adds before the process starts (fetching the
code, making the machine) is not in any figure.
"""

from __future__ import annotations

import itertools
import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Self

from deep_learning.errors import ConfigurationError
from rich.console import Console

from vss.cloud.deployment import Deployment, connect_local
from vss.local import service
from vss.local.data_plane.code_package import CodePackage, fetch
from vss.local.data_plane.configuration import (
    FunctionConfiguration,
    read_function,
    read_mappings,
)
from vss.local.data_plane.environment_site import DeployedFunction, EnvironmentSite, Machine
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.execution_environment import ExecutionEnvironment
from vss.local.data_plane.function_log import FunctionLog
from vss.local.data_plane.local_api import LocalApi
from vss.local.data_plane.outcome import Outcome
from vss.local.data_plane.python_runtime import PythonRuntime
from vss.local.data_plane.readiness import Readiness
from vss.local.data_plane.sandbox import Enforcement, detect
from vss.local.data_plane.segments import Trace
from vss.local.deployment import DATA_PLANE, LocalOptions, Running, down, up
from vss.local.progress import deploying
from vss.local.state import LocalState
from vss.study.frame_batches import FrameBatches, FrameFolder
from vss.study.interruption import interruptible, uninterrupted
from vss.study.trace_notes import TraceNotes


@dataclass(frozen=True, slots=True)
class Start:
    """A cold start and the invocations after it.

    Attributes:
        setup_ms: what making its place took, before the process: network, limits, credentials.
        init_ms: from starting the process until it asks for its first event.
        parts_ms: of that, by the function's own account: libraries, load_networks, gallery …
        invocations_ms: of each invocation, the first one first.
        peak_mb: most memory the processes ever had resident.
    """

    setup_ms: float
    init_ms: float
    parts_ms: Mapping[str, float]
    invocations_ms: tuple[float, ...]
    peak_mb: int


class StartError(DataPlaneError):
    """An environment did not start, or did not do its work."""


class StartedEnvironment:
    """An environment of the function that is ready for events.

    Args:
        environment: the process.
        batches: puts the frames that it handles.
        setup_ms: what making its place took: network, limits, credentials.

    Attributes:
        setup_ms: as given.
    """

    def __init__(
        self, environment: ExecutionEnvironment, batches: FrameBatches, setup_ms: float
    ) -> None:
        self._environment = environment
        self._batches = batches
        self.setup_ms = setup_ms

    def handle(self, images: Sequence[bytes]) -> Outcome:
        """Put images into the bucket and let the function handle them as one batch.

        Raises:
            StartError: it failed, or handed an image back.
        """
        return self.invoke(self._batches.put(images))

    def invoke(self, event: bytes) -> Outcome:
        """Let the function handle an event, JSON text.

        Raises:
            StartError: it failed, or handed a message back.
        """
        outcome = self._environment.invoke(str(uuid.uuid4()), event, Trace())
        if outcome.failure is not None:
            raise StartError(f"{outcome.failure.type}: {outcome.failure.message}")
        answer = json.loads(outcome.payload)
        if isinstance(answer, dict) and (returned := answer.get("batchItemFailures")):
            raise StartError(f"the function handed {len(returned)} messages back")
        return outcome


@dataclass(frozen=True, slots=True)
class StudiedFunction:
    """A function that is fed by a queue.

    Attributes:
        name: of the function.
        frames: where its frames come.
    """

    name: str
    frames: FrameFolder

    @classmethod
    def surveillance(cls, deployment: Deployment) -> Self:
        """Return the function of a stage that analyses the frames of cameras."""
        frames = FrameFolder(deployment.output("FramesBucket"), "incoming")
        return cls(deployment.output("SurveillanceFunction"), frames)


class Laboratory:
    """Environments of a function of a local AWS, without its data plane.

    Args:
        state: of the local AWS.
        folder: for logs and unpacked code.
        enforcement: of the limits.
        runtime: runs the function.
        host_packages: third-party packages that the layers lack; None: none.
        studied: the function; None: that of the stage's cameras.

    Attributes:
        deployment: the app in the local AWS.
        configuration: of the function, as deployed.
    """

    def __init__(
        self,
        state: LocalState,
        folder: Path,
        enforcement: Enforcement,
        runtime: PythonRuntime,
        host_packages: Path | None = None,
        studied: StudiedFunction | None = None,
    ) -> None:
        self.deployment: Deployment = connect_local(state)
        function = studied or StudiedFunction.surveillance(self.deployment)
        self._folder = folder
        self._stack = ExitStack()
        readiness = Readiness()
        self._stack.callback(readiness.close)
        api = LocalApi(state.endpoint, state.secret_access_key)
        resources = api.resources()
        (mapping,) = (
            one for one in read_mappings(resources) if f":{function.name}:" in f":{one.function}:"
        )
        self._batches = FrameBatches(self.deployment.s3, function.frames, mapping.queue_arn)
        self.configuration: FunctionConfiguration = read_function(resources, mapping.function)
        linked = runtime.link_packages(folder / "runtime")
        self._machine = Machine(enforcement, readiness, api, runtime, linked, host_packages)
        self._log = FunctionLog(folder / "logs" / "laboratory.log")
        self._stack.callback(self._log.close)
        self._numbers = itertools.count(1)

    def close(self) -> None:
        """Give everything back."""
        self._stack.close()

    def deployed_package(self) -> CodePackage:
        """Unpack the code and the layers that are deployed."""
        return fetch(self.deployment.s3, self.configuration, self._folder / "functions")

    def start(
        self,
        package: CodePackage,
        memory_mb: int,
        image: bytes,
        invocations: int = 2,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> Start:
        """Start an environment, let it handle an image a few times, end it.

        Args:
            package: code and layers.
            memory_mb: of the function; its CPU share goes with it.
            image: JPEG that is put into the bucket anew for each invocation.
            invocations: how many.
            variables: environment variables that differ from the deployed ones.

        Raises:
            StartError: it failed to start or to handle an image.
        """
        notes = TraceNotes()
        with self.environment(package, memory_mb, variables, notes) as started:
            setup_ms = started.setup_ms
            outcomes = [started.handle([image]) for _ in range(invocations)]
        init_ms = outcomes[0].init_ms
        if init_ms is None:
            raise StartError("the first invocation knows of no initialisation")
        durations = tuple(outcome.duration_ms for outcome in outcomes)
        peak_mb = max(outcome.peak_mb for outcome in outcomes)
        return Start(setup_ms, init_ms, notes.find("init_ms"), durations, peak_mb)

    @contextmanager
    def environment(
        self,
        package: CodePackage,
        memory_mb: int,
        variables: Mapping[str, str] = MappingProxyType({}),
        notes: TraceNotes | None = None,
    ) -> Iterator[StartedEnvironment]:
        """Start an environment; it is ended at the end.

        Args:
            package: code and layers.
            memory_mb: of the function; its CPU share goes with it.
            variables: environment variables that differ from the deployed ones.
            notes: takes its traces.
        """
        environment = {**self.configuration.environment, **variables}
        configuration = replace(
            self.configuration, memory_mb=memory_mb, timeout_s=60, environment=environment
        )
        function = DeployedFunction(configuration, package, notes or TraceNotes(), self._log)
        name = f"{os.getpid()}-laboratory{next(self._numbers)}"
        begun = time.perf_counter()
        site = EnvironmentSite(self._machine, function, name, name)
        setup_ms = (time.perf_counter() - begun) * 1000.0
        started = ExecutionEnvironment(site, function, name)
        try:
            yield StartedEnvironment(started, self._batches, setup_ms)
        finally:
            started.close()


@contextmanager
def deployed_laboratory(
    options: LocalOptions,
    runtime: PythonRuntime,
    console: Console,
    host_packages: Path | None = None,
) -> Iterator[Laboratory]:
    """Deploy into a local AWS of its own, whose queue nobody reads; it is gone at the end.

    Raises:
        ConfigurationError: this machine cannot enforce CPU shares and memory limits.
    """
    with (
        sandboxed_aws(options, console) as running,
        laboratory_in(running, runtime, host_packages) as found,
    ):
        yield found


@contextmanager
def sandboxed_aws(options: LocalOptions, console: Console) -> Iterator[Running]:
    """Deploy into a local AWS of its own, which is gone at the end, whatever happens.

    Raises:
        ConfigurationError: this machine cannot enforce CPU shares and memory limits.
    """
    _enforcement()
    with interruptible():
        try:
            with deploying(console) as (step, line):
                running = up(options, step, line)
            yield running
        finally:
            with uninterrupted():
                down(options.folder)


@contextmanager
def laboratory_in(
    running: Running,
    runtime: PythonRuntime,
    host_packages: Path | None = None,
    studied: StudiedFunction | None = None,
) -> Iterator[Laboratory]:
    """End the data plane of a local AWS, and give environments of one of its functions.

    Raises:
        ConfigurationError: this machine cannot enforce CPU shares and memory limits.
    """
    enforcement = _enforcement()
    if running.state.data_plane_pid is not None:
        service.end(running.state.data_plane_pid, DATA_PLANE)
    found = Laboratory(running.state, running.folder, enforcement, runtime, host_packages, studied)
    try:
        yield found
    finally:
        found.close()


def _enforcement() -> Enforcement:
    enforcement = detect(wanted=True)
    if not (enforcement.isolated and enforcement.limited):
        raise ConfigurationError(
            f"times by memory are measured in the sandbox, not here: {enforcement.missing}"
        )
    return enforcement

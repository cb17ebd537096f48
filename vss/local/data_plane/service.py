"""All of the data plane: what is deployed, run until told to end."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vss.local.data_plane import cgroup
from vss.local.data_plane.clients import asset_store, role_credentials
from vss.local.data_plane.code_package import fetch
from vss.local.data_plane.configuration import (
    FunctionConfiguration,
    read_function,
    read_mappings,
    read_schedules,
)
from vss.local.data_plane.environment_site import DeployedFunction, Machine
from vss.local.data_plane.event_source import EventSource
from vss.local.data_plane.execution_environment import INIT_LIMIT_S
from vss.local.data_plane.function import Function
from vss.local.data_plane.function_log import FunctionLog
from vss.local.data_plane.journal import Journal
from vss.local.data_plane.local_api import LocalApi
from vss.local.data_plane.python_runtime import PythonRuntime
from vss.local.data_plane.readiness import Readiness
from vss.local.data_plane.resources import Resources
from vss.local.data_plane.sandbox import Enforcement
from vss.local.data_plane.schedule import Schedule
from vss.local.data_plane.signed_client import SignedClient
from vss.local.data_plane.sqs_queue import Queue
from vss.local.data_plane.tracing import TraceSink

logger = logging.getLogger(__name__)

_END_MARGIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How the data plane is to run.

    Attributes:
        endpoint: base address of the local AWS.
        folder: where logs, the journal and unpacked code go.
        host_packages: third-party packages the layers lack; None: none.
        runtime: runs the functions.
    """

    endpoint: str
    key_id: str
    secret: str
    folder: Path
    host_packages: Path | None
    runtime: PythonRuntime


class DataPlane:
    """Runs every function that something invokes.

    Raises:
        DataPlaneError: what is deployed cannot be run.
    """

    def __init__(self, settings: Settings, enforcement: Enforcement) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self._sources: list[EventSource | Schedule] = []
        self._functions: dict[tuple[str, str], Function] = {}
        with ExitStack() as undo:
            undo.callback(self._stack.close)
            if enforcement.limited:
                cgroup.remove_abandoned()
            readiness = Readiness()
            self._stack.callback(readiness.close)
            self._api = LocalApi(settings.endpoint, settings.secret)
            runtime = settings.runtime
            linked = runtime.link_packages(settings.folder / "runtime" / runtime.version)
            self._machine = Machine(
                enforcement, readiness, self._api, runtime, linked, settings.host_packages
            )
            self._journal = Journal(settings.folder / "invocations.jsonl")
            self._stack.callback(self._journal.close)
            self._read(self._api.resources())
            undo.pop_all()

    def start(self) -> None:
        """Start polling queues and keeping schedules."""
        for source in self._sources:
            source.start()

    def close(self) -> None:
        """Take no more work, wait for what is in flight up to its timeout, end everything."""
        for source in self._sources:
            source.stop()
        deadline = time.monotonic() + self._longest_s()
        for source in self._sources:
            if not source.join(max(0.0, deadline - time.monotonic())):
                logger.warning("invocations in flight did not end in time and were cut off")
        self._stack.close()

    def _longest_s(self) -> float:
        timeouts = [function.configuration.timeout_s for function in self._functions.values()]
        return INIT_LIMIT_S + max(timeouts, default=0) + _END_MARGIN_S

    def _read(self, resources: Resources) -> None:
        for mapping in read_mappings(resources):
            function = self._function(read_function(resources, mapping.function))
            sqs = self._client(function.configuration, "sqs")
            connect = partial(Queue, sqs, mapping.queue_arn)
            self._sources.append(EventSource(mapping, function, connect, self._journal))
        for target in read_schedules(resources):
            function = self._function(read_function(resources, target.function))
            self._sources.append(Schedule(target, function, self._journal))

    def _function(self, configuration: FunctionConfiguration) -> Function:
        """Return the pool of a version of a function, made at first."""
        key = (configuration.name, configuration.version)
        if key not in self._functions:
            self._functions[key] = self._deploy(configuration)
        return self._functions[key]

    def _deploy(self, configuration: FunctionConfiguration) -> Function:
        settings = self._settings
        s3 = asset_store(settings.endpoint, settings.key_id, settings.secret)
        package = fetch(s3, configuration, settings.folder / "functions")
        log = FunctionLog(settings.folder / "logs" / f"{configuration.name}.log")
        self._stack.callback(log.close)
        traces = TraceSink(self._client(configuration, "xray"))
        self._stack.callback(traces.close)
        function = Function(self._machine, DeployedFunction(configuration, package, traces, log))
        self._stack.callback(function.close)
        return function

    def _client(self, configuration: FunctionConfiguration, service: str) -> SignedClient:
        # As in AWS: the queue is read and traces are sent with the rights of the function's role.
        fetch = partial(self._api.role_credentials, configuration.role_arn, configuration.name)
        return SignedClient(self._settings.endpoint, role_credentials(fetch), service)

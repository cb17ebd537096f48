"""Starts environments of the deployed surveillance function, to see how long everything takes.

Each start is a fresh process in the sandbox of the local AWS, at the CPU share and memory limit of
the size asked for; S3 is the local one. What Lambda adds before the process starts (fetching the
code, making the machine) is not in any figure.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vss.cloud.deployment import Deployment, connect_local
from vss.local.data_plane.code_package import CodePackage
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
from vss.local.data_plane.sandbox import Enforcement
from vss.local.data_plane.segments import Trace
from vss.local.data_plane.sqs_event import sqs_event
from vss.local.data_plane.sqs_queue import Message
from vss.local.state import REGION, LocalState


@dataclass(frozen=True, slots=True)
class Start:
    """A cold start and the invocations after it.

    Attributes:
        init_ms: from starting the process until it asks for its first event.
        parts_ms: of that, by the function's own account: libraries, load_networks, gallery …
        invocations_ms: of each invocation, the first one first.
        peak_mb: most memory the processes ever had resident.
    """

    init_ms: float
    parts_ms: Mapping[str, float]
    invocations_ms: tuple[float, ...]
    peak_mb: int


class StartError(DataPlaneError):
    """An environment did not start, or did not do its work."""


class TraceNotes:
    """Takes what the function sends to X-Ray and keeps it."""

    def __init__(self) -> None:
        self.documents: list[str] = []

    def add(self, document: str) -> None:
        """Keep a segment."""
        self.documents.append(document)

    def find(self, name: str) -> Mapping[str, float]:
        """Return what was noted under a name, nothing if nothing was."""
        for document in self.documents:
            for found in _values(json.loads(document), name):
                if isinstance(found, dict):
                    return found
        return {}


class Laboratory:
    """Environments of the surveillance function of a local AWS, without its data plane.

    Args:
        state: of the local AWS.
        folder: for logs.
        enforcement: of the limits.
        runtime: runs the function.
    """

    def __init__(
        self, state: LocalState, folder: Path, enforcement: Enforcement, runtime: PythonRuntime
    ) -> None:
        self.deployment: Deployment = connect_local(state)
        self._stack = ExitStack()
        readiness = Readiness()
        self._stack.callback(readiness.close)
        api = LocalApi(state.endpoint, state.secret_access_key)
        resources = api.resources()
        alias = self.deployment.output("SurveillanceAliasArn")
        (mapping,) = (one for one in read_mappings(resources) if one.function == alias)
        self._queue_arn = mapping.queue_arn
        self.configuration: FunctionConfiguration = read_function(resources, alias)
        linked = runtime.link_packages(folder / "runtime")
        self._machine = Machine(enforcement, readiness, api, runtime, linked, None)
        self._log_path = folder / "logs" / "laboratory.log"
        self._log = FunctionLog(self._log_path)
        self._stack.callback(self._log.close)
        self._numbers = itertools.count(1)

    def close(self) -> None:
        """Give everything back."""
        self._stack.close()

    def start(
        self,
        package: CodePackage,
        memory_mb: int,
        image: bytes,
        invocations: int = 2,
        variables: Mapping[str, str] | None = None,
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
        with self._environment(package, memory_mb, variables or {}, notes) as environment:
            outcomes = [self._invoke(environment, image) for _ in range(invocations)]
        init_ms = outcomes[0].init_ms
        if init_ms is None:
            raise StartError("the first invocation knows of no initialisation")
        durations = tuple(outcome.duration_ms for outcome in outcomes)
        peak_mb = max(outcome.peak_mb for outcome in outcomes)
        return Start(init_ms, notes.find("init_ms"), durations, peak_mb)

    @contextmanager
    def _environment(
        self,
        package: CodePackage,
        memory_mb: int,
        variables: Mapping[str, str],
        notes: TraceNotes,
    ) -> Iterator[ExecutionEnvironment]:
        environment = {**self.configuration.environment, **variables}
        configuration = replace(
            self.configuration, memory_mb=memory_mb, timeout_s=60, environment=environment
        )
        function = DeployedFunction(configuration, package, notes, self._log)
        name = f"laboratory-{next(self._numbers)}"
        site = EnvironmentSite(self._machine, function, name, name)
        started = ExecutionEnvironment(site, function, name)
        try:
            yield started
        finally:
            started.close()

    def _invoke(self, environment: ExecutionEnvironment, image: bytes) -> Outcome:
        number = next(self._numbers)
        event = self._event(f"incoming/laboratory/{number:06}.jpg", image)
        outcome = environment.invoke(f"laboratory-{number}", event, Trace())
        if outcome.failure is not None:
            raise StartError(f"{outcome.failure.type}: {outcome.failure.message}")
        if json.loads(outcome.payload).get("batchItemFailures"):
            raise StartError(f"the image was handed back; its reason is in {self._log_path}")
        return outcome

    def _event(self, key: str, image: bytes) -> bytes:
        """Put the image; return the event that a batch of one brings."""
        bucket = self.deployment.outputs["FramesBucket"]
        put = self.deployment.s3.put_object(Bucket=bucket, Key=key, Body=image)
        stored = {
            "key": key,
            "size": len(image),
            "eTag": put["ETag"].strip('"'),
            "versionId": put["VersionId"],
            "sequencer": "00",
        }
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": "2026-01-01T00:00:00.000Z",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": bucket}, "object": stored},
        }
        body = json.dumps({"Records": [record]})
        message: Message = {
            "MessageId": key,
            "ReceiptHandle": key,
            "Body": body,
            "Attributes": {"ApproximateReceiveCount": "1"},
            "MD5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        }
        return sqs_event([message], self._queue_arn)


def _values(document: Any, name: str) -> Iterator[Any]:
    if isinstance(document, dict):
        if name in document:
            yield document[name]
        for value in document.values():
            yield from _values(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from _values(value, name)

"""A function: its pool of execution environments, its reserved concurrency, its traces."""

from __future__ import annotations

import itertools
import os
import secrets
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from vss.local.data_plane.environment_site import DeployedFunction, EnvironmentSite, Machine
from vss.local.data_plane.errors import Throttled
from vss.local.data_plane.execution_environment import ExecutionEnvironment
from vss.local.data_plane.journal import JournalEntry
from vss.local.data_plane.outcome import Outcome
from vss.local.data_plane.segments import Span, Trace, TracedInvocation, documents

# An account's default number of concurrent executions.
ACCOUNT_CONCURRENCY = 1000
# The role's credentials last an hour; Lambda too replaces environments now and then.
_RETIRE_AFTER_S = 3000.0
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Invoked:
    """An invocation that has ended.

    Attributes:
        environment: name of the environment that handled it.
        trace_id: None where it was not traced.
    """

    request_id: str
    function: str
    environment: str
    outcome: Outcome
    trace_id: str | None

    def entry(self, messages: int, failed: int) -> JournalEntry:
        """Return its line in the journal.

        Args:
            messages: how many messages the event held.
            failed: how many of them go back to the queue.
        """
        outcome = self.outcome
        return JournalEntry(
            request_id=self.request_id,
            function=self.function,
            environment=self.environment,
            cold=outcome.initialization is not None,
            messages=messages,
            failed=failed,
            error_type=None if outcome.failure is None else outcome.failure.type,
            duration_ms=round(outcome.duration_ms, 3),
            init_ms=None if outcome.init_ms is None else round(outcome.init_ms, 3),
            memory_peak_mb=outcome.peak_mb,
            trace_id=self.trace_id,
        )


class Function:
    """Runs invocations, each in an environment of its own; idle environments are kept warm.

    Args:
        machine: what all functions share.
        deployed: configuration, code, log and trace sink.
    """

    def __init__(self, machine: Machine, deployed: DeployedFunction) -> None:
        self.configuration = deployed.configuration
        self._machine = machine
        self._deployed = deployed
        reserved = deployed.configuration.reserved_concurrency
        self._free = threading.Semaphore(ACCOUNT_CONCURRENCY if reserved is None else reserved)
        self._idle: list[ExecutionEnvironment] = []
        self._lock = threading.Lock()
        self._is_open = True

    def invoke(self, event: bytes, patience_s: float = 0.0) -> Invoked:
        """Let the function handle ``event``, however it ends.

        Args:
            event: JSON text.
            patience_s: how long to wait while the reserved concurrency is used up.

        Raises:
            Throttled: it was used up all the time.
            DataPlaneError: no environment can be made.
            OSError: likewise.
        """
        acquired = (
            self._free.acquire(timeout=patience_s)
            if patience_s > 0
            else (self._free.acquire(blocking=False))
        )
        if not acquired:
            raise Throttled(
                f"{self.configuration.name}: its reserved concurrency of "
                f"{self.configuration.reserved_concurrency} is used up"
            )
        try:
            return self._invoke(event)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close all environments; those in use are closed when they end."""
        with self._lock:
            self._is_open = False
            idle, self._idle = self._idle, []
        for environment in idle:
            environment.close()

    def _invoke(self, event: bytes) -> Invoked:
        received_s = time.time()
        request_id = str(uuid.uuid4())
        trace = Trace() if self.configuration.traced else None
        environment = self._take()
        try:
            outcome = environment.invoke(request_id, event, trace)
        except BaseException:
            environment.close()
            raise
        self._give_back(environment)
        if trace is not None:
            self._trace(request_id, trace, outcome, received_s)
        trace_id = None if trace is None else trace.trace_id
        return Invoked(request_id, self.configuration.name, environment.name, outcome, trace_id)

    def _take(self) -> ExecutionEnvironment:
        """Return the environment that was used last, or a new one."""
        while True:
            with self._lock:
                environment = self._idle.pop() if self._idle else None
            if environment is None:
                return self._make()
            if environment.is_usable and not _is_old(environment):
                return environment
            environment.close()

    def _make(self) -> ExecutionEnvironment:
        name = f"{os.getpid()}-{next(_numbers)}"
        version = self.configuration.version
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[{version}]{secrets.token_hex(16)}"
        site = EnvironmentSite(self._machine, self._deployed, name, stream)
        try:
            return ExecutionEnvironment(site, self._deployed, name)
        except BaseException:
            site.close()
            raise

    def _give_back(self, environment: ExecutionEnvironment) -> None:
        with self._lock:
            is_kept = self._is_open and environment.is_usable
            if is_kept:
                self._idle.append(environment)
        if not is_kept:
            environment.close()

    def _trace(self, request_id: str, trace: Trace, outcome: Outcome, received_s: float) -> None:
        failure = outcome.failure
        traced = TracedInvocation(
            request_id=request_id,
            function_name=self.configuration.name,
            function_arn=self.configuration.invoked_arn,
            account=self.configuration.arn.split(":")[4],
            received=Span(received_s, time.time()),
            initialization=outcome.initialization,
            handling=outcome.handling,
            failed=failure is not None,
            cause="" if failure is None else failure.cause,
        )
        for document in documents(trace, traced):
            self._deployed.traces.add(document)


def _is_old(environment: ExecutionEnvironment) -> bool:
    return time.monotonic() - environment.born_s > _RETIRE_AFTER_S

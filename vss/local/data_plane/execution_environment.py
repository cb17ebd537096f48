"""One execution environment: one process, one invocation at a time."""

from __future__ import annotations

import queue
import time

from vss.local.data_plane.configuration import FunctionConfiguration
from vss.local.data_plane.environment_site import DeployedFunction, EnvironmentSite
from vss.local.data_plane.function_log import FunctionLog, init_report, report, timestamp
from vss.local.data_plane.function_process import FunctionProcess
from vss.local.data_plane.outcome import (
    EXITED,
    OUT_OF_MEMORY,
    TIMED_OUT,
    TOO_LARGE,
    Failure,
    Outcome,
    exited,
    reported,
    timed_out,
)
from vss.local.data_plane.runtime_api import (
    Answered,
    Event,
    Exited,
    InitFailed,
    Invocation,
    Ready,
    RuntimeApi,
)
from vss.local.data_plane.segments import Span, Trace

INIT_LIMIT_S = 10.0
"""Lambda gives up an init phase after this, and runs it again inside the first invocation."""
_FATAL = (TIMED_OUT, EXITED, OUT_OF_MEMORY, TOO_LARGE)


class ExecutionEnvironment:
    """A process of the function, its first initialisation done.

    Args:
        site: where it lives; closed with it.
        function: what it runs.
        name: for the journal.

    Attributes:
        name: as given.
        is_usable: whether it can take a further invocation.
        born_s: monotonic time at which it was made.
    """

    def __init__(self, site: EnvironmentSite, function: DeployedFunction, name: str) -> None:
        self.name = name
        self.born_s = time.monotonic()
        self._site = site
        self._configuration: FunctionConfiguration = function.configuration
        self._log: FunctionLog = function.log
        self._is_fit = True
        self._peak_mb = 0
        self._process: FunctionProcess | None = None
        self._api: RuntimeApi | None = None
        start_s = time.time()
        self._init_failure = self._initialise("init", INIT_LIMIT_S, "init")
        self._initialization: Span | None = Span(start_s, time.time())

    @property
    def is_usable(self) -> bool:
        """Whether it can take a further invocation."""
        return self._is_fit and (self._process is None or self._process.is_running)

    def invoke(self, request_id: str, event: bytes, trace: Trace | None) -> Outcome:
        """Let the function handle ``event``, however it ends.

        Args:
            request_id: of the invocation.
            event: JSON text.
            trace: of the invocation, None where nothing is traced.
        """
        self._log.line(f"START RequestId: {request_id} Version: {self._configuration.version}")
        start_s, deadline = time.time(), time.monotonic() + self._configuration.timeout_s
        answer, failure = None, None
        init_failed = self._init_failure is not None
        if init_failed:
            failure = self._initialise(request_id, self._configuration.timeout_s, "invoke")
        if failure is None:
            header = None if trace is None else trace.header(sampled=True)
            deadline_s = start_s + self._configuration.timeout_s
            arn = self._configuration.invoked_arn
            invocation = Invocation(request_id, event, arn, deadline_s, header)
            answer, failure = self._hand_over(invocation, deadline)
        initialization, self._initialization = self._initialization, None
        payload = b"" if answer is None else answer.body
        handling = Span(start_s, time.time())
        outcome = Outcome(payload, failure, handling, initialization, self._measure(failure))
        if not self._is_fit:
            self._stop()
        self._conclude(request_id, outcome, trace, init_failed)
        return outcome

    def close(self) -> None:
        """Kill the process and give everything back."""
        self._is_fit = False
        self._stop()
        self._site.close()

    def _initialise(self, request_id: str, limit_s: float, phase: str) -> Failure | None:
        """Start a process and wait until it is ready; return why it is not."""
        start = time.monotonic()
        self._process, self._api = self._site.start()
        event = self._wait(self._api, start + limit_s)
        if isinstance(event, Ready):
            self._init_failure = None
            return None
        failure = self._failure(event, request_id)
        self._peak_mb = self._measure(failure)
        self._stop()
        self._is_fit = phase == "init"
        self._log.line(init_report((time.monotonic() - start) * 1000, phase, failure.status))
        return failure

    def _hand_over(
        self, invocation: Invocation, deadline: float
    ) -> tuple[Answered | None, Failure | None]:
        assert self._api is not None  # noqa: S101 - set by every successful initialisation
        self._api.offer(invocation)
        event = self._wait(self._api, deadline)
        if isinstance(event, Answered) and not event.is_error:
            return event, None
        failure = self._failure(event, invocation.request_id)
        if failure.type in _FATAL:
            self._is_fit = False
        return None, failure

    def _failure(self, event: Event | None, request_id: str) -> Failure:
        if event is None:
            return timed_out(request_id, self._configuration.timeout_s)
        if isinstance(event, Exited):
            group = self._site.group
            killed = group is not None and group.out_of_memory_kills() > 0
            return exited(request_id, event.status, killed and event.status != 0)
        if isinstance(event, InitFailed):
            return reported(event.error)
        if isinstance(event, Answered):
            return reported(event.body, event.cause)
        return Failure(EXITED, f"RequestId: {request_id} Error: unexpected {event}")

    @staticmethod
    def _wait(api: RuntimeApi, deadline: float) -> Event | None:
        try:
            return api.events.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return None

    def _measure(self, failure: Failure | None) -> int:
        if failure is not None and failure.type == OUT_OF_MEMORY:
            self._peak_mb = self._configuration.memory_mb
        elif self._process is not None:
            self._peak_mb = max(self._peak_mb, self._process.peak_memory_mb())
        return self._peak_mb

    def _conclude(
        self, request_id: str, outcome: Outcome, trace: Trace | None, init_failed: bool
    ) -> None:
        if self._process is not None:
            self._process.output.drain()
        failure = outcome.failure
        lines = []
        if failure is not None and failure.type == TIMED_OUT:
            timeout_s = self._configuration.timeout_s
            lines.append(f"{timestamp()} {request_id} Task timed out after {timeout_s:.2f} seconds")
        elif failure is not None and failure.type in (EXITED, OUT_OF_MEMORY):
            lines.append(f"{failure.message}\n{failure.type}")
        lines.append(f"END RequestId: {request_id}")
        lines.append(
            report(
                request_id,
                outcome.duration_ms,
                # One that failed was run again as a part of the invocation.
                None if init_failed else outcome.init_ms,
                self._configuration.memory_mb,
                outcome.peak_mb,
                failure.status if failure is not None else "",
                trace.report() if trace is not None else "",
            )
        )
        self._log.line("\n".join(lines))

    def _stop(self) -> None:
        if self._process is not None:
            self._process.close()
        if self._api is not None:
            self._api.close()
        self._process = self._api = None

"""How an invocation ends, in AWS's terms."""

from __future__ import annotations

import json
import signal
from contextlib import suppress
from dataclasses import dataclass

from vss.local.data_plane.segments import Span

TIMED_OUT = "Sandbox.Timedout"
EXITED = "Runtime.ExitError"
OUT_OF_MEMORY = "Runtime.OutOfMemory"
TOO_LARGE = "Function.ResponseSizeTooLarge"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an invocation, or an initialisation, failed.

    Attributes:
        type: AWS's error type, or the name of the exception the function raised.
        message: for people.
        cause: the exception for X-Ray, JSON text, or empty.
    """

    type: str
    message: str
    cause: str = ""

    @property
    def status(self) -> str:
        """Return the end of the lines Lambda prints about it."""
        if self.type == TIMED_OUT:
            return "Status: timeout"
        return f"Status: error\tError Type: {self.type}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one invocation.

    Attributes:
        payload: what the function returned, JSON text; empty if it failed.
        failure: None if it succeeded.
        handling: from handing the event out to the end.
        initialization: of the environment if this was its first invocation, else None.
        peak_mb: most memory the environment ever used.
    """

    payload: bytes
    failure: Failure | None
    handling: Span
    initialization: Span | None
    peak_mb: int

    @property
    def duration_ms(self) -> float:
        """How long the function took."""
        return (self.handling.end_s - self.handling.start_s) * 1000.0

    @property
    def init_ms(self) -> float | None:
        """How long the initialisation took; None where the environment was warm."""
        span = self.initialization
        return None if span is None else (span.end_s - span.start_s) * 1000.0


def reported(body: bytes, cause: str = "") -> Failure:
    """Return the failure that the runtime describes by JSON text."""
    described: object = None
    with suppress(ValueError):
        described = json.loads(body)
    if not isinstance(described, dict):
        return Failure("Unhandled", body[:1000].decode("utf-8", "replace"), cause)
    kind = str(described.get("errorType") or "Unhandled")
    return Failure(kind, str(described.get("errorMessage", "")), cause)


def timed_out(request_id: str, timeout_s: float) -> Failure:
    """Return the failure of a function that did not end in time."""
    message = f"RequestId: {request_id} Error: Task timed out after {timeout_s:.2f} seconds"
    return Failure(TIMED_OUT, message)


def exited(request_id: str, status: int, out_of_memory: bool) -> Failure:
    """Return the failure of a process that ended by itself.

    Args:
        request_id: of the invocation it was to handle.
        status: exit status, negative: killed by this signal.
        out_of_memory: whether the kernel killed it for want of memory.
    """
    if status == 0:
        reason = "Runtime exited without providing a reason"
    elif status > 0:
        reason = f"Runtime exited with error: exit status {status}"
    else:
        name = (signal.strsignal(-status) or f"{-status}").lower()
        reason = f"Runtime exited with error: signal: {name}"
    kind = OUT_OF_MEMORY if out_of_memory else EXITED
    return Failure(kind, f"RequestId: {request_id} Error: {reason}")

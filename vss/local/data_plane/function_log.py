"""What a function prints, and Lambda's own lines about each invocation."""

from __future__ import annotations

import math
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from vss.local.data_plane.readiness import Readiness

_READ_BYTES = 65_536
# The longest log event CloudWatch keeps in one piece.
_MAX_LINE_BYTES = 262_144


class FunctionLog:
    """The log of one function; its environments write whole lines into it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)

    def write(self, text: bytes) -> None:
        """Append whole lines."""
        os.write(self._descriptor, text)

    def line(self, text: str) -> None:
        """Append one line."""
        self.write(f"{text}\n".encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


class OutputPipe:
    """Takes what a process prints into the log, line by line.

    Attributes:
        write_end: descriptor for the process; close it by :meth:`started` once it has it.
    """

    def __init__(self, log: FunctionLog, readiness: Readiness) -> None:
        self._log = log
        self._readiness = readiness
        self._read_end, self.write_end = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._read_end, False)
        self._rest = b""
        self._lock = threading.Lock()
        self._is_open = True
        readiness.watch(self._read_end, self.drain)

    def started(self) -> None:
        """Close our copy of the process's end."""
        os.close(self.write_end)

    def drain(self) -> None:
        """Log all that has been printed so far."""
        with self._lock:
            while self._is_open and (block := self._read()) is not None:
                if not block:
                    # Watching the end of a closed pipe would call again and again.
                    self._readiness.forget(self._read_end)
                    return
                self._append(block)

    def close(self) -> None:
        """Log the rest, whole line or not."""
        self.drain()
        with self._lock:
            if self._rest:
                self._log.write(self._rest + b"\n")
            self._rest = b""
            self._is_open = False
            self._readiness.forget(self._read_end)
            os.close(self._read_end)

    def _read(self) -> bytes | None:
        with suppress(BlockingIOError):
            return os.read(self._read_end, _READ_BYTES)
        return None

    def _append(self, block: bytes) -> None:
        lines, newline, self._rest = (self._rest + block).rpartition(b"\n")
        if newline:
            self._log.write(lines + newline)
        if len(self._rest) > _MAX_LINE_BYTES:
            self._log.write(self._rest + b"\n")
            self._rest = b""


def timestamp() -> str:
    """Return the time as Lambda prints it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def init_report(duration_ms: float, phase: str, status: str) -> str:
    """Return the line about an initialisation that failed."""
    return f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\t{status}"


def report(
    request_id: str,
    duration_ms: float,
    init_ms: float | None,
    memory_mb: int,
    peak_mb: int,
    failure: str = "",
    trace: str = "",
) -> str:
    """Return Lambda's REPORT line.

    Args:
        request_id: of the invocation.
        duration_ms: of the handler.
        init_ms: of the initialisation before it; None where the environment was warm.
        memory_mb: configured size.
        peak_mb: most memory the environment ever used.
        failure: such as ``Status: timeout``.
        trace: such as ``XRAY TraceId: ...``.
    """
    # Since August 2025 the initialisation is billed too.
    billed = math.ceil(duration_ms + (init_ms or 0.0))
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration_ms:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {memory_mb} MB",
        f"Max Memory Used: {peak_mb} MB",
    ]
    if init_ms is not None:
        parts.append(f"Init Duration: {init_ms:.2f} ms")
    return "\t".join(part for part in (*parts, failure, trace) if part)

"""The journal of invocations: one JSON line each."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One invocation, as it ended.

    Attributes:
        request_id: of the invocation.
        function: its name.
        environment: which execution environment handled it.
        cold: whether the environment was made for it.
        messages: how many messages the event held.
        failed: how many of them go back to the queue.
        error_type: AWS's error type, None where the function succeeded.
        duration_ms: of the function.
        init_ms: of the initialisation before it, None where the environment was warm.
        memory_peak_mb: most memory the environment ever used.
        trace_id: of its X-Ray trace, None where it is not traced.
    """

    request_id: str
    function: str
    environment: str
    cold: bool
    messages: int
    failed: int
    error_type: str | None
    duration_ms: float
    init_ms: float | None
    memory_peak_mb: int
    trace_id: str | None


class Journal:
    """Appends entries to a file, each as one whole line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)
        self._lock = threading.Lock()

    def write(self, entry: JournalEntry) -> None:
        """Append an entry."""
        line = json.dumps(asdict(entry)) + "\n"
        with self._lock:
            os.write(self._descriptor, line.encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

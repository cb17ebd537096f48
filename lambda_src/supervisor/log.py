"""Log lines: one JSON object a line, so that nothing a script prints can forge a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

_ONE_AT_A_TIME = Lock()


def write_to_stdout(line: str) -> None:
    """Write a line; a broken sink must not cost a run."""
    with _ONE_AT_A_TIME, suppress(OSError, ValueError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class Log:
    """Writes what happens in one run.

    Args:
        request_id: of the run.
        write: takes a line.
    """

    def __init__(self, request_id: str, write: Callable[[str], None] = write_to_stdout) -> None:
        self.request_id = request_id
        self._write = write

    def info(self, message: str, **fields: object) -> None:
        """Write that something happened as intended."""
        self._line("INFO", message, fields)

    def error(self, message: str, **fields: object) -> None:
        """Write that something failed."""
        self._line("ERROR", message, fields)

    def script(self, stream: str, line: str) -> None:
        """Write a line that the script printed."""
        self._line("INFO", line, {"stream": stream})

    def _line(self, level: str, message: str, fields: dict[str, object]) -> None:
        content = {"level": level, "message": message, "request_id": self.request_id, **fields}
        self._write(json.dumps(content, separators=(",", ":"), default=str))

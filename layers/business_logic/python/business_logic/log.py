"""Log lines: one JSON object a line on standard output, as CloudWatch Logs reads them best.

JSON escapes line ends and control characters, so no key of an object can forge a line.
"""

from __future__ import annotations

import json
import sys
import traceback
from contextlib import suppress
from pathlib import PurePath
from threading import Lock
from typing import Any

from deep_learning.errors import SurveillanceError

# The thread that writes records tells of them itself; a line must stay one line.
_ONE_AT_A_TIME = Lock()


def write_line(content: dict[str, Any]) -> None:
    """Write ``content`` as one line.

    A sink that is broken must not cost a record: its errors are not passed on.
    """
    line = json.dumps(content, separators=(",", ":"), default=str) + "\n"
    with _ONE_AT_A_TIME, suppress(OSError, ValueError):
        sys.stdout.write(line)
        sys.stdout.flush()


class Log:
    """Writes the lines of one invocation.

    Args:
        request_id: Lambda's id of the invocation.
    """

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id

    def info(self, message: str, **fields: object) -> None:
        """Write that something happened as intended."""
        self._write("INFO", message, fields)

    def error(self, message: str, error: Exception, **fields: object) -> None:
        """Write that something failed.

        Errors of our own speak for themselves. Of others only kind and place are written: their
        text may hold anything.
        """
        detail = str(error) if isinstance(error, SurveillanceError) else _kind_and_place(error)
        self._write("ERROR", message, {**fields, "error": detail})

    def _write(self, level: str, message: str, fields: dict[str, object]) -> None:
        write_line({"level": level, "message": message, "request_id": self._request_id, **fields})


def _kind_and_place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"

"""Background processes of the local AWS: started until they say they are ready, ended by pid."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deep_learning.errors import SurveillanceError

START_LIMIT_S = 60.0
END_LIMIT_S = 90.0
_POLL_S = 0.05


class ServiceError(SurveillanceError):
    """A process of the local AWS does not start or does not end."""


@dataclass(frozen=True, slots=True)
class Started:
    """A process that is ready, and the line of JSON it said so with."""

    pid: int
    ready: dict[str, Any]


def start(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> Started:
    """Run ``python -m module`` in the background until its first line of output.

    The process outlives this one; all it prints goes to ``log``.

    Raises:
        ServiceError: it ends or stays silent instead; the end of its log is in the error.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module, started by this interpreter
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        if (ready := _ready_line(log)) is not None:
            process.returncode = 0  # it goes on without us: no ResourceWarning for a live child
            return Started(process.pid, ready)
        time.sleep(_POLL_S)
    if process.poll() is None:
        process.kill()
        process.wait()
    end_of_log = log.read_text("utf-8", "replace")[-2000:]
    raise ServiceError(
        f"{module} did not get ready within {START_LIMIT_S:.0f} s; {log}:\n{end_of_log}"
    )


def _ready_line(log: Path) -> dict[str, Any] | None:
    for line in log.read_text("utf-8", "replace").splitlines():
        if line.startswith('{"ready"'):
            with suppress(ValueError):
                ready: dict[str, Any] = json.loads(line)
                return ready
    return None


def is_running(pid: int, module: str) -> bool:
    """Tell whether ``pid`` is a live process of ``module``, not one that got the number later."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return module.encode() in command and state != "Z"


def end(pid: int, module: str) -> None:
    """Ask the process to end, and wait until it has.

    Raises:
        ServiceError: it has not ended in time; it was killed then.
    """
    if not is_running(pid, module):
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + END_LIMIT_S
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):  # only a child of ours can be reaped
            os.waitpid(pid, os.WNOHANG)
        if not is_running(pid, module):
            return
        time.sleep(_POLL_S)
    os.kill(pid, signal.SIGKILL)
    raise ServiceError(
        f"{module} (pid {pid}) did not end within {END_LIMIT_S:.0f} s and was killed"
    )

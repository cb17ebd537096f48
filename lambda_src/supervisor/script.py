"""Runs a script with a deadline; with it end all processes that it started."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from supervisor.errors import ScriptFailed, ScriptStopped
from supervisor.masking import LineStream

RUN_MARK = "JOB_UUID"
"""Environment variable whose value is the run's own; processes are recognised by it."""

_SHELL = "/bin/sh"
_GRACE_S = 2.0
_POLL_S = 0.05
_DRAIN_S = 1.0
_BLOCK = 65_536
_SWEEPS = 50


class Confinement(Protocol):
    """Bounds that a script runs in."""

    def entry(self) -> Sequence[str]:
        """Return the beginning of a command that runs inside."""

    def kill(self) -> None:
        """Kill all that runs inside."""

    def violation(self) -> str | None:
        """Say which bound the script hit, if it did."""


class Unconfined:
    """No bounds but those of the process that starts the script, as in a Lambda function."""

    def entry(self) -> Sequence[str]:
        """Return nothing: the command runs as it is."""
        return ()

    def kill(self) -> None:
        """Do nothing: the script's processes are found without."""

    def violation(self) -> str | None:
        """Return None: there is nothing to hit."""
        return None


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """How a script is to be run.

    Attributes:
        path: of the script.
        folder: where it starts.
        environment: all of its environment variables, with `RUN_MARK` among them.
        deadline_s: reading of `time.monotonic` at which it is ended.
        stopped: tells whether to end it now.
        confinement: the bounds.
    """

    path: Path
    folder: Path
    environment: Mapping[str, str]
    deadline_s: float
    stopped: Callable[[], bool] = lambda: False
    confinement: Confinement = field(default_factory=Unconfined)


def run_script(run: ScriptRun, output: LineStream, errors: LineStream) -> None:
    """Run a script to its end; what it prints goes to the streams.

    Raises:
        ScriptFailed: it ended with another exit code than 0, by a signal, or not in time.
        ScriptStopped: it was told to stop.
    """
    if time.monotonic() >= run.deadline_s:
        raise ScriptFailed("no time is left to run the script")
    with subprocess.Popen(  # noqa: S603 (the function's own script)
        [*run.confinement.entry(), _SHELL, str(run.path)],
        cwd=run.folder,
        env=dict(run.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    ) as process:
        script = _Script(process, run, (output, errors))
        try:
            ended = script.follow(run.deadline_s)
        finally:
            script.kill()
    if not ended:
        if run.stopped():
            raise ScriptStopped("the script was stopped")
        raise ScriptFailed("the script was ended: its time is up")
    _check(process.returncode, run.confinement)


def _check(code: int, confinement: Confinement) -> None:
    if code == 0:
        return
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    violation = confinement.violation()
    raise ScriptFailed(f"the script ended with {how}" + (f": {violation}" if violation else ""))


class _Script:
    """A running script."""

    def __init__(
        self, process: subprocess.Popen[bytes], run: ScriptRun, streams: Sequence[LineStream]
    ) -> None:
        self._process = process
        self._run = run
        self._open: dict[IO[bytes], LineStream] = {}
        self._selector = selectors.DefaultSelector()
        for pipe, stream in zip((process.stdout, process.stderr), streams, strict=True):
            assert pipe is not None  # noqa: S101 (asked for above)
            self._open[pipe] = stream
            self._selector.register(pipe, selectors.EVENT_READ, stream)

    def follow(self, until_s: float) -> bool:
        """Read until the script ends; return False where its time ends first."""
        while not self._has_ended():
            left = until_s - time.monotonic()
            if left <= 0 or self._run.stopped():
                self._ask_to_end()
                return False
            self._pump(min(left, _POLL_S))
        return True

    def kill(self) -> None:
        """Kill whatever is left, and read the last of what was printed."""
        with suppress(ProcessLookupError, PermissionError):
            # The script has not been waited for: no other process can have its number.
            os.killpg(self._process.pid, signal.SIGKILL)
        self._run.confinement.kill()
        self._process.wait()
        kill_marked(self._run.environment[RUN_MARK])
        until_s = time.monotonic() + _DRAIN_S
        while self._open and time.monotonic() < until_s:
            self._pump(_POLL_S)
        for stream in self._open.values():
            stream.end()
        self._selector.close()

    def _ask_to_end(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGTERM)
        until_s = time.monotonic() + _GRACE_S
        while not self._has_ended() and time.monotonic() < until_s:
            self._pump(_POLL_S)

    def _has_ended(self) -> bool:
        options = os.WEXITED | os.WNOWAIT | os.WNOHANG
        return os.waitid(os.P_PID, self._process.pid, options) is not None

    def _pump(self, timeout_s: float) -> None:
        if not self._open:
            time.sleep(min(timeout_s, _POLL_S / 10))
            return
        for key, _ in self._selector.select(timeout_s):
            pipe: IO[bytes] = key.fileobj  # type: ignore[assignment]
            content = os.read(pipe.fileno(), _BLOCK)
            if content:
                key.data.feed(content)
            else:
                self._selector.unregister(pipe)
                self._open.pop(pipe).end()


def kill_marked(mark: str) -> None:
    """Kill the processes of a run that left the script's process group."""
    wanted = f"{RUN_MARK}={mark}".encode()
    _kill_all(lambda variables: wanted in variables)


def kill_abandoned(parent: Path) -> None:
    """Kill the scripts whose folders lie below ``parent`` and whose supervisor was killed."""
    beginning = f"TMP_OUTPUT_DIR={parent}/".encode()
    _kill_all(lambda variables: any(entry.startswith(beginning) for entry in variables))


def _kill_all(is_meant: Callable[[list[bytes]], bool]) -> None:
    for _ in range(_SWEEPS):
        found = [pid for pid in _processes() if is_meant(_environment(pid))]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_S / 10)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []

"""One process of a function, from its start to its end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from vss.local.data_plane.cgroup import ControlGroup
from vss.local.data_plane.function_log import FunctionLog, OutputPipe
from vss.local.data_plane.network import Network
from vss.local.data_plane.readiness import Readiness

_SHELL_SIGNAL = 128


class FunctionProcess:
    """A running process, or one that has ended.

    Args:
        command: what to run; a process group of its own is made for it.
        variables: its whole environment.
        folder: where it starts.
        network: what it can reach.
        group: its limits, None where they cannot be set.
        log: where its output goes.
        readiness: waits for its output and its end.
        on_exit: called with its exit status, negative: killed by this signal.
    """

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        folder: Path,
        network: Network,
        group: ControlGroup | None,
        log: FunctionLog,
        readiness: Readiness,
        on_exit: Callable[[int], None],
    ) -> None:
        self._group = group
        self._readiness = readiness
        self._on_exit = on_exit
        self._status: int | None = None
        self.output = OutputPipe(log, readiness)
        entry = group.entry() if group is not None else []
        try:
            self._process = network.run(
                lambda: subprocess.Popen(  # noqa: S603 - the deployed function is what is to run
                    [*entry, *command],
                    env=variables,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=self.output.write_end,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        finally:
            self.output.started()
        self._exit = os.pidfd_open(self._process.pid)
        readiness.watch(self._exit, self._ended)

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return self._status is None

    def peak_memory_mb(self) -> int:
        """Return the most memory its processes ever had resident, 0 once they are gone."""
        pids = self._group.processes() if self._group is not None else [self._process.pid]
        return sum(_peak_kib(pid) for pid in pids) // 1024

    def close(self) -> None:
        """Kill the process and all it started."""
        self._readiness.forget(self._exit)
        self._kill()
        self._process.wait()
        os.close(self._exit)
        self.output.close()

    def _ended(self) -> None:
        self._readiness.forget(self._exit)
        self._kill()
        status = self._process.wait()
        self.output.drain()
        # bubblewrap reports a signal as a shell does.
        is_signal = _SHELL_SIGNAL < status < _SHELL_SIGNAL + signal.NSIG
        self._status = _SHELL_SIGNAL - status if is_signal else status
        self._on_exit(self._status)

    def _kill(self) -> None:
        if self._group is not None:
            self._group.kill()
        # Once it has been waited for, its number may be another process's.
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _peak_kib(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0

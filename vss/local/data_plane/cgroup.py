"""Limits of one execution environment by Linux control groups, version 1 or 2."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PREFIX = "vss-function-"
# CPU grows in proportion to memory: 1,769 MB are one vCPU (Lambda guide, "Configure memory").
MB_PER_VCPU = 1769
MAX_PROCESSES = 1024
_PERIOD_US = 100_000
_REMOVE_TRIES = 100
_CONTROLLERS_V1 = ("memory", "cpu", "pids")
# The shell moves itself before it becomes the function: no code of ours runs between fork and
# exec of a process with threads, and nothing is ever charged to the wrong group.
_ENTER = """
for group; do
  shift
  [ "$group" = -- ] && break
  echo 0 > "$group/cgroup.procs" || exit 125
done
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an environment may use.

    Attributes:
        memory_mb: of all its processes together, files in ``/tmp`` included.
        vcpus: CPU share; None grows with the memory, as Lambda's does.
    """

    memory_mb: int
    vcpus: float | None = None

    @property
    def cpu_quota_us(self) -> int:
        """CPU time per period of 100 ms."""
        vcpus = self.memory_mb / MB_PER_VCPU if self.vcpus is None else self.vcpus
        return max(1000, int(vcpus * _PERIOD_US))


class ControlGroup:
    """The control group of one execution environment."""

    def __init__(self, folders: dict[str, Path], is_v2: bool) -> None:
        self._folders = folders
        self._memory = folders["memory"]
        self._is_v2 = is_v2

    @classmethod
    def create(cls, name: str, limits: Limits, root: Path = ROOT) -> ControlGroup:
        """Make the group.

        Raises:
            OSError: no rights, or a controller is not available.
        """
        is_v2 = (root / "cgroup.controllers").exists()
        folders = (
            dict.fromkeys(_CONTROLLERS_V1, root / f"{PREFIX}{name}")
            if is_v2
            else {
                controller: root / controller / f"{PREFIX}{name}" for controller in _CONTROLLERS_V1
            }
        )
        group = cls(folders, is_v2)
        try:
            if is_v2:
                (root / "cgroup.subtree_control").write_text("+memory +cpu +pids")
            for folder in dict.fromkeys(folders.values()):
                folder.mkdir()
            group._limit(limits)
        except OSError:
            group.remove()
            raise
        return group

    def entry(self) -> list[str]:
        """Return the beginning of a command that runs inside the group."""
        folders = sorted({str(folder) for folder in self._folders.values()})
        return ["/bin/sh", "-c", _ENTER, "sh", *folders, "--"]

    def processes(self) -> list[int]:
        """Return the process ids inside the group, as seen from outside."""
        return _processes(self._memory)

    def out_of_memory_kills(self) -> int:
        """Return how many processes the kernel killed for want of memory."""
        name = "memory.events" if self._is_v2 else "memory.oom_control"
        counters = dict(line.split() for line in (self._memory / name).read_text().splitlines())
        return int(counters.get("oom_kill", 0))

    def kill(self) -> None:
        """Kill all processes inside."""
        if self._is_v2 and (self._memory / "cgroup.kill").exists():
            (self._memory / "cgroup.kill").write_text("1")
            return
        _kill(self._memory)

    def remove(self) -> None:
        """Remove the group; its processes must have been killed.

        Raises:
            OSError: a process is still inside.
        """
        for folder in set(self._folders.values()):
            _remove(folder)

    def _limit(self, limits: Limits) -> None:
        memory, cpu, pids = (self._folders[name] for name in _CONTROLLERS_V1)
        size = str(limits.memory_mb << 20)
        if self._is_v2:
            (memory / "memory.max").write_text(size)
            with suppress(FileNotFoundError):  # a kernel without swap accounting
                (memory / "memory.swap.max").write_text("0")
            (cpu / "cpu.max").write_text(f"{limits.cpu_quota_us} {_PERIOD_US}")
        else:
            (memory / "memory.limit_in_bytes").write_text(size)
            with suppress(FileNotFoundError):
                (memory / "memory.memsw.limit_in_bytes").write_text(size)
            (cpu / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (cpu / "cpu.cfs_quota_us").write_text(str(limits.cpu_quota_us))
        (pids / "pids.max").write_text(str(MAX_PROCESSES))


def _processes(folder: Path) -> list[int]:
    return [int(pid) for pid in (folder / "cgroup.procs").read_text().split()]


def _kill(folder: Path) -> None:
    for pid in _processes(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _remove(folder: Path) -> None:
    for attempt in range(_REMOVE_TRIES):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            # A killed process leaves its group only when the kernel has cleaned up after it.
            if attempt == _REMOVE_TRIES - 1:
                raise
            time.sleep(0.02)
        else:
            return


def remove_abandoned(root: Path = ROOT) -> int:
    """Remove the groups of data planes that were killed; return how many.

    The name of a group begins with the process id of the data plane that made it.
    """
    removed = 0
    for parent in (root, *(root / controller for controller in _CONTROLLERS_V1)):
        for folder in parent.glob(f"{PREFIX}*"):
            owner = folder.name.removeprefix(PREFIX).partition("-")[0]
            if owner.isdigit() and not Path("/proc", owner).exists():
                # Another data plane may be removing it as well.
                with suppress(OSError):
                    _kill(folder)
                _remove(folder)
                removed += 1
    return removed

"""The memory and CPU limits of a run, by control groups where this machine lets us."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from supervisor.script import Confinement, Unconfined

from vss.continuum.edge.services import EdgeService
from vss.local.data_plane.cgroup import ControlGroup, Limits

_MIB = 1 << 20
_KILLS = 100
_numbers = itertools.count(1)


def limits_problem() -> str:
    """Say why limits cannot be enforced here; empty where they can."""
    try:
        ControlGroup.create(_name(), Limits(128)).remove()
    except OSError as error:
        return f"control groups: {error.strerror or error}; needs root"
    return ""


@contextmanager
def confined(service: EdgeService, is_enforced: bool) -> Iterator[Confinement]:
    """Give the bounds of one run of a service.

    Raises:
        OSError: the control group cannot be made.
    """
    if not is_enforced:
        yield Unconfined()
        return
    memory_mb = -(-service.memory_bytes // _MIB)
    group = ControlGroup.create(_name(), Limits(memory_mb, service.vcpus))
    try:
        yield _Group(group, memory_mb)
    finally:
        _empty(group)
        # A process that the kernel does not give up in time: the next start removes its group.
        with suppress(OSError):
            group.remove()


class _Group:
    """A control group as the supervisor knows bounds."""

    def __init__(self, group: ControlGroup, memory_mb: int) -> None:
        self._group = group
        self._memory_mb = memory_mb

    def entry(self) -> Sequence[str]:
        return self._group.entry()

    def kill(self) -> None:
        _empty(self._group)

    def violation(self) -> str | None:
        if self._group.out_of_memory_kills():
            return f"it needed more memory than its limit of {self._memory_mb} MiB"
        return None


def _empty(group: ControlGroup) -> None:
    """Kill all inside, and what those started meanwhile."""
    for _ in range(_KILLS):
        group.kill()
        if not [pid for pid in group.processes() if _runs(pid)]:
            return
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 (as short as it gets)
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _name() -> str:
    # The first number tells who made it: `cgroup.remove_abandoned` looks at it.
    return f"{os.getpid()}-edge-{next(_numbers)}"

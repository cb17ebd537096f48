"""How much of the disk is free, and what is said when it runs short."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

# Input, what the script makes of it, and the copy that it may need on the way.
_ROOM = 3


def free_bytes(folder: Path) -> int:
    """Return what is free on the disk of a folder."""
    return shutil.disk_usage(folder).free


class Space:
    """Watches the disk of the runner.

    Args:
        folder: on it.
        reserve_bytes: that are left free.
        say: told once when the disk runs short, and once when it no longer does.
        measure: returns the free bytes of a folder.
    """

    def __init__(
        self,
        folder: Path,
        reserve_bytes: int,
        say: Callable[[str], None],
        measure: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._folder = folder
        self._reserve = reserve_bytes
        self._say = say
        self._measure = measure
        self._was_short = False

    def is_short(self, size: int = 0) -> bool:
        """Tell whether there is no room to work on objects of that many bytes."""
        return self._measure(self._folder) < self._reserve + _ROOM * size

    def has_room(self, size: int) -> bool:
        """Tell whether work on an object may begin; say where that changes."""
        is_short = self.is_short(size)
        if is_short and not self._was_short:
            self._say(
                f"disk full: {self._measure(self._folder) >> 20} MiB are free below "
                f"{self._folder}; no object is begun until there is room"
            )
        elif self._was_short and not is_short:
            self._say("the disk has room again: going on")
        self._was_short = is_short
        return not is_short

"""Rules that invoke a function at fixed intervals, as EventBridge does."""

from __future__ import annotations

import logging
import threading

from vss.local.data_plane.configuration import ScheduledTarget
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.function import Function
from vss.local.data_plane.journal import Journal

logger = logging.getLogger(__name__)


class Schedule:
    """Invokes one target of a rule, the first time after one interval."""

    def __init__(self, target: ScheduledTarget, function: Function, journal: Journal) -> None:
        self._target = target
        self._function = function
        self._journal = journal
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Start to wait for the first time."""
        self._thread.start()

    def stop(self) -> None:
        """Invoke no more."""
        self._stopping.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the invocation in flight; tell whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.wait(self._target.interval_s):
            try:
                invoked = self._function.invoke(self._target.event.encode())
            except (DataPlaneError, OSError) as error:
                logger.warning("rule %s: %s", self._target.rule, error)
            else:
                self._journal.write(invoked.entry(messages=0, failed=0))

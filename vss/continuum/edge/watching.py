"""Looks at the stores of all inputs, each in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from supervisor.description import StoragePlace
from supervisor.errors import StorageFailed

from vss.continuum.edge.journal import Journal
from vss.continuum.edge.polling import look
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.edge.work import Work


@dataclass(slots=True)
class _Watch:
    """An input of a service.

    Attributes:
        due_s: reading of `time.monotonic` at which it is looked at next.
        failures: in a row.
        seen_s: reading of `time.monotonic` when the last look that worked began.
    """

    work: Work
    place: StoragePlace
    due_s: float = 0.0
    failures: int = 0
    seen_s: float = 0.0


@dataclass(slots=True)
class Watcher:
    """Finds new objects.

    Attributes:
        settings: of the runner.
        journal: takes what is found.
        works: by service.
        say: told what an operator should know.
    """

    settings: RunnerSettings
    journal: Journal
    works: Mapping[str, Work]
    say: Callable[[str], None]
    _watches: list[_Watch] = field(init=False)

    def __post_init__(self) -> None:
        self._watches = [
            _Watch(work, place)
            for work in self.works.values()
            for place in work.service.description.inputs
        ]

    def has_seen_all_since(self, then_s: float) -> bool:
        """Tell whether each input was looked at since a reading of `time.monotonic`."""
        return all(watch.seen_s > then_s for watch in self._watches)

    def look_at_due(self) -> int:
        """Look at the inputs whose time has come; return how many objects are new."""
        return sum(self._look(watch) for watch in self._watches if watch.due_s <= time.monotonic())

    def hurry(self) -> None:
        """Look at all inputs next time."""
        for watch in self._watches:
            watch.due_s = 0.0

    def _look(self, watch: _Watch) -> int:
        place, supervisor, began_s = watch.place, watch.work.supervisor, time.monotonic()
        try:
            pages = look(supervisor.store(place), place)
            found = sum(self.journal.add(watch.work.service.name, page) for page in pages)
        except StorageFailed as error:
            watch.failures += 1
            watch.due_s = time.monotonic() + self.settings.pause_s(watch.failures)
            if watch.failures == 1:
                self.say(f"{place.provider} cannot be looked at: {supervisor.mask(str(error))}")
            return 0
        if watch.failures:
            self.say(f"{place.provider} can be looked at again")
        watch.failures, watch.seen_s = 0, began_s
        watch.due_s = time.monotonic() + self.settings.poll_interval_s
        return found

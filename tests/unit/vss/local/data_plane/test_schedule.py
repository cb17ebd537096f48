from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from vss.local.data_plane.configuration import ScheduledTarget
from vss.local.data_plane.errors import Throttled
from vss.local.data_plane.function import Invoked
from vss.local.data_plane.journal import Journal
from vss.local.data_plane.outcome import Outcome
from vss.local.data_plane.schedule import Schedule
from vss.local.data_plane.segments import Span


class FakeFunction:
    def __init__(self) -> None:
        self.events: list[tuple[float, bytes]] = []

    def invoke(self, event: bytes) -> Invoked:
        self.events.append((time.monotonic(), event))
        if len(self.events) == 1:
            raise Throttled("busy")
        return Invoked("r", "f", "e", Outcome(b"", None, Span(0.0, 0.0), None, 0), None)


def test_the_target_is_invoked_at_its_interval_whatever_happens(tmp_path: Path) -> None:
    function: Any = FakeFunction()
    journal = Journal(tmp_path / "journal")
    # Rules count in minutes; a schedule itself knows only seconds.
    target = ScheduledTarget("rule", "f", interval_s=1, event='{"vss": "warm"}')
    schedule = Schedule(target, function, journal)
    begin = time.monotonic()
    schedule.start()
    time.sleep(2.5)
    schedule.stop()
    assert schedule.join(2)
    journal.close()
    assert [round(when - begin) for when, _ in function.events] == [1, 2]
    assert {event for _, event in function.events} == {b'{"vss": "warm"}'}
    [line] = (tmp_path / "journal").read_text().splitlines()
    assert json.loads(line)["messages"] == 0

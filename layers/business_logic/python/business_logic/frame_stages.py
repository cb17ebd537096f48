"""Watches the stages of one frame: each is timed for the record and a subsegment of the trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from business_logic.stage_clock import StageClock
from business_logic.telemetry import Telemetry


class FrameStages:
    """Times and traces stages.

    Attributes:
        timings_ms: milliseconds of each stage, in the order of their first start.
    """

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._clock = StageClock()
        self.timings_ms = self._clock.timings_ms

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Enclose the stage ``name``."""
        with self._telemetry.subsegment(name), self._clock.stage(name):
            yield

"""Times the stages of one frame's way through the pipeline."""

from __future__ import annotations

from time import perf_counter


class StageClock:
    """Measures stages by name; a stage that runs more than once adds up.

    Attributes:
        timings_ms: milliseconds of each stage, in the order of their first start.
    """

    def __init__(self) -> None:
        self.timings_ms: dict[str, float] = {}

    def stage(self, name: str) -> Stage:
        """Return a context that times what it encloses as stage ``name``, also where it raises."""
        return Stage(self.timings_ms, name)


class Stage:
    """The time between entering and leaving, added to the stage's sum."""

    __slots__ = ("_name", "_start", "_timings_ms")

    def __init__(self, timings_ms: dict[str, float], name: str) -> None:
        self._timings_ms = timings_ms
        self._name = name
        self._start = 0.0

    def __enter__(self) -> None:
        self._timings_ms.setdefault(self._name, 0.0)
        self._start = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._timings_ms[self._name] += (perf_counter() - self._start) * 1000

"""Times the stages of one frame's way through the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class StageClock:
    """Measures stages by name; a stage that runs more than once (faces) adds up."""

    def __init__(self) -> None:
        self.timings_ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the enclosed code as stage ``name``, also where it raises."""
        start = perf_counter()
        try:
            yield
        finally:
            elapsed_ms = (perf_counter() - start) * 1000
            self.timings_ms[name] = self.timings_ms.get(name, 0.0) + elapsed_ms

"""How the edge runner works on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

from deep_learning.errors import ConfigurationError

_MIB = 1 << 20
# Name: least and most that is allowed.
_RANGES: dict[str, tuple[float, float]] = {
    "concurrency": (1, 256),
    "max_attempts": (1, 100),
    "poll_interval_s": (0.01, 3600),
    "script_timeout_s": (0.1, 30 * 86_400),
    "reserve_bytes": (0, 1 << 50),
    "first_pause_s": (0.0, 3600),
    "most_pause_s": (0.0, 86_400),
}


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """Settings of a runner.

    Attributes:
        state: folder of journal, outgoing files, failed inputs and logs; of one runner alone.
        concurrency: scripts that run at a time, of all services together.
        max_attempts: tries of an object, and of the sending of its outputs, before it is failed.
        poll_interval_s: between one look at a store and the next.
        script_timeout_s: after which a script is ended.
        reserve_bytes: of the disk of ``state`` that are left free: below, no object is begun.
        first_pause_s: before the second try of anything; doubles with each further one …
        most_pause_s: … up to this.

    Raises:
        ConfigurationError: a value is out of range.
    """

    state: Path
    concurrency: int = max(1, os.cpu_count() or 1)
    max_attempts: int = 3
    poll_interval_s: float = 2.0
    script_timeout_s: float = 3600.0
    reserve_bytes: int = 256 * _MIB
    first_pause_s: float = 1.0
    most_pause_s: float = 60.0

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self) if field.name in _RANGES):
            value, (least, most) = getattr(self, name), _RANGES[name]
            if not least <= value <= most:
                raise ConfigurationError(f"{name} is {value!r}; allowed are {least} to {most}")

    def pause_s(self, attempt: int) -> float:
        """Return how long to wait after the given try, the first being 1."""
        exponent = min(max(attempt - 1, 0), 40)
        return min(self.most_pause_s, self.first_pause_s * 2.0**exponent)

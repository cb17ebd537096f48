"""A function whose power is tuned, wherever it runs."""

from __future__ import annotations

from typing import Protocol

from deep_learning.errors import SurveillanceError

from vss.study.tuning.power_stats import Invocation


class TuningError(SurveillanceError):
    """Tuning cannot go on; what was changed is put back."""


class PowerValueFailed(SurveillanceError):
    """A power value has no result: the function failed, timed out or was throttled there."""


class TunedFunction(Protocol):
    """A function that can be invoked at every power value."""

    @property
    def architecture(self) -> str:
        """``x86_64`` or ``arm64``."""
        ...

    def invoke(self, power: int, numbers: range) -> list[Invocation]:
        """Make those of a power value's invocations that have these numbers, from 0.

        Args:
            power: MB of memory.
            numbers: of the invocations; each of them occurs once, in rising order.

        Raises:
            PowerValueFailed: an invocation did not succeed; the power value is given up.
            TuningError: nothing can be invoked at all.
        """
        ...

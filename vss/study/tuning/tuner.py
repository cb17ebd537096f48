"""Measures every power value and finds the optimum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vss.study.tuning.power_stats import Invocation, Measured, PowerStats, stats_of
from vss.study.tuning.strategy import best
from vss.study.tuning.tuned_function import PowerValueFailed, TunedFunction, TuningError
from vss.study.tuning.tuning_input import STRATEGIES, TuningInput

# Environments of so many power values are kept at a time.
_SIDE_BY_SIDE = 8
# One after the other: after a pause a share of a CPU is a whole one for some milliseconds, until
# the quota of a period is used up.
_TURN = 10


@dataclass(frozen=True, slots=True)
class Tuning:
    """What came out.

    Attributes:
        measured: of each power value, in the order asked for.
        stats: the averages of those that have a result.
        optimum: by the strategy asked for; None of a dry run.
        optima: the optimum by every strategy; empty of a dry run.
    """

    measured: tuple[Measured, ...]
    stats: tuple[PowerStats, ...]
    optimum: PowerStats | None
    optima: dict[str, PowerStats]


def tune(
    wanted: TuningInput, function: TunedFunction, done: Callable[[int], None] = lambda count: None
) -> Tuning:
    """Measure every power value; one where the function fails is left out.

    The power values take turns of ten invocations, so that what disturbs for a while disturbs all
    alike; where invocations are parallel, all of one power value come at once.

    Args:
        wanted: what to measure.
        function: what to invoke.
        done: told how many further invocations are done, or given up.

    Raises:
        TuningError: no power value has a result.
    """
    measured: list[Measured] = []
    for first in range(0, len(wanted.power_values), _SIDE_BY_SIDE):
        powers = wanted.power_values[first : first + _SIDE_BY_SIDE]
        measured += _measure(wanted, function, powers, done)
    return conclude(wanted, measured, function.architecture)


def conclude(
    wanted: TuningInput, measured: Sequence[Measured], architecture: str = "x86_64"
) -> Tuning:
    """Return averages and optima of what was measured.

    Raises:
        TuningError: no power value has a result.
    """
    stats = tuple(
        stats_of(one, wanted.discard, architecture) for one in measured if one.failure is None
    )
    if not stats:
        reasons = "; ".join(f"{one.power} MB: {one.failure}" for one in measured)
        raise TuningError(f"no power value has a result: {reasons}")
    if wanted.dry_run:
        return Tuning(tuple(measured), stats, None, {})
    optima = {name: best(stats, name, wanted.balanced_weight) for name in STRATEGIES}
    return Tuning(tuple(measured), stats, optima[wanted.strategy], optima)


def _measure(
    wanted: TuningInput,
    function: TunedFunction,
    powers: Sequence[int],
    done: Callable[[int], None],
) -> list[Measured]:
    found: dict[int, list[Invocation]] = {power: [] for power in powers}
    failures: dict[int, str] = {}
    turn = wanted.num if wanted.parallel else _TURN
    for first in range(0, wanted.num, turn):
        numbers = range(first, min(first + turn, wanted.num))
        for power in powers:
            if power not in failures:
                try:
                    found[power] += function.invoke(power, numbers)
                except PowerValueFailed as error:
                    failures[power] = str(error)
            done(len(numbers))
    return [
        Measured(power, () if power in failures else tuple(found[power]), failures.get(power))
        for power in powers
    ]

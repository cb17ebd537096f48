"""How long a queue full of images lasts: a simulation of Lambda's event source mapping.

"Lambda starts processing five batches at a time with five concurrent invocations … increases the
number of processes that are reading batches by up to 300 more instances per minute. The maximum
number of batches that an event source mapping can process simultaneously is 1,000."
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html, read 2026-11-22.)

Here the 300 come evenly, five a second, as long as batches wait. All messages wait from the start;
polling, throttling and failures take no time.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

_START, _PER_S, _CEILING = 5, 300 / 60, 1000


@dataclass(frozen=True, slots=True)
class Load:
    """The work.

    Attributes:
        batches: how many.
        cold_s: of an environment's first one, its start included.
        warm_s: of each further one.
        ceiling: most batches at a time: the mapping's maximum concurrency where it has one.
    """

    batches: int
    cold_s: float
    warm_s: float
    ceiling: int = _CEILING


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the simulation gives.

    Attributes:
        total_s: until the last batch is done.
        environments: that were started.
    """

    total_s: float
    environments: int


def simulate(load: Load) -> Simulated:
    """Hand batch after batch to the environment that is free first, or to a new one if earlier."""
    done_s, environments = completions([0.0] * load.batches, load)
    return Simulated(max(done_s, default=0.0), environments)


def completions(arrivals_s: Sequence[float], load: Load, idle: int = 0) -> tuple[list[float], int]:
    """Return when each of the batches that arrive at these times is done.

    Args:
        arrivals_s: rising; the mapping begins to scale with the first.
        load: how long batches take; how many they are is told by the arrivals.
        idle: environments that are there already, warm.

    Returns:
        The times, and how many environments were at work.
    """
    free: list[float] = []
    done: list[float] = []
    environments = 0
    for arrival_s in arrivals_s:
        new_s = max(arrival_s, arrivals_s[0] + _begin_s(environments))
        again_s = max(arrival_s, free[0]) if free else math.inf
        may_begin = environments < min(load.ceiling, _CEILING)
        if may_begin and new_s <= again_s and again_s > arrival_s:
            done.append(new_s + (load.warm_s if environments < idle else load.cold_s))
            environments += 1
        else:
            heapq.heappop(free)
            done.append(again_s + load.warm_s)
        heapq.heappush(free, done[-1])
    return done, environments


def _begin_s(environments: int) -> float:
    """Return when the mapping may have one more than so many environments at work."""
    return max(0.0, (environments + 1 - _START) / _PER_S)

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
    free: list[float] = []
    end_s, environments = 0.0, 0
    for _ in range(load.batches):
        begins_s = _begin_s(environments)
        may_begin = environments < min(load.ceiling, _CEILING)
        if may_begin and (not free or begins_s <= free[0]):
            environments += 1
            done_s = begins_s + load.cold_s
        else:
            done_s = heapq.heappop(free) + load.warm_s
        heapq.heappush(free, done_s)
        end_s = max(end_s, done_s)
    return Simulated(end_s, environments)


def _begin_s(environments: int) -> float:
    """Return when the mapping may have one more than so many environments at work."""
    return max(0.0, (environments + 1 - _START) / _PER_S)

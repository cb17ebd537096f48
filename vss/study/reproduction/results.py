"""What follows from the measurements: costs by equation (1), parts of cold starts, total times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from vss.study.cost_model import billed_ms, price
from vss.study.reproduction.concurrency import Load, Simulated, simulate
from vss.study.reproduction.measurements import CellTimes, Measurements
from vss.study.reproduction.plan import BATCH_SIZES, IMAGES, MEMORIES_MB, Way
from vss.study.tuning.power_stats import PowerStats, invocation_price
from vss.study.tuning.strategy import best

_DISCARD = 0.2


@dataclass(frozen=True, slots=True)
class BatchCost:
    """A way to process all images.

    Attributes:
        way: how the function is shipped and initialised.
        memory_mb: of the function.
        batch_size: images a request.
        duration_ms: of a warm request, trimmed mean.
        paper_usd: all images by the paper's equation and its billing; warm requests alone.
        current_usd: likewise by today's billing.
        cold_usd: what the cold starts of the simulated run add by today's billing.
        simulated: the run.
    """

    way: Way
    memory_mb: int
    batch_size: int
    duration_ms: float
    paper_usd: float
    current_usd: float
    cold_usd: float
    simulated: Simulated


@dataclass(frozen=True, slots=True)
class Spread:
    """A median of several measurements, with the quarters below and above it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return that of at least two values."""
        low, middle, high = quantiles(values, n=4, method="inclusive")
        return cls(middle, low, high)


@dataclass(frozen=True, slots=True)
class ColdStart:
    """The parts of a cold start, milliseconds.

    Attributes:
        setup_ms: making the environment's place.
        init_ms: of the runtime, from the process's start until it asks for its first event.
        total_ms: of all, the first invocation included.
    """

    way: Way
    memory_mb: int
    setup_ms: Spread
    init_ms: Spread
    total_ms: Spread


def batch_costs(measurements: Measurements, way: Way) -> list[BatchCost]:
    """Return the costs by memory and batch size, as far as they were measured."""
    return [
        batch_cost(way, memory_mb, size, found)
        for memory_mb in MEMORIES_MB
        if (found := measurements.of(way, memory_mb))
        for size in BATCH_SIZES
        if size in found[0].warm_ms
    ]


def batch_cost(way: Way, memory_mb: int, size: int, found: Sequence[CellTimes]) -> BatchCost:
    """Return the cost of all images at a memory in batches of a size.

    Each measured request is billed by itself and the mean is taken then: rounding up to 100 ms
    before and after averaging are different things.
    """
    warm = _without_outliers([ms for cell in found for ms in cell.warm_ms[size]])
    requests = IMAGES // size

    def usd(mode: str) -> float:
        costs = [float(price(ms, memory_mb, mode=mode)) for ms in warm]
        return requests * sum(costs) / len(costs)

    duration_ms = sum(warm) / len(warm)
    setup_ms, init_ms, first_ms = (
        median(getattr(cell, name) for cell in found)
        for name in ("setup_ms", "init_ms", "first_ms")
    )
    # What the first batch of an environment takes longer is measured with a batch of one.
    extra_ms = max(first_ms - median(ms for cell in found for ms in cell.warm_ms[1]), 0.0)
    cold_s = (setup_ms + init_ms + extra_ms + duration_ms) / 1000
    simulated = simulate(Load(requests, cold_s, duration_ms / 1000))
    cold_ms = billed_ms(extra_ms, init_ms, mode="current")
    cold_usd = simulated.environments * invocation_price(cold_ms, memory_mb)
    return BatchCost(
        way, memory_mb, size, duration_ms, usd("paper"), usd("current"), cold_usd, simulated
    )


def cold_starts(measurements: Measurements, way: Way) -> list[ColdStart]:
    """Return the parts of cold starts by memory, of two rounds or more."""
    found = []
    for memory_mb in MEMORIES_MB:
        cells = measurements.of(way, memory_mb)
        if len(cells) > 1:
            totals = [cell.setup_ms + cell.init_ms + cell.first_ms for cell in cells]
            setup = Spread.of([cell.setup_ms for cell in cells])
            init = Spread.of([cell.init_ms for cell in cells])
            found.append(ColdStart(way, memory_mb, setup, init, Spread.of(totals)))
    return found


def recommended(costs: Sequence[BatchCost], batch_size: int, strategy: str) -> BatchCost:
    """Return the optimum among the memories, as `vss tune` would choose it."""
    of_size = [cost for cost in costs if cost.batch_size == batch_size]
    stats = [
        PowerStats(one.memory_mb, one.duration_ms, one.current_usd, one.current_usd, None, None)
        for one in of_size
    ]
    power = best(stats, strategy).power
    return next(one for one in of_size if one.memory_mb == power)


def _without_outliers(values: Sequence[float]) -> list[float]:
    count = int(len(values) * _DISCARD)
    return sorted(values)[count : len(values) - count]

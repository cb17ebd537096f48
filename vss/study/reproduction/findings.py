"""Says of each finding of the paper whether our measurements agree, with the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vss.study.finding import Finding, Verdict
from vss.study.reproduction.plan import BATCH_SIZES, IMAGES, MEMORIES_MB
from vss.study.reproduction.results import BatchCost, ColdStart, recommended
from vss.study.tuning.tuning_input import STRATEGIES

_LEAST, _FLAT_END, _LARGEST = MEMORIES_MB[0], 1536, MEMORIES_MB[-1]
# "Negligible" in the paper; here: less than this share between the cheapest and the dearest.
_FLAT = 0.10
# What the paper gives as rises of the cost against its flat range.
_PAPER_RISES = {2048: 0.1338, 3008: 0.61}
_PC_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the findings are held against.

    Attributes:
        costs: of our function.
        eager: cold starts in global scope.
        lazy: cold starts in local scope.
        lazy_warm_ms: warm request of one image in local scope, by memory.
        pc_images_per_s: of one PC.
    """

    costs: Sequence[BatchCost]
    eager: Sequence[ColdStart]
    lazy: Sequence[ColdStart]
    lazy_warm_ms: Mapping[int, float]
    pc_images_per_s: float

    def cost(self, memory_mb: int, size: int) -> BatchCost:
        """Return the cost at a memory and batch size."""
        return next(c for c in self.costs if (c.memory_mb, c.batch_size) == (memory_mb, size))


def findings(evidence: Evidence) -> list[Finding]:
    """Return all findings, in the order of the paper."""
    return [
        _batches(evidence),
        _flat_costs(evidence),
        _rising_costs(evidence),
        _scopes(evidence),
        _longer_init(evidence),
        _memory_and_cold_starts(evidence),
        _flat_setup(evidence),
        _pc(evidence),
        _best_memory(evidence),
        _best_batch(evidence),
    ]


def _batches(evidence: Evidence) -> Finding:
    def saved(memory_mb: int) -> float:
        one, ten = (evidence.cost(memory_mb, size).paper_usd for size in (1, BATCH_SIZES[-1]))
        return 1 - ten / one

    cheaper = [
        evidence.cost(memory, small).paper_usd >= evidence.cost(memory, large).paper_usd
        for memory in MEMORIES_MB
        for small, large in pairwise(BATCH_SIZES)
    ]
    low, high = saved(_LEAST), saved(_LARGEST)
    single, ten = (evidence.cost(_LARGEST, size) for size in (1, BATCH_SIZES[-1]))
    return Finding(
        "More images a request cost less, especially with much memory (Figure 2).",
        Verdict.of([all(cheaper), high > low]),
        f"Batches of 10 save {low:.0%} at {_LEAST:,} MB and {high:.0%} at {_LARGEST:,} MB by the "
        f"paper's billing (a single image takes {single.duration_ms:.0f} ms there and is billed in "
        f"steps of 100); by today's {1 - ten.current_usd / single.current_usd:.0%} at "
        f"{_LARGEST:,} MB.",
    )


def _flat_costs(evidence: Evidence) -> Finding:
    spreads = {size: _spread(evidence, size, paper=True) for size in BATCH_SIZES}
    today = {size: _spread(evidence, size, paper=False) for size in BATCH_SIZES}
    return Finding(
        f"From {_LEAST} to {_FLAT_END} MB the cost is about the same (Figure 2).",
        Verdict.of([spread <= _FLAT for spread in spreads.values()]),
        f"Dearest against cheapest of the three: {_by_batch(spreads)} by the paper's billing, "
        f"{_by_batch(today)} by today's.",
    )


def _spread(evidence: Evidence, size: int, *, paper: bool) -> float:
    of_range = [one for one in evidence.costs if one.batch_size == size]
    usd = [
        one.paper_usd if paper else one.current_usd
        for one in of_range
        if one.memory_mb <= _FLAT_END
    ]
    return max(usd) / min(usd) - 1


def _rising_costs(evidence: Evidence) -> Finding:
    rises = {
        memory: {
            size: evidence.cost(memory, size).paper_usd / evidence.cost(_FLAT_END, size).paper_usd
            - 1
            for size in BATCH_SIZES
        }
        for memory in _PAPER_RISES
    }
    ten = BATCH_SIZES[-1]
    today = {
        memory: evidence.cost(memory, ten).current_usd / evidence.cost(_FLAT_END, ten).current_usd
        - 1
        for memory in _PAPER_RISES
    }
    return Finding(
        "2,048 MB cost 13.38 % more, 3,008 MB 61 % (Figure 2).",
        Verdict.of(
            [rises[3008][size] > rises[2048][size] > 0 for size in BATCH_SIZES]
            + [abs(rises[memory][ten] - rise) <= 0.1 for memory, rise in _PAPER_RISES.items()]
        ),
        f"Against {_FLAT_END:,} MB: "
        + "; ".join(f"{memory:,} MB {_by_batch(rises[memory])}" for memory in rises)
        + f" by the paper's billing; {today[2048]:+.0%} and {today[3008]:+.0%} in batches of 10 by "
        "today's.",
    )


def _scopes(evidence: Evidence) -> Finding:
    gains = {
        eager.memory_mb: (lazy.total_ms.median - eager.total_ms.median) / 1000
        for eager, lazy in zip(evidence.eager, evidence.lazy, strict=True)
    }
    warm = {
        memory: (ms - evidence.cost(memory, 1).duration_ms) / 1000
        for memory, ms in evidence.lazy_warm_ms.items()
    }
    return Finding(
        "Global scope makes cold starts better, by about 2 to 4 s (Figures 3 and 4).",
        Verdict.of([min(gains.values()) > 0.1, 1.5 <= max(gains.values()) <= 4.5]),
        f"A cold start in all gains {min(gains.values()):+.2f} to {max(gains.values()):+.2f} s. "
        f"Every later request gains {min(warm.values()):+.2f} to {max(warm.values()):+.2f} s: "
        "local scope loads the networks again.",
    )


def _longer_init(evidence: Evidence) -> Finding:
    longer = [
        (eager.init_ms.median - lazy.init_ms.median) / 1000
        for eager, lazy in zip(evidence.eager, evidence.lazy, strict=True)
    ]
    return Finding(
        "The runtime init of global scope is longer, since it loads networks, code and libraries.",
        Verdict.of([gap > 0 for gap in longer]),
        f"Longer by {min(longer):.2f} to {max(longer):.2f} s.",
    )


def _memory_and_cold_starts(evidence: Evidence) -> Finding:
    parts = []
    holds = []
    for name, starts in (("global", evidence.eager), ("local", evidence.lazy)):
        total = {start.memory_mb: start.total_ms.median / 1000 for start in starts}
        early, all_ = total[_LEAST] - total[_FLAT_END], total[_LEAST] - total[_LARGEST]
        holds += [all_ > 0, early > 0.5 * all_]
        parts.append(
            f"{name} {total[_LEAST]:.2f} s to {total[_LARGEST]:.2f} s, {early / all_:.0%} of it up "
            f"to {_FLAT_END:,} MB"
        )
    return Finding(
        "More memory shortens cold starts in both scopes, mostly from 704 to 1,536 MB.",
        Verdict.of(holds),
        "; ".join(parts) + ".",
    )


def _flat_setup(evidence: Evidence) -> Finding:
    setups = [start.setup_ms.median for start in (*evidence.eager, *evidence.lazy)]
    return Finding(
        "Container setup hardly depends on memory.",
        Verdict.of([max(setups) - min(setups) < 50]),
        f"{min(setups):.0f} to {max(setups):.0f} ms of making network, limits and credentials "
        "here; Lambda's own setup cannot be measured from here.",
    )


def _pc(evidence: Evidence) -> Finding:
    pc_s = IMAGES / evidence.pc_images_per_s
    fastest = min(evidence.costs, key=lambda one: one.simulated.total_s)
    slowest = max(evidence.costs, key=lambda one: one.simulated.total_s)
    return Finding(
        f"{IMAGES:,} images take hours on a PC and minutes on Lambda (Figure 5).",
        Verdict.of([pc_s > 3600, fastest.simulated.total_s < _PC_SHARE * pc_s]),
        f"One PC takes {pc_s / 60:.1f} min ({evidence.pc_images_per_s:.1f} images/s, measured), "
        f"Lambda {fastest.simulated.total_s:.0f} s ({fastest.memory_mb:,} MB, "
        f"{_by_size(fastest.batch_size)}) to {slowest.simulated.total_s:.0f} s "
        f"({slowest.memory_mb:,} MB, {_by_size(slowest.batch_size)}), simulated.",
    )


def _best_memory(evidence: Evidence) -> Finding:
    chosen = {
        size: {name: recommended(evidence.costs, size, name).memory_mb for name in STRATEGIES}
        for size in BATCH_SIZES
    }
    balanced = [choice["balanced"] for choice in chosen.values()]
    told = "; ".join(
        f"{_by_size(size)}: {choice['cost']:,} MB by cost, {choice['speed']:,} by time, "
        f"{choice['balanced']:,} balanced"
        for size, choice in chosen.items()
    )
    return Finding(
        "The best memory is 1,536 MB.",
        Verdict.of([memory == _FLAT_END for memory in balanced]),
        f"{told} (today's billing).",
    )


def _best_batch(evidence: Evidence) -> Finding:
    fastest = {
        memory: min(BATCH_SIZES, key=lambda size: evidence.cost(memory, size).simulated.total_s)
        for memory in MEMORIES_MB
    }
    one, ten = (evidence.cost(_FLAT_END, size) for size in (1, BATCH_SIZES[-1]))
    return Finding(
        "One image a request gives the highest throughput.",
        Verdict.of([size == 1 for size in fastest.values()]),
        "Fastest: "
        + ", ".join(f"{_by_size(size)} at {memory:,} MB" for memory, size in fastest.items())
        + f". At {_FLAT_END:,} MB one image a request takes {one.simulated.total_s:.0f} s, batches "
        f"of 10 take {ten.simulated.total_s:.0f} s (simulated); they cost "
        f"{one.current_usd:.4f} and {ten.current_usd:.4f} USD.",
    )


def _by_batch(shares: Mapping[int, float]) -> str:
    sizes = "/".join(str(size) for size in shares)
    return "/".join(f"{share:+.0%}" for share in shares.values()) + f" (batches of {sizes})"


def _by_size(size: int) -> str:
    return "1 image" if size == 1 else f"batches of {size}"

"""Which power value is best: the cheapest, the fastest, or a balance; ties as the tool has them.

The cheaper of two equally fast ones wins and the faster of two equally cheap ones; where both are
equal, and for balanced values, the one that was asked for first.
"""

from __future__ import annotations

from collections.abc import Sequence

from vss.study.tuning.power_stats import PowerStats


def best(stats: Sequence[PowerStats], strategy: str, weight: float = 0.5) -> PowerStats:
    """Return the optimum of one or more power values.

    Args:
        stats: in the order in which they were asked for.
        strategy: ``cost``, ``speed`` or ``balanced``.
        weight: of the cost, 0 to 1, where balanced.
    """
    if strategy == "cost":
        return min(stats, key=lambda one: (one.price, one.duration_ms))
    if strategy == "speed":
        return min(stats, key=lambda one: (one.duration_ms, one.price))
    most_price = max(one.price for one in stats)
    most_ms = max(one.duration_ms for one in stats)

    def value(one: PowerStats) -> float:
        return weight * one.price / most_price + (1 - weight) * one.duration_ms / most_ms

    return min(stats, key=value)

"""Averages over the invocations of one power value, as AWS Lambda Power Tuning takes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vss.study.cost_model import compute_price, gb_s


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation that succeeded.

    Attributes:
        duration_ms: of the handler.
        billed_ms: what Lambda bills, the initialisation included.
        init_ms: of the initialisation before it; None where the environment was warm.
    """

    duration_ms: float
    billed_ms: int
    init_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured at a power value.

    Attributes:
        power: MB of memory.
        invocations: those that succeeded, in their order.
        failure: why the power value has no result; None where it has.
    """

    power: int
    invocations: tuple[Invocation, ...]
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """Cold or warm invocations by themselves.

    Attributes:
        count: how many.
        duration_ms: mean of the handler.
        init_ms: mean of the initialisation, 0 where warm.
        price: mean in USD.
    """

    count: int
    duration_ms: float
    init_ms: float
    price: float


@dataclass(frozen=True, slots=True)
class PowerStats:
    """The averages of a power value.

    Attributes:
        power: MB of memory.
        duration_ms: trimmed mean of the billed durations.
        price: USD, of an invocation that is billed that long; without the price of the request.
        total_price: USD, of all invocations together.
        cold: those that began with an initialisation; None where there are none.
        warm: the others, trimmed likewise; None where there are none.
    """

    power: int
    duration_ms: float
    price: float
    total_price: float
    cold: Phase | None
    warm: Phase | None


def stats_of(measured: Measured, discard: float, architecture: str = "x86_64") -> PowerStats:
    """Return the averages.

    Args:
        measured: with at least one invocation.
        discard: share of the fastest, and of the slowest, that averages leave out.
        architecture: of the function, for the price.
    """
    power, all_ = measured.power, measured.invocations
    duration_ms = trimmed_mean([one.billed_ms for one in all_], discard)
    return PowerStats(
        power=power,
        duration_ms=duration_ms,
        price=invocation_price(duration_ms, power, architecture),
        total_price=sum(invocation_price(one.billed_ms, power, architecture) for one in all_),
        cold=_phase([o for o in all_ if o.init_ms is not None], power, 0.0, architecture),
        warm=_phase([o for o in all_ if o.init_ms is None], power, discard, architecture),
    )


def trimmed_mean(values: Sequence[float], discard: float) -> float:
    """Return the mean without the ``discard`` share (0 to 0.4) of the least and of the greatest.

    The number that is left out at each end is rounded down; of fewer than five values nothing is
    left out at the tool's 0.2.
    """
    count = int(len(values) * discard)
    kept = sorted(values)[count : len(values) - count]
    return sum(kept) / len(kept)


def invocation_price(billed_ms: float, power: int, architecture: str = "x86_64") -> float:
    """Return USD of an invocation's compute time, begun milliseconds counted whole."""
    rate = compute_price("current", architecture)
    return float(rate.charge(gb_s(math.ceil(billed_ms), power)))


def _phase(
    invocations: Sequence[Invocation], power: int, discard: float, architecture: str
) -> Phase | None:
    if not invocations:
        return None
    init_ms = [one.init_ms or 0.0 for one in invocations]
    prices = [invocation_price(one.billed_ms, power, architecture) for one in invocations]
    return Phase(
        count=len(invocations),
        duration_ms=trimmed_mean([one.duration_ms for one in invocations], discard),
        init_ms=sum(init_ms) / len(init_ms),
        price=trimmed_mean(prices, discard),
    )

"""What invocations of a function cost: equation (1) of paper A, and today's billing.

The paper prints ``cost = nr *((0.0009765625*am)*(0.001*ru(rd,m)*mcc+mrc``: two brackets are never
closed, and as far as they go the price of a request would be multiplied by the memory. Read as::

    cost = nr * ((am / 1024) * (ru(rd, m) / 1000) * mcc + mrc)

with *nr* requests of a month, *am* MB of memory, *rd* ms of duration, *ru* rounding up to the next
multiple of *m* ms, *mcc* USD per GB-s and *mrc* USD per request. Modes:

=========== ======= =================== ================== ====================================
mode        m       mcc                 mrc                initialisation (INIT)
=========== ======= =================== ================== ====================================
``paper``   100 ms  0.0000166667        0.0000002          not billed, as it was not in 2020
``paper-b`` 1 ms    0.0000167           none               part of the billed time, as reported
``current`` 1 ms    by architecture,    0.0000002          billed (since 2025-08-01)
                    in tiers
=========== ======= =================== ================== ====================================

``paper-b`` is what gives the values printed in paper B, section 5: its authors multiplied the
billed time by 0.0000000167 USD, AWS's rounded price of 1 ms at 1,024 MB.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from deep_learning.errors import ConfigurationError

from vss.study.prices import Price, price_list

Number = int | float | Decimal

MODES = ("paper", "paper-b", "current")
ARCHITECTURES = ("x86_64", "arm64")
MEMORY_MB = (128, 10_240)
_ROUNDING_MS = {"paper": 100, "paper-b": 1, "current": 1}
_REQUESTS = {"paper": "paper.requests", "current": "lambda.requests"}
_MB_IN_GB, _MS_IN_S = 1024, 1000


def price(
    duration_ms: Number,
    memory_mb: int,
    *,
    mode: str,
    init_ms: Number = 0,
    architecture: str = "x86_64",
    requests: int = 1,
    free_tier: bool = False,
) -> Decimal:
    """Return what equal requests of one month cost.

    Args:
        duration_ms: of one request, without its initialisation.
        memory_mb: allocated, 128 to 10,240.
        mode: ``paper``, ``paper-b`` or ``current``.
        init_ms: initialisation of each of the requests; 0 for warm ones.
        architecture: ``x86_64``; ``arm64`` in the mode ``current`` only.
        requests: their number.
        free_tier: take off what AWS gives free each month, in the mode ``current`` only.

    Returns:
        USD, exact: nothing is rounded but the billed time.

    Raises:
        ConfigurationError: an argument is not allowed; the message says what is.
    """
    compute = compute_price(mode, architecture)
    _check_whole("requests", requests, 0, None)
    if free_tier and mode != "current":
        raise ConfigurationError(f"free_tier is on in mode {mode}; allowed: in mode current")
    gb_seconds = requests * gb_s(billed_ms(duration_ms, init_ms, mode=mode), memory_mb)
    total = compute.charge(_beyond_free(compute, gb_seconds, free_tier))
    if mode in _REQUESTS:
        charged = price_list()[_REQUESTS[mode]]
        total += charged.charge(_beyond_free(charged, Decimal(requests), free_tier))
    return total


def billed_ms(duration_ms: Number, init_ms: Number = 0, *, mode: str) -> int:
    """Return the time that is paid for: duration and, where billed, INIT, rounded up together.

    Raises:
        ConfigurationError: a time below 0 or not finite, or an unknown mode.
    """
    _check_mode(mode)
    duration, init = _time("duration_ms", duration_ms), _time("init_ms", init_ms)
    step = _ROUNDING_MS[mode]
    total = duration if mode == "paper" else duration + init
    return int((total / step).to_integral_value(ROUND_CEILING)) * step


def gb_s(duration_ms: Number, memory_mb: int) -> Decimal:
    """Return GB-seconds of a time in ms at ``memory_mb`` (1 GB is 1,024 MB).

    Raises:
        ConfigurationError: the time or the memory is not allowed.
    """
    _check_whole("memory_mb", memory_mb, *MEMORY_MB)
    return Decimal(memory_mb) / _MB_IN_GB * _time("duration_ms", duration_ms) / _MS_IN_S


def compute_price(mode: str, architecture: str = "x86_64") -> Price:
    """Return the price of a GB-second.

    Raises:
        ConfigurationError: an unknown mode or architecture, or arm64 in a mode of the papers.
    """
    _check_mode(mode)
    allowed = ARCHITECTURES if mode == "current" else ARCHITECTURES[:1]
    if architecture not in allowed:
        raise ConfigurationError(
            f"architecture is {architecture!r} in mode {mode}; allowed: {', '.join(allowed)}"
        )
    name = f"lambda.compute.{architecture}" if mode == "current" else f"{mode}.compute"
    return price_list()[name]


def _beyond_free(price: Price, quantity: Decimal, free_tier: bool) -> Decimal:
    return max(quantity - price.free, Decimal(0)) if free_tier else quantity


def _check_mode(mode: str) -> None:
    if mode not in MODES:
        raise ConfigurationError(f"mode is {mode!r}; allowed: {', '.join(MODES)}")


def _check_whole(name: str, value: int, low: int, high: int | None) -> None:
    whole_number = isinstance(value, int) and not isinstance(value, bool)
    if not whole_number or value < low or (high is not None and value > high):
        end = "up" if high is None else f"to {high}"
        raise ConfigurationError(f"{name} is {value!r}; allowed: a whole number from {low} {end}")


def _time(name: str, value: Number) -> Decimal:
    # By its text a float is the number that was written, not the nearest binary one.
    exact = Decimal(str(value))
    if not exact.is_finite() or exact < 0:
        raise ConfigurationError(f"{name} is {value!r}; allowed: a time from 0 ms up")
    return exact

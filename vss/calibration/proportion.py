"""How certain a rate is that was counted: the exact interval of Clopper and Pearson.

C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of
the binomial", Biometrika 26 (1934) 404-413. Exact, because the counts here are small or 0, where
approximations fail. Without SciPy, which the command-line tool does not need for anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95

Counts = NDArray[np.intp]
Shares = NDArray[np.float64]

# Each halves an interval that begins as 0..1: far below what a count can tell.
_BISECTIONS = 60
_MOST_TERMS = 20_000
_PRECISION = 1e-14


@dataclass(frozen=True, slots=True)
class Rate:
    """An error rate as it was counted.

    Attributes:
        events: searches that went wrong.
        trials: all searches, at least 1.
    """

    events: int
    trials: int

    @property
    def share(self) -> float:
        """The rate, 0..1."""
        return self.events / self.trials

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval, 0..1."""
        low, high = clopper_pearson(np.array([self.events]), self.trials)
        return float(low[0]), float(high[0])


def clopper_pearson(events: Counts, trials: int) -> tuple[Shares, Shares]:
    """Return the ends, each [n], of the 95 % confidence intervals of ``events`` [n] in ``trials``.

    The interval is central: at each end half of the 5 % lies outside.
    """
    tail = (1 - CONFIDENCE) / 2
    low = _beta_quantile(tail, np.maximum(events, 1), trials - np.maximum(events, 1) + 1)
    below_all = np.minimum(events, trials - 1)
    high = _beta_quantile(1 - tail, below_all + 1, trials - below_all)
    return np.where(events == 0, 0.0, low), np.where(events == trials, 1.0, high)


def _beta_quantile(probability: float, a: Counts, b: Counts) -> Shares:
    """Return x, [n], with I_x(a, b) = ``probability``, by bisection; a and b are at least 1."""
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        reached = _beta_cdf(middle, a, b) >= probability
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return (low + high) / 2


def _beta_cdf(x: Shares, a: Counts, b: Counts) -> Shares:
    """Return the regularised incomplete beta function I_x(a, b), each [n]; DLMF 8.17."""
    # The continued fraction converges fast below the mean; above, I_x(a, b) = 1 - I_1-x(b, a).
    above = x > (a + 1) / (a + b + 2)
    x = np.clip(np.where(above, 1 - x, x), np.finfo(np.float64).tiny, 1)
    a, b = np.where(above, b, a), np.where(above, a, b)
    log_beta = np.array(
        [lgamma(p) + lgamma(q) - lgamma(p + q) for p, q in zip(a, b, strict=True)], np.float64
    )
    front = np.exp(a * np.log(x) + b * np.log1p(-x) - log_beta) / a
    value: Shares = front * _continued_fraction(x, a, b)
    return np.where(above, 1 - value, value)


def _continued_fraction(x: Shares, a: Counts, b: Counts) -> Shares:
    """Return the continued fraction of I_x(a, b), DLMF 8.17.22, by the method of Lentz."""
    numerator = np.ones(len(x))
    denominator = 1 / (1 - (a + b) * x / (a + 1))
    value = denominator.copy()
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = np.ones(len(x))
        for coefficient in (even, odd):
            denominator = 1 / (1 + coefficient * denominator)
            numerator = 1 + coefficient / numerator
            change = numerator * denominator
            value *= change
        if (abs(change - 1) < _PRECISION).all():
            return value
    raise ArithmeticError(f"I_x(a, b) does not converge for a={a}, b={b}")

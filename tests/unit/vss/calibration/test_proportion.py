"""The interval of a counted rate: against SciPy, closed forms and what it promises."""

import numpy as np
import pytest
from scipy.stats import beta, binom, binomtest

from vss.calibration import proportion
from vss.calibration.proportion import Rate, clopper_pearson


@pytest.mark.parametrize("trials", [1, 2, 3, 10, 47, 300, 5_000])
def test_the_interval_is_that_of_scipy(trials: int) -> None:
    events = np.unique(np.linspace(0, trials, 60).round().astype(np.intp))
    low, high = clopper_pearson(events, trials)
    for index, count in enumerate(events):
        interval = binomtest(int(count), trials).proportion_ci(0.95, method="exact")
        assert low[index] == pytest.approx(interval.low, rel=1e-9, abs=1e-15)
        assert high[index] == pytest.approx(interval.high, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("events", [0, 1, 17, 1_000, 500_000, 999_999, 1_000_000])
def test_a_million_searches_are_no_problem(events: int) -> None:
    low, high = clopper_pearson(np.array([events]), 1_000_000)
    if events:
        wanted = beta.ppf(0.025, events, 1_000_000 - events + 1)
        assert low[0] == pytest.approx(wanted, rel=1e-6)
    if events < 1_000_000:
        wanted = beta.ppf(0.975, events + 1, 1_000_000 - events)
        assert high[0] == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("trials", [1, 5, 100, 20_000])
def test_the_ends_have_closed_forms(trials: int) -> None:
    bound = 1 - 0.025 ** (1 / trials)
    assert Rate(0, trials).interval == (0.0, pytest.approx(bound, rel=1e-9))
    assert Rate(trials, trials).interval == (pytest.approx(1 - bound, rel=1e-9), 1.0)


def test_the_interval_contains_the_rate_and_grows_with_it() -> None:
    events = np.arange(201)
    low, high = clopper_pearson(events, 200)
    assert (low <= events / 200).all()
    assert (high >= events / 200).all()
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()


@pytest.mark.parametrize("true_rate", [0.001, 0.01, 0.1, 0.5, 0.97])
def test_it_contains_the_true_rate_at_least_as_often_as_it_says(true_rate: float) -> None:
    low, high = clopper_pearson(np.arange(151), 150)
    containing = (low <= true_rate) & (true_rate <= high)
    assert binom.pmf(np.arange(151), 150, true_rate)[containing].sum() >= 0.95


def test_a_rate_is_events_by_trials() -> None:
    assert Rate(3, 400).share == 0.0075


def test_what_does_not_converge_is_no_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proportion, "_MOST_TERMS", 3)
    with pytest.raises(ArithmeticError, match="does not converge for a="):
        clopper_pearson(np.array([70]), 150)

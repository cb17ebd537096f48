import pytest

from vss.study.tuning.power_stats import (
    Invocation,
    Measured,
    Phase,
    invocation_price,
    stats_of,
    trimmed_mean,
)


@pytest.mark.parametrize(
    ("values", "discard", "mean"),
    [
        # 0.2 of 5 is 1 at each end: (2 + 3 + 4) / 3.
        ([100, 4, 3, 2, 1], 0.2, 3.0),
        # 0.2 of 4 is 0.8, rounded down: nothing is left out.
        ([10, 20, 30, 100], 0.2, 40.0),
        ([10, 20, 30, 100], 0.0, 40.0),
        # 0.4 of 10 is 4: the middle two are left, (5 + 6) / 2.
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000], 0.4, 5.5),
        # 0.3 of 10 is 3: (4 + 5 + 6 + 7) / 4.
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 0.3, 5.5),
        # 0.2 of 15 is 3: the sum of 4..12 by nine.
        (list(range(1, 16)), 0.2, 8.0),
        ([7], 0.4, 7.0),
    ],
)
def test_mean_without_the_least_and_greatest(
    values: list[float], discard: float, mean: float
) -> None:
    assert trimmed_mean(values, discard) == pytest.approx(mean)


@pytest.mark.parametrize(
    ("billed_ms", "power", "architecture", "usd"),
    [
        # One second at 1,024 MB is one GB-s.
        (1000, 1024, "x86_64", 0.0000166667),
        (1000, 1024, "arm64", 0.0000133334),
        # 0.1 s of 1.5 GB: 0.15 GB-s.
        (100, 1536, "x86_64", 0.0000025000),
        # A begun millisecond counts whole: 101 ms of half a GB.
        (100.001, 512, "x86_64", 0.0000166667 * 0.101 * 0.5),
    ],
)
def test_price_of_the_compute_time_alone(
    billed_ms: float, power: int, architecture: str, usd: float
) -> None:
    assert invocation_price(billed_ms, power, architecture) == pytest.approx(usd, rel=1e-4)


def test_stats_tell_cold_from_warm() -> None:
    cold = Invocation(200.0, 1200, 1000.0)
    warm = [Invocation(float(ms), ms) for ms in (100, 110, 90, 100, 400)]
    stats = stats_of(Measured(1024, (cold, *warm)), 0.2)
    # 0.2 of 6 is 1 at each end: 90 and 1,200 are left out; (100 + 100 + 110 + 400) / 4.
    assert stats.duration_ms == pytest.approx(177.5)
    assert stats.price == pytest.approx(0.178 * 0.0000166667)
    assert stats.total_price == pytest.approx(2.0 * 0.0000166667)
    assert stats.cold == Phase(1, 200.0, 1000.0, pytest.approx(1.2 * 0.0000166667))
    # 0.2 of 5 is 1: 90 and 400 are left out; (100 + 100 + 110) / 3.
    assert stats.warm == Phase(
        5, pytest.approx(310 / 3), 0.0, pytest.approx(0.31 / 3 * 0.0000166667)
    )


def test_a_phase_that_did_not_occur_is_absent() -> None:
    only_warm = stats_of(Measured(512, (Invocation(1.0, 1),)), 0.2)
    only_cold = stats_of(Measured(512, (Invocation(1.0, 2, 1.0),)), 0.2)
    assert (only_warm.cold, only_cold.warm) == (None, None)

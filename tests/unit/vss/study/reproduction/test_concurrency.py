import pytest

from vss.study.reproduction.concurrency import Load, Simulated, completions, simulate


@pytest.mark.parametrize(
    ("load", "simulated"),
    [
        # Five at once, cold.
        (Load(5, 3.0, 1.0), Simulated(3.0, 5)),
        # The sixth environment may begin after 0.2 s, long before a warm one is free.
        (Load(6, 3.0, 1.0), Simulated(3.2, 6)),
        # Cold 0.1 s: the first five are free at 0.1, so that no sixth is ever begun; ten more
        # batches of 0.05 s are two rounds of five.
        (Load(15, 0.1, 0.05), Simulated(pytest.approx(0.2), 5)),
        # A ceiling of two: three each, one cold and two warm.
        (Load(6, 2.0, 1.0, ceiling=2), Simulated(4.0, 2)),
        (Load(1, 1.0, 1.0), Simulated(1.0, 1)),
        (Load(0, 1.0, 1.0), Simulated(0.0, 0)),
    ],
)
def test_hand_computed_runs(load: Load, simulated: Simulated) -> None:
    assert simulate(load) == simulated


def test_no_more_than_a_thousand_at_a_time() -> None:
    # 1,000 are reached after 199 s; batches of 1,000 s keep them all busy from then on.
    assert simulate(Load(3000, 1000.0, 1000.0)).environments == 1000


def test_three_hundred_more_a_minute() -> None:
    # All batches last an hour: whatever begins within the first minute is a new environment.
    load = Load(305, 3600.0, 3600.0)
    assert simulate(load) == Simulated(pytest.approx(3660.0), 305)


def test_the_mapping_s_own_maximum_lengthens_the_run() -> None:
    free, bound = (simulate(Load(1000, 2.0, 0.5, ceiling=ceiling)) for ceiling in (1000, 5))
    assert bound.environments == 5
    # 200 batches each: one cold, 199 warm.
    assert bound.total_s == pytest.approx(2.0 + 199 * 0.5)
    assert free.total_s < bound.total_s / 3


@pytest.mark.parametrize(
    ("arrivals_s", "idle", "done_s", "environments"),
    [
        # The second finds the first one's environment free, the third comes too early for it.
        ([0.0, 3.0, 3.5], 0, [2.0, 4.0, 5.5], 2),
        # Two are there already: only the third environment is cold.
        ([7.0, 7.0, 7.0], 2, [8.0, 8.0, 9.0], 3),
        # The sixth may begin 0.2 s after the first came, however late that was.
        ([50.0] * 6, 0, [52.0] * 5 + [52.2], 6),
        ([], 0, [], 0),
    ],
)
def test_batches_that_come_over_time(
    arrivals_s: list[float], idle: int, done_s: list[float], environments: int
) -> None:
    found = completions(arrivals_s, Load(len(arrivals_s), 2.0, 1.0), idle)
    assert found == (pytest.approx(done_s), environments)

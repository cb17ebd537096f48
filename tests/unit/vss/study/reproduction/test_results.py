import pytest

from vss.study.reproduction.measurements import CellTimes
from vss.study.reproduction.plan import Way
from vss.study.reproduction.results import Spread, batch_cost, recommended

# Two environments of 1,024 MB: one image takes 60 ms, ten take 500 ms; cold 90 ms after 940 ms.
CELLS = [
    CellTimes(10.0, 940.0, 90.0, {1: (60.0,) * 5, 10: (500.0,) * 5}),
    CellTimes(10.0, 940.0, 90.0, {1: (60.0,) * 5, 10: (500.0,) * 5}),
]


def test_cost_of_single_images() -> None:
    cost = batch_cost(Way.OURS, 1024, 1, CELLS)
    assert cost.duration_ms == pytest.approx(60)
    # By the paper 100 ms each, at 1 GB; today 60 ms each.
    assert cost.paper_usd == pytest.approx(10_000 * (0.1 * 0.0000166667 + 0.0000002))
    assert cost.current_usd == pytest.approx(10_000 * (0.06 * 0.0000166667 + 0.0000002))


def test_cost_of_batches() -> None:
    cost = batch_cost(Way.OURS, 1024, 10, CELLS)
    expected = 1_000 * (0.5 * 0.0000166667 + 0.0000002)
    assert (cost.paper_usd, cost.current_usd) == pytest.approx((expected, expected))
    # 10 + 940 + 30 (what a first invocation takes longer) + 500 ms for the first batch.
    assert cost.simulated.total_s > 1.48
    # The cold part is billed for every environment: 940 + 30 ms.
    assert cost.cold_usd == pytest.approx(cost.simulated.environments * 0.97 * 0.0000166667)


def test_each_request_is_rounded_by_itself() -> None:
    cells = [CellTimes(0.0, 0.0, 0.0, {1: (90.0, 110.0)})]
    # 100 and 200 ms, not the mean of 100: twice 150.
    usd = batch_cost(Way.OURS, 1024, 1, cells).paper_usd
    assert usd == pytest.approx(10_000 * (0.15 * 0.0000166667 + 0.0000002))


def test_outliers_are_left_out() -> None:
    cells = [CellTimes(0.0, 0.0, 0.0, {1: (60.0, 60.0, 60.0, 60.0, 9000.0)})]
    assert batch_cost(Way.OURS, 1024, 1, cells).duration_ms == pytest.approx(60)


def test_recommended_memory() -> None:
    def cells(ms: float) -> list[CellTimes]:
        return [CellTimes(0.0, 0.0, 0.0, {1: (ms,)})]

    # GB-s a request: 0.07, 0.06, 0.105.
    costs = [
        batch_cost(Way.OURS, memory, 1, cells(ms))
        for memory, ms in ((704, 101.8), (1536, 40.0), (3008, 35.7))
    ]
    best = {name: recommended(costs, 1, name).memory_mb for name in ("cost", "speed", "balanced")}
    assert best == {"cost": 1536, "speed": 3008, "balanced": 1536}


def test_spread() -> None:
    assert Spread.of([4.0, 1.0, 3.0, 2.0, 5.0]) == Spread(3.0, 2.0, 4.0)

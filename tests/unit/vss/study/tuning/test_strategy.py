import pytest

from vss.study.tuning.power_stats import PowerStats
from vss.study.tuning.strategy import best

# Power, mean duration in ms, price in units that do not matter.
Rows = list[tuple[int, float, float]]
USUAL: Rows = [(128, 800, 10), (512, 200, 11), (1024, 100, 15), (3008, 90, 40)]


def stats(rows: Rows) -> list[PowerStats]:
    return [PowerStats(power, ms, price, price, None, None) for power, ms, price in rows]


@pytest.mark.parametrize(
    ("rows", "strategy", "weight", "power"),
    [
        (USUAL, "cost", 0.5, 128),
        (USUAL, "speed", 0.5, 3008),
        # By hand, of 40 and 800: 0.125 + 0.5; 0.1375 + 0.125; 0.1875 + 0.0625; 0.5 + 0.05625.
        (USUAL, "balanced", 0.5, 1024),
        # 0.9 of the cost: 0.325, 0.2725, 0.35, 0.91.
        (USUAL, "balanced", 0.9, 512),
        (USUAL, "balanced", 1.0, 128),
        (USUAL, "balanced", 0.0, 3008),
        # Equally cheap: the faster; equally fast: the cheaper; whatever the order.
        ([(512, 200, 10), (1024, 100, 10), (2048, 150, 10)], "cost", 0.5, 1024),
        ([(2048, 100, 20), (1024, 100, 10), (4096, 100, 30)], "speed", 0.5, 1024),
        # Equal in both: the first asked for.
        ([(1024, 100, 10), (512, 100, 10)], "cost", 0.5, 1024),
        ([(512, 100, 10), (1024, 100, 10)], "speed", 0.5, 512),
        # Balanced values of 0.75 each: the first.
        ([(1024, 50, 10), (512, 100, 5)], "balanced", 0.5, 1024),
        ([(512, 100, 5), (1024, 50, 10)], "balanced", 0.5, 512),
        ([(512, 1, 1)], "balanced", 0.5, 512),
    ],
)
def test_best(rows: Rows, strategy: str, weight: float, power: int) -> None:
    assert best(stats(rows), strategy, weight).power == power

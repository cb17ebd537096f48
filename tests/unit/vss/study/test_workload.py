from decimal import Decimal

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.workload import Workload

D = Decimal


def test_a_month_of_cameras() -> None:
    workload = Workload.of(cameras=6, period_s=2.5, hours_per_day=12, alert_share=0.02, image_kb=2)
    assert workload.images_per_second == D("2.4")
    # 730 / 24 days of 12 h: 365 h, of 3,600 s each
    assert workload.active_hours == 365
    assert workload.images == D("2.4") * 365 * 3600
    assert workload.alerts == workload.images / 50
    assert workload.image_bytes == 2048


def test_an_idle_month_has_neither_images_nor_people() -> None:
    idle = Workload.of(cameras=3, people=5, cold_starts=7).idle
    assert (idle.images, idle.active_hours, idle.enrolments, idle.cold_starts) == (0, 0, 0, None)


def test_photographs_are_put_once_a_year() -> None:
    assert Workload.of(people=8, photographs=3).enrolments == 2


def test_what_is_not_given_stays_as_it_is() -> None:
    assert Workload.of(cameras=None) == Workload()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cameras": -1}, "cameras is -1; allowed: a number from 0 up"),
        ({"period_s": 0}, "period_s is 0; allowed: a number from 0.01 up"),
        ({"hours_per_day": 25}, "hours_per_day is 25; allowed: a number from 0 to 24"),
        ({"alert_share": 1.5}, "alert_share is 1.5; allowed: a number from 0 to 1"),
        ({"images_per_invocation": 11}, "images_per_invocation is 11"),
        ({"image_kb": float("nan")}, "image_kb is NaN"),
        ({"cold_starts": float("inf")}, "cold_starts is Infinity"),
    ],
)
def test_impossible_workloads_are_refused(values: dict[str, float], words: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        Workload.of(**values)
    assert words in str(refusal.value)

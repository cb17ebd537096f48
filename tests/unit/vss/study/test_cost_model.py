"""The table of points of equation (1) was worked out by hand, not by the code under test."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.cost_model import billed_ms, gb_s, price

D = Decimal

# nr, am in MB, rd in ms, and what equation (1) gives: step by step
EQUATION_1 = (
    # 1 GB * 0.1 s * 0.0000166667 = 0.00000166667; + 0.0000002
    (1, 1024, 100, "0.00000186667"),
    # 101 ms are billed as 200: 0.00000333334 + 0.0000002
    (1, 1024, 101, "0.00000353334"),
    # half a GB for a second: 0.00000833335 + 0.0000002
    (1, 512, 1000, "0.00000853335"),
    # 250 -> 300 ms: 10,000 * (0.00000500001 + 0.0000002)
    (10_000, 1024, 250, "0.0520001"),
    # 1.5 GB * 0.9 s = 1.35 GB-s: 10,000 * (0.000022500045 + 0.0000002)
    (10_000, 1536, 900, "0.22700045"),
    # 1499 -> 1500 ms: 2,000 * (3 * 0.0000166667 + 0.0000002)
    (2_000, 2048, 1499, "0.1004002"),
    # 0.6875 GB * 6 s = 4.125 GB-s: 1,000 * (0.0000687501375 + 0.0000002)
    (1_000, 704, 6000, "0.0689501375"),
    # 1 -> 100 ms: 0.29375 GB-s: 0.000004895843125 + 0.0000002
    (1, 3008, 1, "0.000005095843125"),
    # nothing ran: the request alone
    (1, 128, 0, "0.0000002"),
    # 10 GB * 900 s = 9,000 GB-s: 3 * (0.1500003 + 0.0000002)
    (3, 10_240, 900_000, "0.4500015"),
    (0, 1024, 100, "0"),
)


@pytest.mark.parametrize(("requests", "memory_mb", "duration_ms", "usd"), EQUATION_1)
def test_equation_1_of_paper_a(requests: int, memory_mb: int, duration_ms: int, usd: str) -> None:
    assert price(duration_ms, memory_mb, mode="paper", requests=requests) == D(usd)


# Paper B, section 5: billed times of the mask detector at 1,024 MB, and the price of an image.
@pytest.mark.parametrize(
    ("billed", "usd", "usd_of_37"),
    [(12_908, "0.00021556", "0.00797572"), (2_123, "0.00003545", "0.00131165")],
)
def test_the_worked_values_of_paper_b(billed: int, usd: str, usd_of_37: str) -> None:
    # 0.0000000167 USD for 1 ms at 1,024 MB, rounded to eight places, nothing for the request.
    image = price(billed, 1024, mode="paper-b").quantize(D("0.00000001"))
    assert image == D(usd)
    assert 37 * image == D(usd_of_37)


def test_no_other_mode_gives_the_values_of_paper_b() -> None:
    for mode in ("paper", "current"):
        assert price(12_908, 1024, mode=mode).quantize(D("0.00000001")) != D("0.00021556")


# 1,000 s at 1 GB are 1,000 GB-s a request; USD of compute by tier, then of the requests
TIERS = (
    ("x86_64", 7_000_000, "100000.2", "15000", "0", "1.4"),
    ("x86_64", 16_000_000, "100000.2", "135000", "13333.4", "3.2"),
    ("arm64", 8_000_000, "100000.5", "6000.05", "0", "1.6"),
    ("arm64", 20_000_000, "100000.5", "135001.125", "13333.375", "4"),
)


@pytest.mark.parametrize(("architecture", "requests", "first", "second", "third", "asked"), TIERS)
def test_large_months_are_billed_by_tiers(
    architecture: str, requests: int, first: str, second: str, third: str, asked: str
) -> None:
    month = price(1_000_000, 1024, mode="current", architecture=architecture, requests=requests)
    assert month == D(first) + D(second) + D(third) + D(asked)


def test_today_each_millisecond_and_the_start_are_billed() -> None:
    # 100.2 + 899.9 ms are billed as 1,001 together, at half a GB.
    assert billed_ms(100.2, 899.9, mode="current") == 1001
    cold = price(100.2, 512, mode="current", init_ms=899.9)
    assert cold == D("0.5005") * D("0.0000166667") + D("0.0000002")


def test_in_2020_the_start_was_free() -> None:
    cold, warm = (price(250, 1024, mode="paper", init_ms=init) for init in (4000, 0))
    assert cold == warm


def test_a_float_is_the_number_that_was_written() -> None:
    # 0.1 + 0.2 is a little more than 0.3, yet 2.3 is 2.3: neither must cost a millisecond more.
    assert billed_ms(2.3, 0.7, mode="current") == 3


def test_the_free_tier_is_off_unless_asked_for() -> None:
    month = {"duration_ms": 1000, "memory_mb": 1024, "mode": "current", "requests": 2_000_000}
    assert price(**month) == D("33.3334") + D("0.4")
    # 2,000,000 - 400,000 GB-s and 1,000,000 requests are paid for.
    assert price(**month, free_tier=True) == D("26.66672") + D("0.2")
    assert price(1000, 1024, mode="current", free_tier=True) == 0


def test_gb_seconds_have_1024_mb() -> None:
    assert gb_s(1000, 1536) == D("1.5")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"memory_mb": 127}, "memory_mb is 127; allowed: a whole number from 128 to 10240"),
        ({"memory_mb": 1024.5}, "memory_mb is 1024.5"),
        ({"duration_ms": -1}, "duration_ms is -1; allowed: a time from 0 ms up"),
        ({"duration_ms": float("nan")}, "duration_ms is nan"),
        ({"init_ms": float("inf")}, "init_ms is inf"),
        ({"requests": -1}, "requests is -1"),
        ({"requests": True}, "requests is True"),
        ({"mode": "2020"}, "mode is '2020'; allowed: paper, paper-b, current"),
        ({"architecture": "riscv"}, "architecture is 'riscv' in mode current"),
        ({"mode": "paper", "architecture": "arm64"}, "allowed: x86_64"),
        ({"mode": "paper", "free_tier": True}, "free_tier is on in mode paper"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(changes: Mapping[str, Any], words: str) -> None:
    good = {"duration_ms": 100, "memory_mb": 1024, "mode": "current"}
    with pytest.raises(ConfigurationError, match="allowed") as refusal:
        price(**{**good, **changes})
    assert words in str(refusal.value)

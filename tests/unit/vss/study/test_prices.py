from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.prices import PRICE_LIST, price_list

D = Decimal

ENTRY = """
region = "moon-1"
compiled = 2026-01-02
[prices."thing.hours"]
usd = 0.1
tiers = [[10, 0.05]]
unit = "hour"
free = 2
as_of = 2025-12-31
source = "a page"
confirmed = false
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(text)
    return path


def test_a_price_has_unit_region_day_and_source(tmp_path: Path) -> None:
    prices = price_list(written(tmp_path, ENTRY))
    price = prices["thing.hours"]
    assert (price.usd, price.unit, price.region) == (D("0.1"), "hour", "moon-1")
    assert (price.as_of, price.source, price.confirmed) == (date(2025, 12, 31), "a page", False)
    assert prices.compiled == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("start", "quantity", "parts"),
    [
        (0, 4, [(4, "0.1")]),
        (0, 10, [(10, "0.1")]),
        (0, 12, [(10, "0.1"), (2, "0.05")]),
        (8, 4, [(2, "0.1"), (2, "0.05")]),
        (10, 4, [(4, "0.05")]),
        (3, 0, []),
    ],
)
def test_a_quantity_is_laid_out_over_the_tiers(
    tmp_path: Path, start: int, quantity: int, parts: list[tuple[int, str]]
) -> None:
    price = price_list(written(tmp_path, ENTRY))["thing.hours"]
    expected = tuple((D(amount), D(usd)) for amount, usd in parts)
    assert price.split(D(start), D(quantity)) == expected


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("usd = 0.1", "usd = -1", "a number from 0 up"),
        ("usd = 0.1", 'usd = "0.1"', "a number from 0 up"),
        ("usd = 0.1", "", "KeyError"),
        ("[[10, 0.05]]", "[[10, 0.05], [10, 0.04]]", "do not rise"),
        ("2025-12-31", '"lately"', "as_of must be a day"),
        ('unit = "hour"', 'unit = "hour"\ncolour = "red"', "unknown keys: colour"),
        ("region", "[", "cannot be read"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        price_list(written(tmp_path, ENTRY.replace(old, new)))


def test_an_unknown_price_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"price 'tea' is not in the price list"):
        price_list()["tea"]


def test_every_price_of_the_list_says_where_it_is_from() -> None:
    prices = price_list(PRICE_LIST)
    for price in prices.prices.values():
        assert price.source
        assert price.as_of <= prices.compiled
        assert price.usd > 0
        assert all(tier.usd < price.usd for tier in price.tiers[1:]), price.name
        assert price.confirmed or "general knowledge" in price.source

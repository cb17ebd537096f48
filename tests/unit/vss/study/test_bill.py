from decimal import Decimal

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.bill import bill_of
from vss.study.billing.usage import Usage
from vss.study.prices import price_list

D = Decimal


def usage(quantity: str, item: str = "requests", price: str = "kms.requests") -> Usage:
    return Usage("AWS KMS", item, price, D(quantity))


def test_a_line_is_quantity_times_unit_price() -> None:
    bill = bill_of([usage("10000"), usage("2", "keys", "kms.keys")], price_list())
    assert [line.amount for line in bill.lines] == [D("0.03"), D(2)]
    assert bill.total == D("2.03")
    assert bill.by_service == {"AWS KMS": D("2.03")}


def test_the_same_item_is_one_line() -> None:
    bill = bill_of([usage("1"), usage("2"), usage("3", "others")], price_list())
    assert [(line.item, line.quantity) for line in bill.lines] == [("requests", 3), ("others", 3)]


def test_a_tier_counts_for_all_items_of_a_price() -> None:
    storage = [usage("51000", "frames", "s3.standard"), usage("400", "records", "s3.standard")]
    lines = bill_of(storage, price_list()).lines
    assert [(line.item, line.quantity, line.usd) for line in lines] == [
        ("frames", D(51_000), D("0.023")),
        ("records", D(200), D("0.023")),
        ("records", D(200), D("0.022")),
    ]


def test_the_free_tier_covers_the_first_units_of_a_price() -> None:
    used = [usage("15000"), usage("15000", "others"), usage("1", "keys", "kms.keys")]
    lines = bill_of(used, price_list(), free_tier=True).lines
    assert [(line.item, line.quantity, line.usd) for line in lines] == [
        ("requests", D(15_000), D(0)),
        ("others", D(5_000), D(0)),
        ("others", D(10_000), D("0.000003")),
        ("keys", D(1), D(1)),
    ]


def test_what_has_no_price_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"'tea' is not in the price list"):
        bill_of([usage("1", price="tea")], price_list())

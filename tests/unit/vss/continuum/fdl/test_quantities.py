"""Kubernetes quantities."""

from decimal import Decimal

import pytest

from vss.continuum.fdl.quantities import parse_quantity


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1", 1),
        ("0.2", Decimal("0.2")),
        (".5", Decimal("0.5")),
        ("1.", 1),
        ("+2", 2),
        ("200m", Decimal("0.2")),
        ("5u", Decimal("0.000005")),
        ("1k", 1000),
        ("2M", 2_000_000),
        ("256Mi", 256 * 1024**2),
        ("2Gi", 2 * 1024**3),
        ("1Ki", 1024),
        ("1.5Gi", 3 * 1024**3 // 2),
        ("1E", 10**18),
        ("1e3", 1000),
        ("1E3", 1000),
        ("5e-1", Decimal("0.5")),
    ],
)
def test_a_quantity_is_what_kubernetes_takes_it_for(text: str, amount: int | Decimal) -> None:
    assert parse_quantity(text) == amount


@pytest.mark.parametrize(
    "text", ["", "Gi", "1GB", "1 Gi", "1gi", "-1", "1e", "1e999", "1K", "0x1", "1.2.3", "٣", "1\n"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a Kubernetes quantity"):
        parse_quantity(text)

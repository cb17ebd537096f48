"""A bill: usages with their prices, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from vss.study.billing.usage import Usage
from vss.study.prices import Price, PriceList


@dataclass(frozen=True, slots=True)
class Line:
    """So much of something at so much a unit; what a free tier covers is a line at 0.

    Attributes:
        usd: for one unit.
    """

    service: str
    item: str
    price: Price
    quantity: Decimal
    usd: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price, USD."""
        return self.quantity * self.usd


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of a month."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """Sum of all lines, USD."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def by_service(self) -> dict[str, Decimal]:
        """Sum of each service, USD."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            sums[line.service] = sums.get(line.service, Decimal(0)) + line.amount
        return sums


def bill_of(usages: Iterable[Usage], prices: PriceList, *, free_tier: bool = False) -> Bill:
    """Price usages; those of one service, item and price become one line.

    Discounts for quantity, and the free tier where it is wanted, count for all usages of a price
    together, in their order.

    Raises:
        ConfigurationError: a price is not in the list.
    """
    used: dict[str, Decimal] = {}
    lines: list[Line] = []
    for usage in _merged(usages):
        price, before = prices[usage.price], used.get(usage.price, Decimal(0))
        used[usage.price] = before + usage.quantity
        free = price.free if free_tier else Decimal(0)
        for quantity, usd in _parts(price, before, usage.quantity, free):
            lines.append(Line(usage.service, usage.item, price, quantity, usd))
    return Bill(tuple(lines))


def _merged(usages: Iterable[Usage]) -> Iterator[Usage]:
    sums: dict[tuple[str, str, str], Decimal] = {}
    for one in usages:
        key = one.service, one.item, one.price
        sums[key] = sums.get(key, Decimal(0)) + one.quantity
    for (service, item, price), quantity in sums.items():
        yield Usage(service, item, price, quantity)


def _parts(
    price: Price, before: Decimal, quantity: Decimal, free: Decimal
) -> Iterator[tuple[Decimal, Decimal]]:
    covered = min(max(free - before, Decimal(0)), quantity)
    if covered:
        yield covered, Decimal(0)
    if quantity > covered:
        yield from price.split(max(before - free, Decimal(0)), quantity - covered)

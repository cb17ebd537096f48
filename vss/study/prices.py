"""List prices of AWS: value, unit, region, date and source of each, from one data file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from deep_learning.errors import ConfigurationError

PRICE_LIST = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True)
class Tier:
    """What a unit costs from the quantity ``above`` of a month on.

    Attributes:
        above: quantity at which the tier begins, in the price's unit.
        usd: per unit.
    """

    above: Decimal
    usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A list price.

    Attributes:
        name: for instance ``lambda.requests``.
        unit: what one of is paid for.
        tiers: by quantity of a month, rising, the first from 0.
        free: quantity of each month that the free tier covers for good, 0 without one.
        region: that it holds in.
        as_of: last day for which ``source`` supports it.
        source: where it was read.
        confirmed: whether ``source`` was read for this project; otherwise it is to be confirmed.
    """

    name: str
    unit: str
    tiers: tuple[Tier, ...]
    free: Decimal
    region: str
    as_of: date
    source: str
    confirmed: bool

    @property
    def usd(self) -> Decimal:
        """Price of a unit before any discount for quantity."""
        return self.tiers[0].usd

    def split(self, start: Decimal, quantity: Decimal) -> tuple[tuple[Decimal, Decimal], ...]:
        """Lay a quantity, bought after ``start`` units of the month, out over the tiers.

        Returns:
            (quantity, USD per unit) of each tier touched; together they are ``quantity``.
        """
        ends = [*(tier.above for tier in self.tiers[1:]), None]
        parts = []
        for tier, end in zip(self.tiers, ends, strict=True):
            low = max(start, tier.above)
            high = start + quantity if end is None else min(start + quantity, end)
            if high > low:
                parts.append((high - low, tier.usd))
        return tuple(parts)

    def charge(self, quantity: Decimal) -> Decimal:
        """Return USD for ``quantity`` units in one month, tiers included, free tier not."""
        return sum(
            (amount * usd for amount, usd in self.split(Decimal(0), quantity)), start=Decimal(0)
        )


@dataclass(frozen=True, slots=True)
class PriceList:
    """All prices by name.

    Attributes:
        compiled: day on which the list was put together.
    """

    region: str
    compiled: date
    prices: Mapping[str, Price]

    def __getitem__(self, name: str) -> Price:
        if name not in self.prices:
            raise ConfigurationError(
                f"price {name!r} is not in the price list; known: {', '.join(self.prices)}"
            )
        return self.prices[name]

    def with_names(self, beginning: str) -> dict[str, Price]:
        """Return the prices whose name begins with ``beginning``, by the rest of their name."""
        return {
            name.removeprefix(beginning): price
            for name, price in self.prices.items()
            if name.startswith(beginning)
        }


@cache
def price_list(path: Path = PRICE_LIST) -> PriceList:
    """Read the price list.

    Raises:
        ConfigurationError: it is not what is described at the head of ``prices.toml``.
    """
    try:
        data = tomllib.loads(path.read_text(), parse_float=Decimal)
        region, compiled = str(data["region"]), data["compiled"]
        prices = {name: _price(name, region, entry) for name, entry in data["prices"].items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ArithmeticError) as error:
        raise ConfigurationError(f"price list {path} cannot be read: {error!r}") from error
    return PriceList(region, compiled, prices)


def _price(name: str, region: str, entry: Mapping[str, object]) -> Price:
    known = {"usd", "unit", "tiers", "free", "as_of", "source", "confirmed"}
    if unknown := set(entry) - known:
        raise ConfigurationError(f"price {name} has unknown keys: {', '.join(sorted(unknown))}")
    as_of, further = entry["as_of"], entry.get("tiers", [])
    if not isinstance(as_of, date) or not isinstance(further, list):
        raise ConfigurationError(f"price {name}: as_of must be a day, tiers a list of pairs")
    tiers = [Tier(Decimal(0), _number(name, entry["usd"]))]
    tiers += [Tier(_number(name, above), _number(name, usd)) for above, usd in further]
    if [tier.above for tier in tiers] != sorted({tier.above for tier in tiers}):
        raise ConfigurationError(f"price {name}: its tiers do not rise")
    return Price(
        name=name,
        unit=str(entry["unit"]),
        tiers=tuple(tiers),
        free=_number(name, entry.get("free", 0)),
        region=region,
        as_of=as_of,
        source=str(entry["source"]),
        confirmed=entry["confirmed"] is True,
    )


def _number(name: str, value: object) -> Decimal:
    if not isinstance(value, (int, Decimal)) or isinstance(value, bool) or value < 0:
        raise ConfigurationError(f"price {name} holds {value!r}; allowed: a number from 0 up")
    return Decimal(value)

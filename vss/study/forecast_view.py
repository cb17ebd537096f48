"""A forecast for people, in the terminal, and for programs, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vss.study.assumptions import assumptions, plain
from vss.study.bill import Bill, Line
from vss.study.billing.function_load import FunctionLoad
from vss.study.forecast import BIGGEST, Forecast

FORMAT = "vss.forecast/1"
UNCONFIRMED = "*"
_DIGITS = 6
# Amounts below it are shown as less than a cent; prices below it by the million.
_SHOWN, _SMALL_PRICE = Decimal("0.005"), Decimal("0.001")
_WHOLE, _LEAST = 100, Decimal("0.0001")


def as_view(made: Forecast, loads: tuple[FunctionLoad, ...]) -> Group:
    """Return the table of both bills, the levers, and what all of it rests on."""
    parts: list[RenderableType] = [_bills(made), _levers(made)]
    if unconfirmed := _unconfirmed(made):
        text = f"{UNCONFIRMED} price to be confirmed: {'; '.join(unconfirmed)}"
        parts.append(Text(text, "yellow"))
    listed = "\n".join(f"- {one}" for one in _assumed(made, loads))
    parts.append(Text(f"Assumed:\n{listed}", "dim"))
    prices = made.prices
    source = f"List prices of {prices.region}, compiled {prices.compiled} (vss/study/prices.toml)"
    tier = "free tier taken off" if made.free_tier else "no free tier"
    parts.append(Text(f"{source}; {tier}. An estimate: nothing here was seen on a bill.", "dim"))
    return Group(*parts)


def as_document(made: Forecast, loads: tuple[FunctionLoad, ...]) -> dict[str, Any]:
    """Return the forecast, ready for ``json.dumps``; amounts are USD a month."""
    return {
        "format": FORMAT,
        "stage": made.stage,
        "workflow": made.workflow,
        "settings": dict(made.settings),
        "region": made.prices.region,
        "prices_compiled": made.prices.compiled.isoformat(),
        "free_tier": made.free_tier,
        "idle": _document(made.idle),
        "loaded": _document(made.loaded),
        "levers": [
            {"change": one.change.label, "total": float(one.total), "saving": float(one.saving)}
            for one in made.levers
        ],
        "assumptions": list(_assumed(made, loads)),
    }


def _assumed(made: Forecast, loads: tuple[FunctionLoad, ...]) -> tuple[str, ...]:
    return assumptions(made.workload, loads, of_workflow=made.workflow is not None)


def _bills(made: Forecast) -> Table:
    title = f"{made.subject}: a month idle, and with {plain(made.workload.cameras)} cameras"
    table = Table(title=title, box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("for", overflow="fold", min_width=20)
    table.add_column("unit price, USD", justify="right", no_wrap=True)
    for name in ("idle", "USD", "loaded", "USD"):
        table.add_column(name, justify="right", no_wrap=True)
    service = ""
    for line, idle, loaded in rows(made):
        if line.service != service:
            service = line.service
            table.add_row(service, "", *_sums(made, service), style="bold")
        cells = *_cells(line, idle), *_cells(line, loaded)
        # What amounts to nothing is there, but leaves the rest to be seen.
        small = max(idle, loaded) * line.usd < _SHOWN
        table.add_row(f"  {line.item}", _unit(line), *cells, style="dim" if small else "")
    totals = f"{made.idle.total:,.2f}", f"{made.loaded.total:,.2f}"
    table.add_row("All", "", "", totals[0], "", totals[1], style="bold")
    return table


def _sums(made: Forecast, service: str) -> tuple[str, str, str, str]:
    idle, loaded = (bill.by_service.get(service, Decimal(0)) for bill in (made.idle, made.loaded))
    return "", _money(idle), "", _money(loaded)


def rows(made: Forecast) -> Iterator[tuple[Line, Decimal, Decimal]]:
    """Yield each line with its quantity idle and loaded, by service, the dearest one first."""
    quantities: dict[tuple[str, str, str, Decimal], list[Decimal]] = {}
    lines: dict[tuple[str, str, str, Decimal], Line] = {}
    for place, bill in enumerate((made.idle, made.loaded)):
        for line in bill.lines:
            key = line.service, line.item, line.price.name, line.usd
            lines.setdefault(key, line)
            quantities.setdefault(key, [Decimal(0), Decimal(0)])[place] += line.quantity
    dearest = made.loaded.by_service
    for key in sorted(lines, key=lambda one: -dearest.get(one[0], Decimal(0))):
        if any(quantities[key]):
            yield lines[key], quantities[key][0], quantities[key][1]


def _cells(line: Line, quantity: Decimal) -> tuple[str, str]:
    if not quantity:
        return "", ""
    shown = plain(quantity, 0 if quantity >= _WHOLE else 4)
    return shown if quantity >= _LEAST else f"< {_LEAST}", _money(quantity * line.usd)


def _unit(line: Line) -> str:
    mark = "" if line.price.confirmed else UNCONFIRMED
    usd, each = line.usd, line.price.unit
    if 0 < usd < _SMALL_PRICE:
        usd, each = usd * 1_000_000, f"M {each}"
    return f"{usd.normalize():f}/{each}{mark}"


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}" if not amount or amount >= _SHOWN else "< 0.01"


def _levers(made: Forecast) -> Table:
    table = Table(title="The biggest levers, each by itself", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("change", overflow="fold")
    table.add_column("saves, USD a month", justify="right")
    table.add_column("part of the bill", justify="right")
    for lever in made.levers[:BIGGEST]:
        part = 100 * lever.saving / made.loaded.total
        table.add_row(lever.change.label, _money(lever.saving), f"{part:.0f} %")
    return table


def _unconfirmed(made: Forecast) -> list[str]:
    found = {
        line.price.name: line.price
        for bill in (made.idle, made.loaded)
        for line in bill.lines
        if not line.price.confirmed and line.quantity
    }
    return [f"{name} ({price.source})" for name, price in found.items()]


def _document(bill: Bill) -> dict[str, Any]:
    return {
        "total": round(float(bill.total), _DIGITS),
        "services": {name: round(float(usd), _DIGITS) for name, usd in bill.by_service.items()},
        "lines": [
            {
                "service": line.service,
                "item": line.item,
                "quantity": float(line.quantity),
                "unit": line.price.unit,
                "unit_usd": float(line.usd),
                "usd": round(float(line.amount), _DIGITS),
                "price": line.price.name,
                "as_of": line.price.as_of.isoformat(),
                "source": line.price.source,
                "confirmed": line.price.confirmed,
            }
            for line in bill.lines
            if line.quantity
        ],
    }

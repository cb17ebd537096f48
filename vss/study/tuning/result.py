"""What a tuning found: JSON in the shape that users of the tool know, and a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table

from vss.study.tuning.power_stats import Phase, PowerStats
from vss.study.tuning.tuner import Tuning
from vss.study.tuning.tuning_input import TuningInput

_NOTES = (
    "executionCost is 0: no Step Functions state machine runs here",
    "visualization is a picture on this machine, not an address",
    "cost and averagePrice leave out the price of the request, as they do in the tool",
)
_LOCAL_NOTE = (
    "measured in the sandbox of this machine at each memory's CPU share; costs are what Lambda "
    "would charge for these times, and nothing was spent"
)


def as_document(wanted: TuningInput, tuning: Tuning, picture: str | None) -> dict[str, Any]:
    """Return the results.

    ``results`` is what the tool returns; what it has no field for stands beside: ``optima`` by
    every strategy, ``powerValues`` with cold and warm apart and why one has no result.

    Args:
        wanted: what was asked for.
        tuning: what was measured.
        picture: path of the drawing; None without one.
    """
    document: dict[str, Any] = {}
    if tuning.optimum is not None:
        document["results"] = _results(wanted, tuning, tuning.optimum, picture)
    document["optima"] = {name: one.power for name, one in tuning.optima.items()}
    by_power = {one.power: one for one in tuning.stats}
    document["powerValues"] = [
        {"value": one.power, "error": one.failure}
        if one.failure is not None
        else _apart(by_power[one.power])
        for one in tuning.measured
    ]
    local = [_LOCAL_NOTE] if wanted.function_arn is None else []
    document["notes"] = [*_NOTES, *local]
    return document


def _results(
    wanted: TuningInput, tuning: Tuning, optimum: PowerStats, picture: str | None
) -> dict[str, Any]:
    results: dict[str, Any] = {
        "power": optimum.power,
        "cost": optimum.price,
        "duration": optimum.duration_ms,
        "stateMachine": {
            "executionCost": 0,
            "lambdaCost": sum(one.total_price for one in tuning.stats),
            "visualization": picture,
        },
    }
    if wanted.include_stats:
        results["stats"] = [
            {
                "averagePrice": one.price,
                "averageDuration": one.duration_ms,
                "totalCost": one.total_price,
                "value": one.power,
            }
            for one in tuning.stats
        ]
    return results


def _apart(stats: PowerStats) -> dict[str, Any]:
    def phase(found: Phase | None) -> dict[str, Any] | None:
        return None if found is None else asdict(found)

    return {"value": stats.power, "cold": phase(stats.cold), "warm": phase(stats.warm)}


def as_table(tuning: Tuning) -> Table:
    """Return a line for each power value, the optima marked."""
    table = Table(title="Time and cost of an invocation", box=None)
    for name in ("MB", "cold: init ms", "cold ms", "warm ms", "average ms", "USD per million"):
        table.add_column(name, justify="right")
    table.add_column("")
    by_power = {one.power: one for one in tuning.stats}
    for measured in sorted(tuning.measured, key=lambda one: one.power):
        if measured.failure is not None:
            table.add_row(str(measured.power), *["-"] * 5, measured.failure, style="red")
            continue
        one = by_power[measured.power]
        best_by = [name for name, optimum in tuning.optima.items() if optimum.power == one.power]
        table.add_row(
            str(one.power),
            "-" if one.cold is None else f"{one.cold.init_ms:,.0f}",
            "-" if one.cold is None else f"{one.cold.duration_ms:,.1f}",
            "-" if one.warm is None else f"{one.warm.duration_ms:,.1f}",
            f"{one.duration_ms:,.1f}",
            f"{one.price * 1e6:,.3f}",
            f"best by {', '.join(best_by)}" if best_by else "",
        )
    return table

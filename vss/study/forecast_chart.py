"""The picture of a forecast: what an idle and a loaded month cost, service by service."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from vss.study.assumptions import plain
from vss.study.charts import new_figure, save
from vss.study.forecast import Forecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Paul Tol's "muted" scheme: told apart by colour-blind people and in grey.
_COLOURS = ("#332288", "#88CCEE", "#44AA99", "#117733", "#999933", "#DDCC77", "#CC6677", "#882255")
_OTHERS = "#999999"
# A smaller part of the bar has no room for its figure.
_LEAST_LABELLED = 0.045


def draw_forecast(made: Forecast, target: Path) -> list[Path]:
    """Draw both bills as stacked bars; write PNG and SVG, ``target`` without suffix.

    Each bar has an axis of its own: a loaded month may cost a hundred times an idle one.
    """
    figure = new_figure(7.2, 4.4)
    services = sorted(made.loaded.by_service, key=lambda one: -made.loaded.by_service[one])
    colours = dict.fromkeys(services, _OTHERS) | dict(zip(services, _COLOURS, strict=False))
    for place, (name, bill) in enumerate((("idle", made.idle), ("loaded", made.loaded)), start=1):
        axes = figure.add_subplot(1, 2, place)
        _draw_bar(axes, bill.by_service, bill.total, colours)
        axes.set_title(f"{name}: {bill.total:,.2f} USD", fontsize=10)
        axes.set_ylabel("USD a month" if place == 1 else "", fontsize=9)
    workload, tier = made.workload, "free tier taken off" if made.free_tier else "no free tier"
    figure.suptitle(
        f"{made.subject}, {made.prices.region}: {plain(workload.cameras)} cameras, an image "
        f"every {plain(workload.period_s)} s, {plain(workload.hours_per_day)} h a day\n"
        f"list prices compiled {made.prices.compiled}, {tier}; each bar has its own scale",
        fontsize=10,
    )
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=7.5, frameon=False)
    return save(figure, target)


def _draw_bar(
    axes: Axes, services: dict[str, Decimal], total: Decimal, colours: dict[str, str]
) -> None:
    bottom = 0.0
    for name, colour in colours.items():
        amount = float(services.get(name, 0))
        axes.bar(0, amount, bottom=bottom, color=colour, width=0.6, label=name)
        if total and amount >= _LEAST_LABELLED * float(total):
            axes.text(0.33, bottom + amount / 2, f"{amount:,.2f}", va="center", fontsize=8)
        bottom += amount
    axes.set_xlim(-0.5, 0.75)
    axes.set_ylim(0, 1.05 * bottom or 1)
    axes.set_xticks([])
    axes.tick_params(labelsize=8)
    axes.grid(axis="y", alpha=0.3, linewidth=0.6)
    axes.set_axisbelow(True)

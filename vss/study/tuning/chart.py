"""Time and cost of an invocation over memory, as users of the tool know the picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vss.study.charts import new_figure, save
from vss.study.tuning.power_stats import PowerStats
from vss.study.tuning.tuner import Tuning

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TIME, _COLD, _COST, _BEST = "#1f5a96", "#86aedb", "#b3261e", "#5f6368"


def draw_tuning(
    tuning: Tuning, strategy: str, target: Path, title: str | None = None
) -> list[Path]:
    """Draw average time and cost, cold starts apart, the optimum marked.

    Args:
        tuning: what was measured.
        strategy: by which the optimum was found.
        target: path without suffix; PNG and SVG are written.
        title: above the drawing; None: none.

    Returns:
        The files.
    """
    figure = new_figure(7.2, 4.4)
    time_axes = figure.add_subplot()
    if title is not None:
        time_axes.set_title(title, fontsize=9)
    stats = sorted(tuning.stats, key=lambda one: one.power)
    _draw_times(time_axes, stats)
    cost_axes = time_axes.twinx()
    cost = [one.price * 1e6 for one in stats]
    cost_axes.plot([one.power for one in stats], cost, "s--", color=_COST, label="cost")
    cost_axes.set_ylabel("compute cost, USD per million invocations", color=_COST)
    cost_axes.set_ylim(0, 1.15 * max(cost))
    if tuning.optimum is not None:
        label = f"best by {strategy}: {tuning.optimum.power} MB"
        time_axes.axvline(tuning.optimum.power, color=_BEST, linestyle=":", label=label)
    # Above the drawing, where no curve can pass under it.
    figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize=9)
    return save(figure, target)


def _draw_times(axes: Axes, stats: list[PowerStats]) -> None:
    from matplotlib.ticker import LogLocator

    memory = [one.power for one in stats]
    axes.plot(memory, [one.duration_ms for one in stats], "o-", color=_TIME, label="average time")
    cold = [(one.power, one.cold) for one in stats if one.cold is not None]
    axes.plot(
        [power for power, _ in cold],
        [phase.init_ms + phase.duration_ms for _, phase in cold],
        "^",
        color=_COLD,
        label="cold start",
    )
    axes.set_xlabel("memory, MB (1,769 MB are one vCPU)")
    axes.set_ylabel("billed time of an invocation, ms", color=_TIME)
    axes.set_yscale("log", subs=())
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(axis="y", alpha=0.3)
    axes.set_xticks(memory, [f"{power:,}" for power in memory], rotation=45, fontsize=8)

"""Figures 2 to 5 of the paper from our measurements; captions stand in the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vss.study.charts import new_figure, save
from vss.study.reproduction.plan import BATCH_SIZES, IMAGES, MEMORIES_MB
from vss.study.reproduction.results import BatchCost, ColdStart, Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# One hue, darker with more memory; told apart in grey as well.
_MEMORY_COLOURS = ("#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c")
# As the paper colours them: container setup blue, runtime init red, total green.
_SETUP, _INIT, _TOTAL = "#1f5a96", "#b3261e", "#2e7d32"
_BATCH_COLOURS = ("#c6dbef", "#6baed6", "#08519c")
_EDGE = "#333333"
_SIZE = (7.2, 3.6)


def draw_costs(costs: Sequence[BatchCost], target: Path) -> list[Path]:
    """Figure 2: the cost of all images by batch size and memory, by both ways to bill."""
    figure = new_figure(*_SIZE)
    left, right = figure.subplots(1, 2, sharey=True)
    for index, memory_mb in enumerate(MEMORIES_MB):
        of_memory = [cost for cost in costs if cost.memory_mb == memory_mb]
        look = {"color": _MEMORY_COLOURS[index], "edgecolor": _EDGE, "linewidth": 0.4}
        places = [_place(BATCH_SIZES.index(cost.batch_size), index) for cost in of_memory]
        paper = [cost.paper_usd for cost in of_memory]
        left.bar(places, paper, _bar_width(), label=f"{memory_mb:,} MB", **look)
        warm = [cost.current_usd for cost in of_memory]
        right.bar(places, warm, _bar_width(), **look)
        cold = [cost.cold_usd for cost in of_memory]
        right.bar(places, cold, _bar_width(), bottom=warm, hatch="////", **look | {"color": "w"})
    _label_batches(left, "paper's billing (100 ms steps)")
    _label_batches(right, "today's billing (1 ms steps; hatched: cold starts)")
    left.set_ylabel(f"cost of {IMAGES:,} images, USD")
    figure.legend(loc="outside upper center", ncols=len(MEMORIES_MB), frameon=False, fontsize=8)
    return save(figure, target)


def draw_cold_starts(starts: Sequence[ColdStart], top_ms: float, target: Path) -> list[Path]:
    """Figures 3 and 4: the parts of a cold start over memory, with quarters below and above.

    Args:
        starts: of one way.
        top_ms: upper end of the time axis: one for both figures, so that they compare.
        target: path without suffix.
    """
    figure = new_figure(5.2, 3.6)
    axes = figure.add_subplot()
    memory = [start.memory_mb for start in starts]
    for name, spreads, colour, marker in (
        ("total", [start.total_ms for start in starts], _TOTAL, "o-"),
        ("runtime init", [start.init_ms for start in starts], _INIT, "s--"),
        (_setup_label(starts), [start.setup_ms for start in starts], _SETUP, "^:"),
    ):
        axes.errorbar(
            memory,
            [spread.median / 1000 for spread in spreads],
            yerr=_whiskers(spreads),
            fmt=marker,
            color=colour,
            capsize=3,
            markersize=5,
            label=name,
        )
    axes.set_xlabel("memory, MB (1,769 MB are one vCPU)")
    axes.set_ylabel("time, s")
    # A little below 0, where the marks of the setup lie.
    axes.set_ylim(-0.03 * top_ms / 1000, 1.08 * top_ms / 1000)
    axes.set_xticks(memory, [f"{size:,}" for size in memory])
    axes.grid(axis="y", alpha=0.3)
    axes.legend(frameon=False)
    return save(figure, target)


def draw_total_times(
    costs: Sequence[BatchCost], pc_images_per_s: float, target: Path
) -> list[Path]:
    """Figure 5: the simulated time of all images by memory and batch size, and beside one PC's."""
    figure = new_figure(*_SIZE)
    left, right = figure.subplots(1, 2, width_ratios=(3, 1))
    width = 0.8 / len(BATCH_SIZES)
    for index, size in enumerate(BATCH_SIZES):
        of_size = [cost for cost in costs if cost.batch_size == size]
        shift = (index - (len(BATCH_SIZES) - 1) / 2) * width
        places = [MEMORIES_MB.index(cost.memory_mb) + shift for cost in of_size]
        _bars(
            left,
            places,
            [cost.simulated.total_s for cost in of_size],
            width,
            _BATCH_COLOURS[index],
            f"batches of {size}" if size > 1 else "1 image a request",
        )
    left.set_xticks(range(len(MEMORIES_MB)), [f"{size:,}" for size in MEMORIES_MB])
    left.set_xlabel("memory, MB (1,769 MB are one vCPU)")
    left.set_ylabel(f"time of {IMAGES:,} images, s")
    left.set_title("simulated", fontsize=9)
    slowest, fastest = (end(c.simulated.total_s for c in costs) for end in (max, min))
    seconds = [IMAGES / pc_images_per_s, slowest, fastest]
    _bars(right, range(3), seconds, 0.7, "#d9d9d9")
    right.set_xticks(range(3), ["one PC,\nmeasured", "slowest", "fastest"], fontsize=7)
    right.set_title("beside one PC", fontsize=9)
    figure.legend(loc="outside upper center", ncols=len(BATCH_SIZES), frameon=False, fontsize=8)
    return save(figure, target)


def _bars(
    axes: Axes,
    places: Sequence[float],
    seconds: Sequence[float],
    width: float,
    colour: str,
    label: str | None = None,
) -> None:
    bars = axes.bar(
        places, seconds, width, color=colour, edgecolor=_EDGE, linewidth=0.4, label=label
    )
    axes.bar_label(bars, fmt="%.0f", fontsize=7, padding=1)
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.margins(y=0.08)


def _setup_label(starts: Sequence[ColdStart]) -> str:
    return f"container setup (at most {max(start.setup_ms.median for start in starts):.0f} ms)"


def _place(group: int, index: int) -> float:
    return group + (index - (len(MEMORIES_MB) - 1) / 2) * _bar_width()


def _bar_width() -> float:
    return 0.8 / len(MEMORIES_MB)


def _label_batches(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=9)
    axes.set_xticks(range(len(BATCH_SIZES)), [str(size) for size in BATCH_SIZES])
    axes.set_xlabel("images a request")
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)


def _whiskers(spreads: Sequence[Spread]) -> list[list[float]]:
    below = [(spread.median - spread.low) / 1000 for spread in spreads]
    above = [(spread.high - spread.median) / 1000 for spread in spreads]
    return [below, above]

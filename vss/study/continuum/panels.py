"""What the figures of the workflow have in common: three panels, one colour for each way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vss.study.continuum.results import Way

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EDGE = "#333333"
LOCAL, HERE = "on premises", "edge + cloud, both on this machine"
COLOURS = {
    LOCAL: "#9a6324",
    HERE: "#3a7d44",
    Way.PAPER_LINK: "#1f5a96",
    Way.FAST_LINK: "#6baed6",
}
MEASURED, SIMULATED = "measured here", "simulated, our parts"
SIZE = (7.6, 3.5)


def name_axes(axes: Axes, title: str) -> None:
    """Give a panel its title and the lines behind its values, which begin at 0."""
    axes.set_title(title, fontsize=9)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)


def write_number(axes: Axes, place: float, value: float) -> None:
    """Write a value at the foot of its bar, where no whisker hides it."""
    text = f"{value:.0f}" if value >= 100 else f"{value:.1f}"
    axes.annotate(
        text,
        (place, 0),
        (0, 3),
        textcoords="offset points",
        ha="center",
        fontsize=7,
        color="w",
    )


def draw_firsts(axes: Axes, places: Sequence[float], seconds: Sequence[float]) -> None:
    """Mark the first runs."""
    axes.plot(
        places,
        seconds,
        "D",
        color="w",
        markeredgecolor=EDGE,
        markersize=4,
        label="first run",
    )


def explain(figure: Figure, columns: int) -> None:
    """Put one legend for all panels above them."""
    found: dict[str, Artist] = {}
    for axes in figure.axes:
        handles, labels = axes.get_legend_handles_labels()
        found |= dict(zip(map(str, labels), handles, strict=True))
    figure.legend(
        handles=list(found.values()),
        labels=list(found),
        loc="outside upper center",
        ncols=columns,
        frameon=False,
        fontsize=8,
    )

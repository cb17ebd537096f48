"""Figures that can stand in a paper: made without a display, the same bytes for the same data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 200


def new_figure(width_in: float, height_in: float) -> Figure:
    """Return an empty figure of the given size in inches."""
    # On a canvas of its own: pyplot would look for a display and keep the figure.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, target: Path) -> list[Path]:
    """Write a figure as PNG and as SVG; return the files.

    Args:
        figure: what to write.
        target: path without suffix.
    """
    import matplotlib

    target.parent.mkdir(parents=True, exist_ok=True)
    # A name may hold dots, which with_suffix would cut.
    files = [target.with_name(f"{target.name}.{suffix}") for suffix in ("png", "svg")]
    # Text stays text; the ids in the file do not change from run to run.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "vss"}):
        figure.savefig(files[0], dpi=_DPI)
        figure.savefig(files[1], metadata={"Date": None})
    return files

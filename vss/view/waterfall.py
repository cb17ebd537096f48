"""A trace as a waterfall: spans over time, in the terminal and as a picture."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from vss.cloud.trace import Span, Trace

_MOST_BAR_CELLS, _LEAST_BAR_CELLS = 48, 12
_NAME_AND_TIME_CELLS, _ANNOTATION_CELLS = 42, 34
_STYLES = ("grey62", "steel_blue1", "cyan", "green3", "dark_orange")
_COLOURS = ("#9aa0a6", "#4f83cc", "#2aa1b3", "#3f9b5b", "#d9822b")
_FAILED_STYLE, _FAILED_COLOUR = "red", "#c43c39"


def waterfall_table(trace: Trace, width: int) -> Table:
    """Return the trace as a table: a line a span, indented, with its bar and its time.

    Args:
        trace: what to show.
        width: of the terminal, in cells; a narrow one shows no annotations.
    """
    annotated = width >= _NAME_AND_TIME_CELLS + _ANNOTATION_CELLS + _MOST_BAR_CELLS // 2
    room = width - _NAME_AND_TIME_CELLS - (_ANNOTATION_CELLS if annotated else 0)
    cells = max(_LEAST_BAR_CELLS, min(_MOST_BAR_CELLS, room))
    table = Table(title=f"trace {trace.trace_id}  {trace.start:%Y-%m-%d %H:%M:%S} UTC", box=None)
    table.add_column("span", no_wrap=True)
    table.add_column("", width=cells, no_wrap=True)
    table.add_column("ms", justify="right", no_wrap=True)
    if annotated:
        table.add_column("annotations", style="dim", overflow="fold")
    for span in trace.spans:
        style = _FAILED_STYLE if span.failed else _STYLES[min(span.depth, len(_STYLES) - 1)]
        notes = "  ".join(f"{name}={value}" for name, value in span.annotations.items())
        table.add_row(
            Text("  " * span.depth + span.name, style),
            Text(_bar(span, trace.duration_s, cells), style),
            _milliseconds(span),
            *([Text(notes)] if annotated else []),
        )
    return table


def _bar(span: Span, total_s: float, width: int) -> str:
    """Draw the span's share of the whole; what is too short to see is one thin line."""
    scale = width / total_s if total_s > 0 else 0.0
    first = min(int(span.start_s * scale), width - 1)
    cells = round((span.duration_s or 0.0) * scale)
    return " " * first + ("█" * min(cells, width - first) if cells else "▏")


def _milliseconds(span: Span) -> str:
    return "open" if span.duration_s is None else f"{span.duration_s * 1000:,.1f}"


def draw_waterfall(trace: Trace, target: Path) -> Path:
    """Draw the trace as a picture; the suffix of ``target`` decides its format (png, svg)."""
    # On a canvas of its own: pyplot would look for a display and keep the figure.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 1.2 + 0.27 * len(trace.spans)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    total_ms = trace.duration_s * 1000
    for row, span in enumerate(trace.spans):
        colour = _FAILED_COLOUR if span.failed else _COLOURS[min(span.depth, len(_COLOURS) - 1)]
        left, width = span.start_s * 1000, (span.duration_s or 0.0) * 1000
        axes.barh(row, max(width, total_ms / 600), left=left, height=0.72, color=colour)
        gap = total_ms / 200
        # To the left of a bar that ends far right, where there is room for it.
        before = left + width > 0.82 * total_ms and left > 0.1 * total_ms
        axes.text(
            left - gap if before else left + width + gap,
            row,
            f"{_milliseconds(span)} ms",
            va="center",
            ha="right" if before else "left",
            fontsize=8,
        )
    names = ["   " * span.depth + span.name for span in trace.spans]
    # Left-aligned, so that the indentation shows what lies in what.
    axes.set_yticks(range(len(names)), names, fontsize=8, ha="left")
    axes.tick_params(axis="y", length=0, pad=5.5 * max(map(len, names)))
    axes.margins(y=0.01)
    axes.invert_yaxis()
    axes.set_xlim(0, total_ms * 1.12)
    axes.set_xlabel("time since the start of the trace [ms]")
    axes.set_title(f"trace {trace.trace_id}", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", alpha=0.3)
    figure.savefig(target, dpi=110)
    return target

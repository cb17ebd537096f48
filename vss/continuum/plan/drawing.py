"""A workflow as a picture: storage and functions from left to right, arrows for files."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deep_learning.errors import ConfigurationError

from vss.continuum.fdl.graph import AWS_PLACE, FunctionNode
from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import StoragePath
from vss.continuum.fdl.oscar import LOCAL_CLUSTER
from vss.continuum.plan.layout import Layout, Part, Waypoint, layout
from vss.continuum.plan.overview import place_in_words, size_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = (".png", ".svg")
# In inches: coordinates are so too, that text fits its box whatever the size of the picture.
_CHARACTER, _SMALL_CHARACTER, _LINE, _PADDING, _TOUCH = 0.083, 0.068, 0.19, 0.14, 0.03
_COLUMN_GAP, _ROW_GAP, _MARGIN, _TITLE = 0.75, 0.35, 0.3, 0.5
_WRAP = 30
_ARROW, _GREY = "#3c4043", "#55595e"
_AWS, _CLUSTER, _LOCAL, _STORE = "#d9822b", "#3f9b5b", "#4f83cc", "#6b7076"
_FILL_ALPHA = 0.14
_LEGEND = {"AWS": _AWS, "OSCAR cluster": _CLUSTER, "this machine": _LOCAL, "storage": _STORE}


def draw_workflow(loaded: LoadedWorkflow, target: Path) -> Path:
    """Draw a workflow; the suffix of ``target`` decides the format.

    Raises:
        ConfigurationError: the suffix is none of ``FORMATS``.
    """
    if target.suffix.lower() not in FORMATS:
        raise ConfigurationError(f"{target} has no format; allowed: {', '.join(FORMATS)}")
    # On a canvas of its own: pyplot would look for a display and keep the figure.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    plan = layout(loaded.graph, loaded.workflow.storage_providers)
    boxes, width, height = _boxes(plan)
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    _draw_arrows(axes, plan, boxes)
    for part, box in zip(plan.parts, boxes, strict=True):
        if not isinstance(part, Waypoint):
            _draw_part(axes, part, box)
    title: dict[str, Any] = {"fontsize": 11, "va": "top", "weight": "bold", "parse_math": False}
    axes.text(_MARGIN, height - _MARGIN, loaded.path.name, **title)
    _draw_legend(axes, plan)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=130)
    return target


_Box = tuple[float, float, float, float]  # left, bottom, width, height


def _lines(part: Part) -> list[str]:
    if isinstance(part, Waypoint):
        return []
    if isinstance(part, FunctionNode):
        return [*_wrapped(part.name), place_in_words(part), size_in_words(part)]
    return [part.storage_provider, *_wrapped(part.path)]


def _wrapped(text: str) -> list[str]:
    """Break a path after a slash, or anywhere where it has none."""
    lines = textwrap.wrap(text.replace("/", "/ "), _WRAP, break_on_hyphens=True)
    return [line.replace("/ ", "/") for line in lines] or [text]


def _boxes(plan: Layout) -> tuple[list[_Box], float, float]:
    sizes = []
    for part in plan.parts:
        lines = _lines(part)
        longest = max(map(len, lines), default=0)
        sizes.append((longest * _CHARACTER + 2 * _PADDING, len(lines) * _LINE + 2 * _PADDING))
    column_heights = [
        sum(sizes[index][1] for index in column) + _ROW_GAP * (len(column) - 1)
        for column in plan.columns
    ]
    body = max(column_heights)
    boxes: list[_Box] = [(0.0, 0.0, 0.0, 0.0)] * len(plan.parts)
    left = _MARGIN
    for column, column_height in zip(plan.columns, column_heights, strict=True):
        widest = max(sizes[index][0] for index in column)
        top = _MARGIN + _LINE + _MARGIN + (body + column_height) / 2
        for index in column:
            own_width, own_height = sizes[index]
            boxes[index] = (
                left + (widest - own_width) / 2,
                top - own_height,
                own_width,
                own_height,
            )
            top -= own_height + _ROW_GAP
        left += widest + _COLUMN_GAP
    legend = 2 * _MARGIN + sum(_legend_width(words) for words, _ in _legend(plan))
    width = max(left - _COLUMN_GAP + _MARGIN, legend)
    return boxes, width, body + _LINE + _TITLE + 3 * _MARGIN


def _colour(part: Part) -> str:
    if not isinstance(part, FunctionNode):
        return _STORE
    return {AWS_PLACE: _AWS, LOCAL_CLUSTER: _LOCAL}.get(part.place, _CLUSTER)


def _draw_part(axes: Axes, part: Part, box: _Box) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, bottom, width, height = box
    is_store = isinstance(part, StoragePath)
    style = f"round,pad=0,rounding_size={height / 3 if is_store else 0.06}"
    for face, alpha in ((_colour(part), _FILL_ALPHA), ("none", 1.0)):
        patch = FancyBboxPatch(
            (left, bottom), width, height, style, fc=face, ec=_colour(part), lw=1.3, alpha=alpha
        )
        axes.add_patch(patch)
    lines = _lines(part)
    names = range(1, len(lines)) if is_store else range(len(lines) - 2)
    for row, line in enumerate(lines):
        axes.text(
            left + width / 2,
            bottom + height - _PADDING - (row + 0.5) * _LINE,
            line,
            ha="center",
            va="center",
            fontsize=9,
            weight="bold" if row in names and not is_store else "normal",
            color="black" if row in names else _GREY,
            parse_math=False,  # A $ in a path is a $.
        )


def _draw_arrows(axes: Axes, plan: Layout, boxes: list[_Box]) -> None:
    for arrow in plan.arrows:
        line = "--" if arrow.is_nested else "-"
        ends = [boxes[index] for index in arrow.way]
        for before, after in pairwise(ends):
            axes.annotate(
                "",
                (after[0] - _TOUCH, after[1] + after[3] / 2),
                (before[0] + before[2] + _TOUCH, before[1] + before[3] / 2),
                arrowprops={
                    "arrowstyle": "-|>" if after is ends[-1] else "-",
                    "lw": 1.2,
                    "color": _ARROW,
                    "linestyle": line,
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
            )
        for left, bottom, width, height in ends[1:-1]:
            row = bottom + height / 2
            axes.plot(
                [left - _TOUCH, left + width + _TOUCH], [row, row], color=_ARROW, lw=1.2, ls=line
            )


def _draw_legend(axes: Axes, plan: Layout) -> None:
    left = _MARGIN
    for words, colour in _legend(plan):
        line = "--" if colour == _ARROW else "-"
        thickness = 1.2 if colour == _ARROW else 5
        axes.plot(
            [left, left + 0.25],
            [_MARGIN, _MARGIN],
            color=colour,
            lw=thickness,
            ls=line,
            solid_capstyle="butt",
        )
        axes.text(left + 0.33, _MARGIN, words, fontsize=8, va="center", color=_GREY)
        left += _legend_width(words)


def _legend(plan: Layout) -> list[tuple[str, str]]:
    used = {_colour(part) for part in plan.parts}
    known = [(words, colour) for words, colour in _LEGEND.items() if colour in used]
    nested = any(arrow.is_nested for arrow in plan.arrows)
    return known + ([("read from a folder above", _ARROW)] if nested else [])


def _legend_width(words: str) -> float:
    return 0.6 + len(words) * _SMALL_CHARACTER

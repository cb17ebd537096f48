"""The picture strip of the demo: before, anonymised, masks; each frame with time and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from deep_learning.decode import decode_image
from high_level_algorithms.types import Image

from vss.continuum.demo.passage import FrameResult, Passage
from vss.continuum.demo.tables import state_of, time_stamp
from vss.study.charts import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 8
"""Frames of a video on the strip; of longer videos they are taken evenly."""

_TITLES = ("at the edge", "what leaves the edge", "what comes back")
_COLOURS = {"safe": "#2e7d32", "warning": "#e07b00", "danger": "#c62828"}
_QUIET = "#666666"
_TILE_PX = (960, 540)
_WIDTH_IN, _ROW_IN, _DPI = 15.0, 3.03, 100

Before = Mapping[tuple[str, int], Image]
"""The frames as they were in the video, by its stem and their number."""


def draw_strip(passages: Sequence[Passage], before: Before, target: Path) -> Path:
    """Draw the frames of all videos into a PNG file, one row each."""
    rows = [(passage.recording, frame) for passage in passages for frame in _chosen(passage.frames)]
    figure = new_figure(_WIDTH_IN, 0.4 + _ROW_IN * len(rows))
    axes = figure.subplots(len(rows), len(_TITLES), squeeze=False)
    for heading, first in zip(_TITLES, axes[0], strict=True):
        first.text(0.5, 1.13, heading, transform=first.transAxes, ha="center", weight="bold")
    for line, (recording, frame) in zip(axes, rows, strict=True):
        state = state_of(frame).replace("_", " ")
        colour = _COLOURS.get(state, _QUIET)
        stem, moment = recording.path.stem, recording.moment(frame.time_s)
        rendered = "" if moment is None else f"   rendered: {moment}"
        label = f"{stem}  {time_stamp(frame.time_s)}{rendered}"
        _show(line[0], before.get((stem, frame.number)), label, _QUIET)
        if frame.withheld is not None:
            reason = frame.withheld.replace("_", " ")
            _say(line[1], f"withheld:\n{reason}")
            _say(line[2], "")
            continue
        _show(line[1], _decoded(frame.anonymised), f"img{frame.number}.jpg", _QUIET)
        _show(line[2], _decoded(frame.drawn), f"{state.upper()}   {_counted(frame)}", colour)
    figure.savefig(target, dpi=_DPI)
    return target


def _chosen(frames: Sequence[FrameResult]) -> list[FrameResult]:
    """Return at most as many frames as there are rows, evenly from the first to the last."""
    count = min(MOST_ROWS, len(frames))
    places = np.linspace(0, len(frames) - 1, count).round().astype(int)
    return [frames[int(place)] for place in places]


def _decoded(content: bytes | None) -> Image | None:
    return None if content is None else decode_image(content)


def _counted(frame: FrameResult) -> str:
    report = frame.report
    if report is None or not (report["masked"] or report["unmasked"]):
        return ""
    return f"{report['masked']} with a mask, {report['unmasked']} without"


def _show(axes: Axes, image: Image | None, title: str, colour: str) -> None:
    if image is None:
        _say(axes, "no image")
    else:
        small = cv2.resize(image, _fitting(image), interpolation=cv2.INTER_AREA)
        axes.imshow(small[..., ::-1])
        _frame(axes, colour)
    axes.set_title(title, loc="left", fontsize=10, color=colour)


def _fitting(image: Image) -> tuple[int, int]:
    height, width = image.shape[:2]
    scale = min(_TILE_PX[0] / width, _TILE_PX[1] / height)
    return round(width * scale), round(height * scale)


def _say(axes: Axes, text: str) -> None:
    """Leave a place empty but for a text."""
    axes.set(xlim=(0, _TILE_PX[0]), ylim=(0, _TILE_PX[1]), aspect="equal")
    x, y = _TILE_PX[0] / 2, _TILE_PX[1] / 2
    axes.text(x, y, text, ha="center", va="center", color=_QUIET)
    _frame(axes, "#dddddd")


def _frame(axes: Axes, colour: str) -> None:
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(color=colour, linewidth=1.5)

"""The DET plot: both error rates over all thresholds, on axes of the normal deviate.

A. Martin et al., "The DET curve in assessment of detection task performance", Eurospeech 1997:
normally distributed scores of both kinds give a straight line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from deep_learning.errors import ConfigurationError

from vss.calibration.open_set import OpenSet, OperatingPoint
from vss.calibration.proportion import CONFIDENCE, Counts, Shares, clopper_pearson
from vss.calibration.report import Calibration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_CURVE, _WANTED = "#1f5a96", "#5f6368"
# Colour, and whether the marker is filled.
_POINTS = {"present": ("#8a5a00", False), "chosen": ("#b3261e", True)}
_PERCENT = (0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 80, 90, 95, 99)
# The axes end there unless the operating point lies above: larger rates are nobody's choice.
_LEAST_END = 0.6
# Between the curve and the frame, in normal deviates.
_MARGIN = 0.06
# More thresholds than a drawing can show only make its file large.
_MOST_POINTS = 2000
_DPI = 200


@dataclass(frozen=True, slots=True)
class _Scale:
    """One axis: shares 0..1 of ``trials`` as normal deviates.

    0 and 1 have none: they lie where half an error would, or half a search without one, and so
    does what is nearer to them.
    """

    trials: int

    @property
    def zero(self) -> float:
        """The position of 0, a step below that of the smallest rate there can be."""
        return NormalDist().inv_cdf(0.5 / self.trials)

    def positions(self, shares: Shares) -> Shares:
        """Return the positions of ``shares``, both [n]."""
        least = 0.5 / self.trials
        inside = np.clip(shares, least, 1 - least)
        return np.array([NormalDist().inv_cdf(float(share)) for share in inside], np.float64)

    def set_up(self, axis: Axis, most: float) -> None:
        """Show 0 to at least the share ``most`` on ``axis``, with ticks in percent."""
        end = max(NormalDist().inv_cdf(_LEAST_END), float(self.positions(np.array([most]))[0]))
        axis.set_view_interval(self.zero - _MARGIN, end + _MARGIN, ignore=True)
        places = ((NormalDist().inv_cdf(percent / 100), f"{percent:g}") for percent in _PERCENT)
        shown = [place for place in places if self.zero + 3 * _MARGIN < place[0] < end + _MARGIN]
        axis.set_ticks([self.zero, *(at for at, _ in shown)], ["0", *(text for _, text in shown)])


def draw_det(open_set: OpenSet, calibration: Calibration, target: Path) -> tuple[Path, Path]:
    """Draw the DET curve of ``open_set`` with both thresholds; write it as PNG and as SVG.

    The band joins the corners of the pointwise intervals of both rates.

    Args:
        open_set: the searches.
        calibration: what was chosen from them.
        target: the pictures' path; its suffix is replaced.

    Raises:
        ConfigurationError: nobody of the gallery has two photographs, so there is no FNIR.
    """
    if not len(open_set.mated):
        raise ConfigurationError("a DET plot needs somebody with 2 photographs in the gallery")
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # On a canvas of its own: pyplot would look for a display and keep the figure.
    figure = Figure(figsize=(5.2, 5.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    scales = _Scale(len(open_set.non_mated)), _Scale(len(open_set.mated))
    _draw_curve(axes, open_set, scales)
    _draw_point(axes, "present", calibration.present, scales)
    _draw_point(axes, "chosen", calibration.chosen, scales)
    wanted = scales[0].positions(np.array([calibration.wanted_fpir]))[0]
    label = f"wanted: FPIR {100 * calibration.wanted_fpir:g} %"
    axes.axvline(wanted, color=_WANTED, linewidth=0.9, linestyle="--", label=label)
    _set_up(axes, calibration, scales)
    # Below the axes: a curve may pass anywhere in them.
    figure.legend(loc="outside lower center", ncols=2, fontsize=7.5, frameon=False)
    png, svg = target.with_suffix(".png"), target.with_suffix(".svg")
    target.parent.mkdir(parents=True, exist_ok=True)
    # The same searches give the same files: no date, no random ids.
    with rc_context({"svg.hashsalt": "vss"}):
        figure.savefig(png, dpi=_DPI)
        figure.savefig(svg, metadata={"Date": None})
    return png, svg


def curve(open_set: OpenSet) -> tuple[Counts, Counts]:
    """Return the false positives and the misses, each [thresholds], from the lowest threshold up.

    The thresholds are the scores themselves, where the counts change, and one above all of them.
    """
    scores = np.concatenate([open_set.mated[np.isfinite(open_set.mated)], open_set.non_mated])
    thresholds = np.append(np.unique(scores), np.inf)
    false_positives, misses = open_set.false_positives(thresholds), open_set.misses(thresholds)
    if len(thresholds) > _MOST_POINTS:
        # Even in the normal deviates, where the curve is looked at; both ends stay.
        x = _Scale(len(open_set.non_mated)).positions(false_positives / len(open_set.non_mated))
        y = _Scale(len(open_set.mated)).positions(misses / len(open_set.mated))
        way = np.cumsum(np.hypot(np.diff(x, prepend=x[0]), np.diff(y, prepend=y[0])))
        wanted = np.linspace(0, way[-1], _MOST_POINTS)
        kept = np.unique(np.append(np.searchsorted(way, wanted), [0, len(way) - 1]))
        false_positives, misses = false_positives[kept], misses[kept]
    return false_positives, misses


def _draw_curve(axes: Axes, open_set: OpenSet, scales: tuple[_Scale, _Scale]) -> None:
    false_positives, misses = curve(open_set)
    x_low, x_high = clopper_pearson(false_positives, scales[0].trials)
    y_low, y_high = clopper_pearson(misses, scales[1].trials)
    axes.fill(
        np.concatenate([scales[0].positions(x_high), scales[0].positions(x_low)[::-1]]),
        np.concatenate([scales[1].positions(y_high), scales[1].positions(y_low)[::-1]]),
        color=_CURVE,
        alpha=0.16,
        linewidth=0,
        label=f"{100 * CONFIDENCE:g} % confidence, pointwise in both rates",
    )
    axes.plot(
        scales[0].positions(false_positives / scales[0].trials),
        scales[1].positions(misses / scales[1].trials),
        color=_CURVE,
        linewidth=1.6,
        label="all thresholds",
    )


def _draw_point(
    axes: Axes, name: str, point: OperatingPoint, scales: tuple[_Scale, _Scale]
) -> None:
    rates = [rate for rate in (point.fpir, point.fnir) if rate is not None]
    (x, x_low, x_high), (y, y_low, y_high) = (
        scale.positions(np.array([rate.share, *rate.interval]))
        for scale, rate in zip(scales, rates, strict=True)
    )
    colour, filled = _POINTS[name]
    axes.errorbar(
        x,
        y,
        xerr=[[x - x_low], [x_high - x]],
        yerr=[[y - y_low], [y_high - y]],
        fmt="o",
        color=colour,
        markersize=5,
        markerfacecolor=colour if filled else "white",
        capsize=2.5,
        linewidth=1,
        zorder=5,
        label=f"{name}: threshold {point.threshold:.4f}",
    )


def _set_up(axes: Axes, calibration: Calibration, scales: tuple[_Scale, _Scale]) -> None:
    points = calibration.chosen, calibration.present
    scales[0].set_up(axes.xaxis, max(point.fpir.interval[1] for point in points))
    scales[1].set_up(axes.yaxis, max(point.fnir.interval[1] for point in points if point.fnir))
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.3, linewidth=0.6)
    axes.set_xlabel("false-positive identification rate, FPIR [%]")
    axes.set_ylabel("false-negative identification rate at rank 1, FNIR [%]")
    axes.set_title(
        f"Open-set identification among {calibration.people:,} people\n"
        f"{scales[1].trials:,} mated and {scales[0].trials:,} non-mated searches",
        fontsize=10,
    )

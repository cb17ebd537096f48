"""Figures 6 to 9 of paper B from our measurements; captions stand in the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from vss.study.charts import new_figure, save
from vss.study.continuum import paper
from vss.study.continuum.measurements import RunTimes
from vss.study.continuum.panels import (
    COLOURS,
    EDGE,
    HERE,
    LOCAL,
    MEASURED,
    SIMULATED,
    SIZE,
    draw_firsts,
    explain,
    name_axes,
    write_number,
)
from vss.study.continuum.plan import VIDEOS, Scenario
from vss.study.continuum.results import Evidence, Way
from vss.study.continuum.testbed import StageTimes
from vss.study.tuning.chart import draw_tuning

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STAGES = ("anonymise\nand split", "mask\ndetection")
_MEASURED_AS = {Scenario.LOCAL: LOCAL, Scenario.HYBRID: HERE}
_PAPERS_AS = {Scenario.LOCAL: LOCAL, Scenario.HYBRID: str(Way.PAPER_LINK)}
# By stage the times of all runs.
Stages = Sequence[Sequence[float]]


def draw_figure_6(evidence: Evidence, target: Path) -> list[Path]:
    """Time and cost of the mask function over memory."""
    title = f"one image of 1920 x 1080, measured in the sandbox, {evidence.cores}"
    return draw_tuning(evidence.tuning, "balanced", target, title)


def draw_figure_7(evidence: Evidence, target: Path) -> list[Path]:
    """Times of both stages in both scenarios: mean, range, and the first run apart."""
    figure = new_figure(*SIZE)
    papers, here, testbed = figure.subplots(1, 3)
    printed: dict[str, Stages] = {
        LOCAL: [[paper.LOCAL_ANONYMISE_S], [paper.LOCAL_MASKS_S]],
        Way.PAPER_LINK: [[paper.HYBRID_ANONYMISE_S], [paper.HYBRID_MASKS_S]],
    }
    measured = {_MEASURED_AS[s]: _stages(evidence.measured[s]) for s in Scenario}
    simulated = {str(way): _stages(evidence.simulated[way]) for way in Way}
    for axes, title, stages in (
        (papers, "the paper", printed),
        (here, f"{MEASURED}, {evidence.cores}", measured),
        (testbed, SIMULATED, simulated),
    ):
        _draw_bars(axes, stages, has_first=axes is here)
        name_axes(axes, title)
        axes.set_xticks(range(len(_STAGES)), _STAGES, fontsize=8)
    papers.set_ylabel("time of a stage, s")
    explain(figure, columns=3)
    return save(figure, target)


def _stages(runs: Sequence[RunTimes] | Sequence[StageTimes]) -> Stages:
    return [[run.anonymise_s for run in runs], [run.masks_s for run in runs]]


def _draw_bars(axes: Axes, ways: Mapping[str, Stages], *, has_first: bool) -> None:
    width = 0.8 / len(ways)
    for index, (way, stages) in enumerate(ways.items()):
        shift = (index - (len(ways) - 1) / 2) * width
        for stage, times in enumerate(stages):
            place, height, top = stage + shift, mean(times), max(times)
            colour = COLOURS[way]
            axes.bar(place, height, width, color=colour, edgecolor=EDGE, linewidth=0.4, label=way)
            if len(times) > 1:
                whisker = [[height - min(times)], [top - height]]
                axes.errorbar(place, height, yerr=whisker, color=EDGE, capsize=2, linewidth=0.8)
            if has_first:
                draw_firsts(axes, [place], times[:1])
            write_number(axes, place, height)
    axes.margins(y=0.12)


def draw_figure_8(evidence: Evidence, target: Path) -> list[Path]:
    """Total times of a video in both scenarios, as box plots."""
    figure = new_figure(*SIZE)
    papers, here, testbed = figure.subplots(1, 3, width_ratios=(2, 2, 3))
    sums = {
        LOCAL: paper.LOCAL_ANONYMISE_S + paper.LOCAL_MASKS_S,
        Way.PAPER_LINK: paper.HYBRID_ANONYMISE_S + paper.HYBRID_MASKS_S,
    }
    for place, (way, total) in enumerate(sums.items(), start=1):
        papers.bar(place, total, 0.5, color=COLOURS[way], edgecolor=EDGE, linewidth=0.4)
        write_number(papers, place, total)
    measured = {_MEASURED_AS[s]: [run.total_s for run in evidence.measured[s]] for s in Scenario}
    _draw_boxes(here, measured)
    draw_firsts(here, [1, 2], [totals[0] for totals in measured.values()])
    simulated = {str(way): [run.total_s for run in evidence.simulated[way]] for way in Way}
    _draw_boxes(testbed, simulated)
    clouds = (Way.PAPER_LINK, Way.FAST_LINK)
    firsts = [mean(run.total_s for run in evidence.first[way]) for way in clouds]
    draw_firsts(testbed, [2, 3], firsts)
    local, cloud = "on\npremises", "edge +\ncloud"
    links = [local, "edge + cloud,\npaper's uplink", "edge + cloud,\n50 Mbit/s"]
    for axes, title, names in (
        (papers, "the paper, sums of its means", [local, cloud]),
        (here, f"{MEASURED}, {evidence.cores}", [local, cloud]),
        (testbed, SIMULATED, links),
    ):
        name_axes(axes, title)
        axes.set_xticks(range(1, len(names) + 1), names, fontsize=8)
    papers.set_ylabel("time of a video, s")
    papers.set_ylim(top=1.1 * max(sums.values()))
    explain(figure, columns=1)
    return save(figure, target)


def _draw_boxes(axes: Axes, ways: Mapping[str, Sequence[float]]) -> None:
    middle = {"color": "w"}
    drawn = axes.boxplot(
        list(ways.values()), widths=0.5, patch_artist=True, medianprops=middle, sym="."
    )
    for box, way in zip(drawn["boxes"], ways, strict=True):
        box.set(facecolor=COLOURS[way], edgecolor=EDGE, linewidth=0.6)


def draw_figure_9(evidence: Evidence, target: Path) -> list[Path]:
    """Total time over the number of videos that arrive at once."""
    figure = new_figure(*SIZE)
    here, testbed, papers = figure.subplots(1, 3)
    for scenario in Scenario:
        _draw_line(here, _MEASURED_AS[scenario], evidence.parallel[scenario], "o-")
        totals = [run.total_s for run in evidence.papers[scenario]]
        _draw_line(papers, _PAPERS_AS[scenario], dict(zip(VIDEOS, totals, strict=True)), "o--")
    expected = evidence.here
    label = "on premises, simulated"
    here.plot(list(expected), list(expected.values()), "x", color=EDGE, label=label)
    here.set_xticks(list(expected))
    for way in Way:
        totals = [run.total_s for run in evidence.over_videos[way]]
        _draw_line(testbed, str(way), dict(zip(VIDEOS, totals, strict=True)), "o--")
    for axes, title in (
        (here, f"{MEASURED}, {evidence.cores}"),
        (testbed, SIMULATED),
        (papers, "simulated, the paper's parts"),
    ):
        name_axes(axes, title)
        axes.set_xlabel("videos at once")
    for axes in (testbed, papers):
        axes.set_xticks(VIDEOS[1::2])
    here.set_ylabel("time until the last result, s")
    explain(figure, columns=3)
    return save(figure, target)


def _draw_line(axes: Axes, way: str, totals: Mapping[int, float], form: str) -> None:
    colour = COLOURS[way]
    axes.plot(list(totals), list(totals.values()), form, color=colour, markersize=4, label=way)

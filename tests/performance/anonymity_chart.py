"""The chart of privacy and use: what anonymised heads tell of a person and of a mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model_assets.training.mask_scores import MaskScore
from tests.performance.anonymity import Areas
from vss.continuum.anonymise.obscuring import DEFAULT_CELLS

GOAL_AREA, GOAL_ACCURACY = 0.55, 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Strength:
    """What was measured at one strength.

    Attributes:
        cells: along the height of a head; None stands for the frames as they are.
        rendered: attack on rendered faces.
        real: on photographs; None where there are none.
        masks: of rendered faces, by the demo network.
        by_demo: share of the photographs told right by the demo network.
        by_real: by the real one, which never saw an anonymised face.
    """

    cells: float | None
    rendered: Areas | None
    real: Areas | None
    masks: MaskScore
    by_demo: float | None
    by_real: float | None


def draw(rows: Sequence[Strength], plain: Strength) -> Figure:
    """Draw privacy and use over the strength, with both goals."""
    figure = Figure(figsize=(8.5, 6.8), layout="constrained")
    privacy, use = figure.subplots(2, 1, sharex=True)
    cells = [float(row.cells or 0) for row in rows]
    _attack(privacy, cells, [row.rendered for row in rows], "rendered faces", "tab:blue")
    _attack(privacy, cells, [row.real for row in rows], "photographs", "tab:orange")
    _goal(privacy, cells, GOAL_AREA)
    privacy.set_ylim(0.25, 1.02)
    privacy.set_ylabel("re-identification:\narea under the ROC curve")
    privacy.set_title("What anonymised heads tell of a person …", loc="left", fontsize=10)
    _masks(use, cells, rows, plain)
    _goal(use, cells, GOAL_ACCURACY)
    use.set_ylim(0, 1.02)
    use.set_ylabel("mask detection: share")
    use.set_title("… and of a mask", loc="left", fontsize=10)
    use.set_xlabel("cells along the height of a head (fewer protect more)")
    use.set_xscale("log", base=2)
    use.set_xticks(cells, [f"{value:g}" for value in cells])
    for axes in (privacy, use):
        axes.axvline(DEFAULT_CELLS, color="tab:red", lw=1, alpha=0.6)
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    where = use.get_xaxis_transform()
    use.text(DEFAULT_CELLS * 1.03, 0.03, "default", color="tab:red", fontsize=8, transform=where)
    return figure


def _attack(
    axes: Axes, cells: list[float], measured: Sequence[Areas | None], name: str, colour: str
) -> None:
    found = [one for one in measured if one is not None]
    if len(found) < len(cells):
        return
    low, high = zip(*(one.interval for one in found), strict=True)
    values = [one.other_pictures for one in found]
    axes.plot(cells, values, "o-", color=colour, label=f"{name},\nagainst originals (95 %)")
    axes.fill_between(cells, low, high, color=colour, alpha=0.15, lw=0)
    parrot = [one.parrot for one in found]
    axes.plot(
        cells, parrot, "--", color=colour, alpha=0.6, label=f"{name},\ngallery anonymised too"
    )
    axes.axhline(found[0].originals, color=colour, lw=0.8, ls=":", label=f"{name},\nnot anonymised")


def _masks(axes: Axes, cells: list[float], rows: Sequence[Strength], plain: Strength) -> None:
    right = [row.masks.accuracy for row in rows]
    axes.plot(cells, right, "o-", color="tab:green", label="rendered faces found:\ntold right")
    found = [row.masks.found for row in rows]
    axes.plot(cells, found, "s-", color="tab:olive", label="rendered faces: found")
    axes.axhline(
        plain.masks.accuracy, color="tab:green", lw=0.8, ls=":", label="told right,\nnot anonymised"
    )
    lines: list[tuple[str, str, Callable[[Strength], float | None]]] = [
        ("^--", "photographs right,\ndemo network", lambda row: row.by_demo),
        ("v--", "photographs right,\nreal network", lambda row: row.by_real),
    ]
    for (style, name, of), colour in zip(lines, ("tab:orange", "tab:brown"), strict=True):
        values = [value for row in rows if (value := of(row)) is not None]
        if values:
            axes.plot(cells, values, style, color=colour, label=name)


def _goal(axes: Axes, cells: list[float], goal: float) -> None:
    axes.axhline(goal, color="0.3", lw=0.9)
    axes.text(min(cells), goal, f"goal {goal:g}", va="bottom", ha="left", fontsize=8)

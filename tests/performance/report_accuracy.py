"""Accuracy on real photographs, as tables and as a drawing: ``make accuracy``."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from deep_learning.catalogue import Catalogue
from deep_learning.runtime import Runtime
from high_level_algorithms.pipeline import Pipeline, PipelineSettings
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from tests import accuracy
from tests.shared_material import ABSENT, REAL_SET, REPOSITORY, SHARED, assemble_networks


def main() -> int:
    console = Console()
    if not SHARED.is_dir():
        console.print(ABSENT)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue.read(assemble_networks(Path(folder)), REAL_SET)
        pipeline = Pipeline.load(Runtime(threads=2), catalogue, PipelineSettings())
    with console.status("Counting people"):
        counts = accuracy.count_people(pipeline)
    console.print(count_table(counts))
    with console.status("Naming faces"):
        namings = accuracy.name_faces(pipeline, accuracy.enrol(pipeline))
    console.print(naming_table(namings))
    with console.status("Comparing all pairs"):
        separation = accuracy.separate(pipeline)
    console.print(separation_table(separation))
    target = REPOSITORY / "build" / "accuracy" / "comparison_scores.png"
    draw_scores(separation, pipeline.identification_threshold, target)
    console.print(f"Score distributions: {target}", soft_wrap=True)
    return 0


def count_table(counts: Sequence[accuracy.Count]) -> Table:
    with_people = [count for count in counts if count.expected]
    empty = [count for count in counts if not count.expected]
    exact = sum(count.found == count.expected for count in with_people)
    near = sum(abs(count.found - count.expected) <= 1 for count in with_people)
    table = Table(title="People counted")
    table.add_column("photographs")
    table.add_column("result", justify="right")
    table.add_row("with people: exact", f"{exact} of {len(with_people)}")
    table.add_row("with people: within one", f"{near} of {len(with_people)}")
    table.add_row(
        "without people: nobody found", f"{sum(not c.found for c in empty)} of {len(empty)}"
    )
    for count in counts:
        if count.found != count.expected:
            table.add_row(f"  {count.photograph}", f"{count.found}, expected {count.expected}")
    return table


def naming_table(namings: Sequence[accuracy.Naming]) -> Table:
    table = Table(title="Faces named, from left to right")
    for column in ("probe", "named", "score", "right"):
        table.add_column(column)
    for naming in namings:
        scores = ", ".join("" if score is None else f"{score:.2f}" for score in naming.scores)
        copy = " (copy of a reference)" if naming.photograph in accuracy.COPIES else ""
        table.add_row(
            naming.photograph + copy,
            ", ".join(name or "unknown" for name in naming.found),
            scores,
            "yes" if naming.found == naming.expected else "[red]NO",
        )
    return table


def separation_table(separation: accuracy.Separation) -> Table:
    table = Table(title=f"Comparison scores of all pairs, AUC {separation.auc:.4f}")
    for column in ("pairs of", "number", "least", "mean", "greatest"):
        table.add_column(column, justify="right" if column != "pairs of" else "left")
    rows = (("the same person", separation.same), ("different people", separation.different))
    for name, scores in rows:
        figures = (min(scores), float(np.mean(scores)), max(scores))
        table.add_row(name, str(len(scores)), *(f"{figure:.3f}" for figure in figures))
    return table


def draw_scores(separation: accuracy.Separation, threshold: float, target: Path) -> None:
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    bins = np.linspace(-0.3, 1.0, 53)
    rows = (
        (f"different people ({len(separation.different)} pairs)", separation.different, "#d95f02"),
        (f"the same person ({len(separation.same)} pairs)", separation.same, "#1b9e77"),
    )
    for label, scores, colour in rows:
        axes.hist(scores, bins, density=True, alpha=0.75, color=colour, label=label)
    axes.axvline(threshold, color="black", linestyle="--", label=f"threshold {threshold}")
    axes.set(xlabel="comparison score (cosine)", ylabel="density", title="Real photographs")
    axes.legend()
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=120)


if __name__ == "__main__":
    sys.exit(main())

"""The command ``vss study continuum``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.exit_codes import exit_codes
from vss.paths import DEFAULT_MODEL_SET, MANIFEST, REPOSITORY

app = typer.Typer()
FOLDER = REPOSITORY / "build" / "study" / "continuum"


@app.command()
def continuum(
    rounds: Annotated[
        int, typer.Option(min=2, help="Runs of each scenario; more can be added.")
    ] = 5,
    video: Annotated[
        Path | None, typer.Option(help="A video instead of a rendered one of 186 s.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was measured.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for measurements, charts and text.")] = FOLDER,
    manifest: Annotated[Path, typer.Option(help="The manifest of the networks.")] = MANIFEST,
    model_set: Annotated[
        str, typer.Option(help="demo (with demo-masks), or omz (with masks).")
    ] = DEFAULT_MODEL_SET,
) -> None:
    """Measure and draw Figures 6 to 9 of paper B, and say what of its findings holds for us.

    It can be interrupted: what was measured is kept and used again.
    """
    from rich.console import Console

    from vss.study.continuum import paper
    from vss.study.continuum.measure import measure_missing
    from vss.study.continuum.measurements import Measurements
    from vss.study.continuum.plan import MEASURED_VIDEOS, cells
    from vss.study.continuum.report import write_report
    from vss.study.continuum.subject import WorkflowSubject, make_video

    with exit_codes():
        console = Console(stderr=True)
        chosen = video or make_video(out / "video.mp4", paper.VIDEO_S, console)
        subject = WorkflowSubject(manifest, model_set, chosen)
        measurements = Measurements(out / "measurements.json", subject.describe(), fresh)
        measure_missing(subject, cells(rounds), measurements, console)
        for file in write_report(measurements, MEASURED_VIDEOS, out):
            typer.echo(file)

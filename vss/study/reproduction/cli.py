"""The commands ``vss study reproduce | validate | continuum``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.exit_codes import exit_codes
from vss.paths import DEFAULT_MODEL_SET, MANIFEST, REPOSITORY
from vss.study.continuum.cli import app as continuum_app

app = typer.Typer(
    no_args_is_help=True, help="What the function costs in time and money, by measurement."
)
app.add_typer(continuum_app)
FOLDER = REPOSITORY / "build" / "study"

ManifestOption = Annotated[Path, typer.Option(help="The manifest of the networks.")]
ModelSetOption = Annotated[str, typer.Option(help="The set of networks.")]
ImageOption = Annotated[
    Path | None, typer.Option(help="A JPEG that the function gets instead of a rendered frame.")
]
OutOption = Annotated[Path, typer.Option(help="Folder for measurements, charts, tables and text.")]


@app.command()
def reproduce(
    rounds: Annotated[
        int, typer.Option(min=2, help="Environments of each way and memory; more can be added.")
    ] = 5,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was measured.")] = False,
    out: OutOption = FOLDER,
    manifest: ManifestOption = MANIFEST,
    model_set: ModelSetOption = DEFAULT_MODEL_SET,
    image: ImageOption = None,
) -> None:
    """Measure and draw Figures 2 to 5 of paper A, and say what of its findings holds for us.

    It can be interrupted: what was measured is kept and used again.
    """
    from rich.console import Console

    from vss.study.reproduction.measure import describe, measure_missing
    from vss.study.reproduction.measurements import Measurements
    from vss.study.reproduction.report import write_report
    from vss.study.subject import Subject

    with exit_codes():
        console, subject = Console(stderr=True), Subject(manifest, model_set, image)
        body = subject.image()
        path = out / "measurements.json"
        measurements = Measurements(path, describe(subject, body), fresh)
        measure_missing(subject, body, rounds, measurements, console)
        for file in write_report(measurements, out):
            typer.echo(file)


@app.command()
def validate(
    frames: Annotated[int, typer.Option(min=10, help="Invocations to replay.")] = 1000,
    per_second: Annotated[float, typer.Option(min=0.1, help="Their pace.")] = 8.0,
    memory: Annotated[int, typer.Option(min=128, max=3538, help="MB of the function.")] = 1769,
    out: OutOption = FOLDER,
    manifest: ManifestOption = MANIFEST,
    model_set: ModelSetOption = DEFAULT_MODEL_SET,
    image: ImageOption = None,
) -> None:
    """Predict what a run of the local deployment costs, replay it, compare.

    Exit code 1 if the prediction is off by more than a tenth.
    """
    import json

    from rich.console import Console

    from vss.study.reproduction.validation import Replay, as_document, validate
    from vss.study.subject import Subject

    with exit_codes():
        subject = Subject(manifest, model_set, image)
        replay = Replay(frames, per_second, memory)
        found = validate(subject, subject.image(), replay, Console(stderr=True))
        document = json.dumps(as_document(replay, found), indent=2)
        out.mkdir(parents=True, exist_ok=True)
        (out / "validation.json").write_text(document + "\n", "utf-8")
        typer.echo(document)
    raise typer.Exit(0 if found.holds else 1)

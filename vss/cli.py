"""The ``vss`` command; each subcommand imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.calibration.cli import app as calibration_app
from vss.cloud.cli import app as cloud_app
from vss.cloud.persons_cli import app as enrolment_app
from vss.cloud.persons_cli import persons_app
from vss.continuum.cli import app as workflow_app
from vss.cost import app as cost_app
from vss.layers.cli import app as layers_app
from vss.local.cli import app as local_app
from vss.models.cli import app as models_app
from vss.paths import DEFAULT_MODEL_SET, MANIFEST
from vss.study.reproduction.cli import app as study_app
from vss.study.tuning.cli import app as tuning_app

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(calibration_app)
app.add_typer(cloud_app)
app.add_typer(enrolment_app)
app.add_typer(persons_app, name="persons")
app.add_typer(cost_app, name="cost")
app.add_typer(layers_app, name="layers")
app.add_typer(local_app, name="local")
app.add_typer(models_app, name="models")
app.add_typer(workflow_app, name="workflow")
app.add_typer(study_app, name="study")
app.add_typer(tuning_app)


@app.callback()
def vss() -> None:
    """Serverless video surveillance: who was seen, who is unknown, which camera is covered."""


@app.command()
def analyse(
    images: Annotated[list[Path], typer.Argument(help="Images, or folders of images.")],
    draw: Annotated[
        Path | None, typer.Option(help="Write annotated copies of the images into this folder.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one record a line instead of the table.")
    ] = False,
    reference: Annotated[
        Path | None, typer.Option(help="A folder per known person, with photographs.")
    ] = None,
    manifest: Annotated[Path, typer.Option(help="The manifest of the networks to use.")] = MANIFEST,
    model_set: Annotated[
        str,
        typer.Option(
            help="The set of networks to use: demo lies in the repository and knows rendered "
            "people only; omz, for real people, is fetched by `vss models pull`."
        ),
    ] = DEFAULT_MODEL_SET,
    threads: Annotated[
        int | None, typer.Option(help="Inference threads; all available cores by default.")
    ] = None,
) -> None:
    """Analyse images on this machine with the networks that run in AWS.

    Ends with 1 if an image was rejected or could not be read, with 2 on wrong usage.
    """
    from vss.analyse import AnalyseOptions, analyse_images

    options = AnalyseOptions(
        images=tuple(images),
        draw=draw,
        json=json,
        reference=reference,
        manifest=manifest,
        model_set=model_set,
        threads=threads,
    )
    raise typer.Exit(analyse_images(options))


def main() -> None:
    """Run the command line."""
    app()

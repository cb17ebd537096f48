"""The command ``vss calibrate``.

Exit codes: 0 done, 1 it did not work out, 2 wrong usage or too few photographs, 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.cloud.connection import LocalOption, ProfileOption, StageOption, connected
from vss.exit_codes import exit_codes
from vss.paths import MANIFEST, REPOSITORY

app = typer.Typer()


@app.command()
def calibrate(
    strangers: Annotated[
        Path,
        typer.Option(help="A folder of photographs of people who are not enrolled, each once."),
    ],
    fpir: Annotated[
        float,
        typer.Option(help="The wanted share of strangers' faces that are named: above 0, below 1."),
    ] = 0.01,
    gallery: Annotated[
        Path | None,
        typer.Option(
            help="A folder per person, with photographs; without, the people of the deployment."
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Put the threshold into the stage's settings.")
    ] = False,
    out: Annotated[Path, typer.Option(help="The folder of report and DET plot.")] = Path(
        "build/calibration"
    ),
    settings: Annotated[Path, typer.Option(help="The file of the stages' settings.")] = REPOSITORY
    / "cdk.json",
    manifest: Annotated[Path, typer.Option(help="The manifest of the networks.")] = MANIFEST,
    model_set: Annotated[
        str | None,
        typer.Option(help="With --gallery: the set of networks; by default that of the stage."),
    ] = None,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Choose the threshold of identification for the error rate you want, from your own people.

    Nothing of a face is written: report and plot hold counts and rates alone.
    """
    from deep_learning.catalogue import Catalogue
    from rich.console import Console

    from vss.calibration.calibrate import CalibrationOptions, Calibrator
    from vss.calibration.stage_settings import read_stage, stage_threshold

    def calibrator(chosen_stage: str, chosen_set: str) -> Calibrator:
        catalogue = Catalogue.read(manifest, chosen_set)
        options = CalibrationOptions(strangers, fpir, catalogue, out, settings, chosen_stage, write)
        return Calibrator(options, Console(), Console(stderr=True))

    if gallery is None:
        if model_set is not None:
            typer.echo("--model-set goes with --gallery: a deployment has its own", err=True)
            raise typer.Exit(2)
        with connected(stage, local, profile) as deployment:
            calibrator(deployment.stage, deployment.model_set).with_deployment(deployment)
        return
    with exit_codes():
        chosen_stage = stage or "dev"
        found = read_stage(settings, chosen_stage)
        if (chosen_set := model_set or found.get("model_set")) is None:
            typer.echo(f"stage {chosen_stage} names no model set; --model-set chooses", err=True)
            raise typer.Exit(2)
        calibrator(chosen_stage, chosen_set).with_folder(gallery, stage_threshold(found))

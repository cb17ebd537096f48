"""The command ``vss cost forecast``.

Exit codes: 0 done, 1 something has no price, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.exit_codes import exit_codes
from vss.paths import REPOSITORY

app = typer.Typer(no_args_is_help=True, help="What a deployment costs.")
FOLDER = REPOSITORY / "build" / "cost"


@app.callback()
def cost() -> None:
    """Keep `forecast` a command of its own."""


@app.command()
def forecast(
    stage: Annotated[str, typer.Option(help="The stage of cdk.json.")] = "dev",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A stage setting that differs from cdk.json."
        ),
    ] = None,
    cameras: Annotated[float | None, typer.Option(help="Cameras that send images.")] = None,
    period: Annotated[float | None, typer.Option(help="Seconds between two images.")] = None,
    hours_per_day: Annotated[float | None, typer.Option(help="Hours in which they send.")] = None,
    image_kb: Annotated[float | None, typer.Option(help="KiB of an image.")] = None,
    alert_share: Annotated[float | None, typer.Option(help="Images with an alert, 0 to 1.")] = None,
    people: Annotated[float | None, typer.Option(help="People enrolled.")] = None,
    photographs: Annotated[float | None, typer.Option(help="Photographs of each.")] = None,
    images_per_invocation: Annotated[
        float | None, typer.Option(help="Images in a batch; reckoned by default.")
    ] = None,
    duration_ms: Annotated[
        float | None, typer.Option(help="Of an image, S3 included; as measured by default.")
    ] = None,
    init_ms: Annotated[
        float | None, typer.Option(help="Of a cold start; as measured by default.")
    ] = None,
    cold_starts: Annotated[
        float | None, typer.Option(help="In the month; reckoned by default.")
    ] = None,
    workflow: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Price the stack of this workflow; its images come as those of the cameras.",
        ),
    ] = None,
    defaults: Annotated[
        Path | None, typer.Option(help="What holds where the workflow's file is silent.")
    ] = None,
    free_tier: Annotated[bool, typer.Option(help="Take the always-free tier off.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    chart: Annotated[
        Path | None, typer.Option(help="Where the picture goes, without suffix.")
    ] = None,
) -> None:
    """Reckon the monthly bill of a stage or workflow, idle and loaded, from its templates."""
    from vss.study.forecast_command import Asked, run_forecast
    from vss.study.workload import Workload

    with exit_codes():
        workload = Workload.of(
            cameras=cameras,
            period_s=period,
            hours_per_day=hours_per_day,
            image_kb=image_kb,
            alert_share=alert_share,
            people=people,
            photographs=photographs,
            images_per_invocation=images_per_invocation,
            duration_ms=duration_ms,
            init_ms=init_ms,
            cold_starts=cold_starts,
        )
        name = stage if workflow is None else f"{stage}-{workflow.stem}"
        target = chart or FOLDER / f"forecast-{name}"
        asked = Asked(stage, settings or [], workload, free_tier, json, target, workflow, defaults)
        run_forecast(asked)

"""The commands for a deployment: ``vss put | results | alerts | traces | redrive | empty``.

They talk to the local AWS where one runs, else to the AWS of the environment's credentials, and say
to which. Exit codes: 0 done, 1 it did not work out, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.cloud.connection import LocalOption, ProfileOption, StageOption, connected
from vss.models.cli import app as models_app
from vss.paths import MANIFEST

app = typer.Typer()

CameraOption = Annotated[str | None, typer.Option(help="Only this camera.")]
SinceOption = Annotated[
    str, typer.Option(help="How far back: 30m, 12h, 7d, or a date as 2026-11-22T08:00.")
]


@app.command()
def put(
    images: Annotated[list[Path], typer.Argument(help="Images, or folders of images.")],
    camera: Annotated[str, typer.Option(help="The id of the camera that took them.")],
    wait: Annotated[
        float, typer.Option(help="Wait up to this many seconds for the records.")
    ] = 0.0,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Drop images into the frames bucket, as a camera does."""
    from vss.cloud.commands import put_and_wait

    with connected(stage, local, profile) as deployment:
        raise typer.Exit(put_and_wait(deployment, images, camera, wait))


@app.command()
def results(
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on and show records as they come.")
    ] = False,
    camera: CameraOption = None,
    since: SinceOption = "24h",
    json: Annotated[bool, typer.Option("--json", help="One record a line, no table.")] = False,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Show the records of the frames that arrived."""
    from vss.cloud.commands import show_records
    from vss.cloud.since import parse_since

    with connected(stage, local, profile) as deployment:
        show_records(deployment, camera, parse_since(since), follow, json)


@app.command()
def alerts(
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on and show alerts as they come.")
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option(help="Only camera_covered, unknown_person, known_person or camera_silent."),
    ] = None,
    camera: CameraOption = None,
    since: SinceOption = "24h",
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Show the alerts that were raised."""
    from vss.cloud.alerts import AlertFilter, chosen_kinds, show_alerts
    from vss.cloud.since import parse_since

    with connected(stage, local, profile) as deployment:
        wanted = AlertFilter(chosen_kinds(kind), camera, parse_since(since))
        show_alerts(deployment, wanted, follow)


@app.command()
def traces(
    trace_id: Annotated[str | None, typer.Argument(help="Show this trace as a waterfall.")] = None,
    minutes: Annotated[float, typer.Option(help="List the traces of the last minutes.")] = 60,
    draw: Annotated[
        Path | None, typer.Option(help="Draw the waterfall into this file (.png, .svg).")
    ] = None,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """List the latest X-Ray traces, or show one, step by step."""
    from vss.cloud.commands import list_traces, show_trace

    with connected(stage, local, profile) as deployment:
        if trace_id is None:
            list_traces(deployment, minutes)
        else:
            show_trace(deployment, trace_id, draw)


@models_app.command("push")
def push_networks(
    manifest: Annotated[Path, typer.Option(help="The manifest of the networks.")] = MANIFEST,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Upload the networks of the stage's model set into its models bucket (model_source=s3)."""
    from vss.cloud.models import push_models

    with connected(stage, local, profile) as deployment:
        count = push_models(deployment, manifest, typer.echo)
        bucket = deployment.output("ModelsBucket")
        typer.echo(f"{count} files of the model set {deployment.model_set} are in {bucket}")


@app.command()
def redrive(
    stage: StageOption = None, local: LocalOption = None, profile: ProfileOption = None
) -> None:
    """Bring the dead letters back to their queues, once what made them fail is mended."""
    from vss.cloud.commands import redrive_all

    with connected(stage, local, profile) as deployment:
        redrive_all(deployment)


@app.command()
def empty(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Delete all frames, records, alerts and people of a stage (before cdk destroy)."""
    from vss.cloud.emptying import empty_buckets

    with connected(stage, local, profile) as deployment:
        if not yes:
            typer.confirm(f"Delete everything in all buckets of {deployment.name}?", abort=True)
        total = empty_buckets(
            deployment, lambda bucket, count: typer.echo(f"{bucket}: {count}", err=True)
        )
        typer.echo(f"deleted {total} object versions")

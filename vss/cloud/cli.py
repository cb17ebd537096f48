"""The commands for a deployment: ``vss put | results | traces | gallery | redrive | empty``.

They talk to the local AWS where one runs, else to the AWS of the environment's credentials, and say
to which. Exit codes: 0 done, 1 it did not work out, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vss.exit_codes import exit_codes
from vss.models.cli import app as models_app
from vss.paths import MANIFEST

if TYPE_CHECKING:
    from vss.cloud.deployment import Deployment

app = typer.Typer()
gallery_app = typer.Typer(no_args_is_help=True, help="The people who are known.")

StageOption = Annotated[
    str | None, typer.Option("--stage", help="The stage; the local one, or dev in AWS, by default.")
]
LocalOption = Annotated[
    bool | None,
    typer.Option(
        "--local/--aws", help="Which AWS is meant; the local one where it runs, by default."
    ),
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", help="A profile of the AWS configuration; implies --aws.")
]
CameraOption = Annotated[str | None, typer.Option(help="Only this camera.")]


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

    with _connected(stage, local, profile) as deployment:
        raise typer.Exit(put_and_wait(deployment, images, camera, wait))


@app.command()
def results(
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on and show records as they come.")
    ] = False,
    camera: CameraOption = None,
    since: Annotated[
        str, typer.Option(help="How far back: 30m, 12h, 7d, or a date as 2026-11-22T08:00.")
    ] = "24h",
    json: Annotated[bool, typer.Option("--json", help="One record a line, no table.")] = False,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Show the records of the frames that arrived."""
    from vss.cloud.commands import show_records
    from vss.cloud.since import parse_since

    with _connected(stage, local, profile) as deployment:
        show_records(deployment, camera, parse_since(since), follow, json)


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

    with _connected(stage, local, profile) as deployment:
        if trace_id is None:
            list_traces(deployment, minutes)
        else:
            show_trace(deployment, trace_id, draw)


@gallery_app.command("push")
def push(
    folder: Annotated[Path, typer.Argument(help="A folder per known person, with photographs.")],
    manifest: Annotated[
        Path, typer.Option(help="The manifest of the networks that are deployed.")
    ] = MANIFEST,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Their last day; by default in a year."),
    ] = None,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Replace the people who are known by those of a folder; their photographs stay here."""
    from business_logic.calendar import today

    from vss.cloud.gallery import push_gallery

    with _connected(stage, local, profile) as deployment:
        last = until.date() if until is not None else today() + timedelta(days=365)
        references = push_gallery(deployment, folder, manifest, last)
        for refused in references.refused:
            typer.echo(f"refused {refused.path}: {refused.reason}", err=True)
        people, chosen = len(references.templates), deployment.model_set
        typer.echo(f"{people} people are known now to the networks of the set {chosen}")


@models_app.command("push")
def push_networks(
    manifest: Annotated[Path, typer.Option(help="The manifest of the networks.")] = MANIFEST,
    stage: StageOption = None,
    local: LocalOption = None,
    profile: ProfileOption = None,
) -> None:
    """Upload the networks of the stage's model set into its models bucket (model_source=s3)."""
    from vss.cloud.models import push_models

    with _connected(stage, local, profile) as deployment:
        count = push_models(deployment, manifest, typer.echo)
        bucket = deployment.output("ModelsBucket")
        typer.echo(f"{count} files of the model set {deployment.model_set} are in {bucket}")


@app.command()
def redrive(
    stage: StageOption = None, local: LocalOption = None, profile: ProfileOption = None
) -> None:
    """Bring the dead letters back to their queues, once what made them fail is mended."""
    from vss.cloud.commands import redrive_all

    with _connected(stage, local, profile) as deployment:
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

    with _connected(stage, local, profile) as deployment:
        if not yes:
            typer.confirm(f"Delete everything in all buckets of {deployment.name}?", abort=True)
        total = empty_buckets(
            deployment, lambda bucket, count: typer.echo(f"{bucket}: {count}", err=True)
        )
        typer.echo(f"deleted {total} object versions")


@contextmanager
def _connected(stage: str | None, local: bool | None, profile: str | None) -> Iterator[Deployment]:
    """Give the deployment that is meant; turn what goes wrong into a line and an exit code."""
    from botocore.exceptions import BotoCoreError, ClientError

    from vss.cloud.deployment import Where, connect

    where = {None: Where.AUTO, True: Where.LOCAL, False: Where.AWS}[local]
    if profile is not None and where is Where.LOCAL:
        typer.echo("--profile chooses an AWS account and cannot go with --local", err=True)
        raise typer.Exit(2)
    with exit_codes(ClientError, BotoCoreError):
        deployment = connect(stage, where, profile)
        typer.echo(deployment.name, err=True)
        yield deployment

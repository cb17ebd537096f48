"""Which deployment a command is for: its options, and the way there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from vss.exit_codes import exit_codes

if TYPE_CHECKING:
    from vss.cloud.deployment import Deployment

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


@contextmanager
def connected(stage: str | None, local: bool | None, profile: str | None) -> Iterator[Deployment]:
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

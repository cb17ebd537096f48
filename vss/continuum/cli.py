"""The commands ``vss workflow check | plan``.

Exit codes: 0 the file is valid, 2 it is not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vss.continuum.arguments import DefaultsOption, FileArgument, read_workflow
from vss.continuum.deployment_cli import app as deployment_app
from vss.continuum.edge_cli import app as edge_app
from vss.exit_codes import exit_codes
from vss.local.cli import StageOption

app = typer.Typer(
    no_args_is_help=True,
    help="Workflows of functions at the edge and in AWS, described in an FDL file.",
)
app.add_typer(deployment_app)
app.add_typer(edge_app)


@app.command()
def check(file: FileArgument, defaults: DefaultsOption = None) -> None:
    """Check a workflow: each error and warning with its line, and what is allowed."""
    with exit_codes():
        from vss.continuum.plan.wording import counted

        loaded = read_workflow(file, defaults)
        counts = (
            counted(len(loaded.graph.nodes), "function"),
            counted(len(loaded.graph.edges), "storage edge"),
            counted(len(loaded.warnings), "warning"),
        )
        typer.echo(f"{file} is valid: {', '.join(counts)}")


@app.command()
def plan(
    file: FileArgument,
    defaults: DefaultsOption = None,
    stage: StageOption = "dev",
    draw: Annotated[
        Path | None, typer.Option(metavar="PNG|SVG", help="Draw the workflow into this file.")
    ] = None,
) -> None:
    """Show what a workflow would make: functions, triggers, storage, resources."""
    with exit_codes():
        loaded = read_workflow(file, defaults)
        from rich.console import Console

        from vss.continuum.plan.overview import overview

        # A file or a pipe has no width of its own; a folded name could not be searched for.
        Console(width=None if Console().is_terminal else 160).print(overview(loaded, stage))
        if draw is not None:
            from vss.continuum.plan.drawing import draw_workflow

            typer.echo(f"drawn: {draw_workflow(loaded, draw)}")

"""What the commands of ``vss workflow`` are given, and how they read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vss.continuum.fdl.loading import LoadedWorkflow

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="The workflow, in the Functions Definition Language.")
]
DefaultsOption = Annotated[
    Path | None,
    typer.Option(
        help="A file with aws, oscar, storage_providers and clusters, which hold where FILE is "
        "silent: maps merge, lists are joined."
    ),
]


def read_workflow(file: Path, defaults: Path | None) -> LoadedWorkflow:
    """Load a workflow and print its warnings.

    Raises:
        FdlError: it is not valid.
    """
    from vss.continuum.fdl.loading import load

    loaded = load(file, defaults)
    for warning in loaded.warnings:
        typer.echo(f"warning: {warning}", err=True)
    return loaded

"""The command ``vss layers build``."""

from __future__ import annotations

from typing import Annotated

import typer

from vss.exit_codes import exit_codes
from vss.layers.runtimes import DEFAULT

app = typer.Typer(no_args_is_help=True, help="The packages that AWS gets.")


@app.callback()
def layers() -> None:
    """The packages that AWS gets."""


@app.command()
def build(
    runtime: Annotated[str, typer.Option(help="The Lambda runtime to build for.")] = DEFAULT,
    force: Annotated[bool, typer.Option(help="Build again what is up to date.")] = False,
) -> None:
    """Build layers and function for Lambda: pruned, compiled, checked. No Docker needed."""
    from rich.console import Console

    from vss.layers.build import Place
    from vss.layers.build import build as build_parts
    from vss.layers.report import building, print_build
    from vss.layers.runtimes import Runtime

    with exit_codes():
        target = Runtime.named(runtime)
        with building(Console(stderr=True), target.name) as say:
            built = build_parts(target, Place(), force, say)
    print_build(built, Console())

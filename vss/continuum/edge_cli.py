"""The command ``vss workflow edge``: the half of a workflow that lies on this machine.

Exit codes: 0 done, 1 it did not work out, 2 the file is not valid, or wrong usage.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from deep_learning.errors import ConfigurationError

from vss.continuum.arguments import DefaultsOption, FileArgument, read_workflow
from vss.exit_codes import exit_codes
from vss.local.cli import StageOption
from vss.paths import REPOSITORY

if TYPE_CHECKING:
    from vss.continuum.fdl.loading import LoadedWorkflow

app = typer.Typer()
_MOST_PORT = 65_535


@app.command()
def edge(
    file: FileArgument,
    defaults: DefaultsOption = None,
    stage: StageOption = "dev",
    state: Annotated[
        Path | None,
        typer.Option(help="Folder of journal, outgoing files, failed inputs and logs."),
    ] = None,
    notify: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where stores that can do so push their events."),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Begin with what was given up.")
    ] = False,
    until_idle: Annotated[bool, typer.Option(help="End when there is nothing left to do.")] = False,
) -> None:
    """Run the services of the cluster ``local`` here, with the stores that FILE declares.

    What they write to S3 goes into the buckets of the stack that `apply --aws` has deployed.
    """
    with exit_codes():
        from vss.continuum.edge.pushing import pushed
        from vss.continuum.edge.runner import EdgeRunner
        from vss.continuum.edge.services import local_services
        from vss.continuum.edge.settings import RunnerSettings

        address = None if notify is None else _address(notify)
        loaded = read_workflow(file, defaults)
        services = local_services(loaded, _buckets(loaded, stage))
        if not services:
            raise ConfigurationError(f"{file} has no service of the cluster local")
        variables = {"VSS_PYTHON": sys.executable, **os.environ}
        settings = RunnerSettings(state or REPOSITORY / "build" / "edge" / loaded.path.stem)
        runner = EdgeRunner(services, settings, variables, typer.echo)
        # As a service manager ends it: scripts are stopped, the next runner begins them again.
        signal.signal(signal.SIGTERM, lambda *_: runner.stop())
        with ExitStack() as until_then:
            until_then.callback(runner.close)
            typer.echo(runner.statement())
            if retry_failed:
                typer.echo(f"{runner.retry_failed()} inputs that were given up are tried again")
            if address is not None:
                until_then.enter_context(
                    pushed(services, variables, runner.announce, address, typer.echo)
                )
            runner.run(until_idle)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isdigit() and int(port) <= _MOST_PORT):
        raise ConfigurationError(f"--notify is {text!r}; allowed: HOST:PORT, as in 10.0.0.5:8090")
    return host, int(port)


def _buckets(loaded: LoadedWorkflow, stage: str) -> Mapping[str, str]:
    """Return the names of the stack's buckets in AWS by those in the file."""
    from vss.continuum.cloud.deployment import WorkflowStack, buckets, stack_outputs, way_to

    if not loaded.workflow.functions.aws:
        return {}
    stack = WorkflowStack.read(loaded.path, stage, True, loaded.defaults)
    return buckets(stack_outputs(stack, *way_to(aws=True)))

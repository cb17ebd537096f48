"""The commands ``vss local up | down | status | reset``.

Exit codes: 0 done, 1 it did not work out, 2 wrong usage.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vss.exit_codes import exit_codes
from vss.paths import MANIFEST

if TYPE_CHECKING:
    from vss.local.deployment import Running

app = typer.Typer(
    no_args_is_help=True,
    help="A local AWS that runs the deployed app on this machine (control plane emulated).",
)


class Layers(StrEnum):
    """What the functions run from."""

    SOURCE = "source"
    BUILT = "built"


StageOption = Annotated[str, typer.Option(help="The stage to deploy.")]
SettingOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A stage setting that differs from cdk.json."),
]
ManifestOption = Annotated[Path, typer.Option(help="The manifest of the networks to ship.")]
ModelSetOption = Annotated[
    str | None,
    typer.Option(
        "--model-set", help="The set of networks to ship, as --set model_set=…: demo, omz …"
    ),
]
LayersOption = Annotated[
    Layers,
    typer.Option(
        help="source: our sources, this Python and what is installed for it; built: exactly what "
        "AWS gets (`vss layers build`), run by the Python it is for."
    ),
]
SandboxOption = Annotated[
    bool, typer.Option("--sandbox/--no-sandbox", help="Run functions isolated, as Lambda does.")
]


@app.command("up")
def bring_up(
    stage: StageOption = "dev",
    settings: SettingOption = None,
    manifest: ManifestOption = MANIFEST,
    model_set: ModelSetOption = None,
    sandbox: SandboxOption = True,
    layers: LayersOption = Layers.SOURCE,
) -> None:
    """Start the local AWS, deploy all stacks by the stock CDK CLI, run the functions.

    Where it runs already, the app is deployed again, with the settings given now.
    """
    from vss.local.deployment import LocalOptions, parse_settings, up
    from vss.local.progress import deploying

    with exit_codes():
        chosen = parse_settings(settings or [])
        if model_set is not None:
            chosen["model_set"] = model_set
        options = LocalOptions(stage, chosen, manifest.resolve(), sandbox, layers)
        with deploying() as (step, line):
            running = up(options, step, line)
        _print_running(running)
        _print_model_set(running, manifest)


@app.command("down")
def take_down() -> None:
    """End the local AWS; all that it held is gone."""
    from vss.local.deployment import down

    with exit_codes():
        typer.echo("the local AWS is down" if down() else "the local AWS did not run")


@app.command()
def reset(
    stage: StageOption = "dev",
    settings: SettingOption = None,
    manifest: ManifestOption = MANIFEST,
    model_set: ModelSetOption = None,
    sandbox: SandboxOption = True,
    layers: LayersOption = Layers.SOURCE,
) -> None:
    """Start from nothing again: down, then up."""
    from vss.local.deployment import down

    with exit_codes():
        down()
    bring_up(stage, settings, manifest, model_set, sandbox, layers)


@app.command()
def status() -> None:
    """Show what runs and what waits; exit code 1 where nothing runs."""
    from vss.cloud.deployment import connect_local
    from vss.cloud.redrive import QUEUE_PAIRS, dead_letters, waiting
    from vss.cloud.workflow_queues import with_workflows
    from vss.local import service
    from vss.local.deployment import DATA_PLANE, current_state

    with exit_codes():
        state = current_state()
        if state is None:
            typer.echo("the local AWS does not run; `vss local up` starts it")
            raise typer.Exit(1)
        typer.echo(f"local AWS (emulated)  {state.endpoint}  pid {state.api_pid}")
        if state.data_plane_pid is None or not service.is_running(state.data_plane_pid, DATA_PLANE):
            typer.echo("no functions run; `vss local up` deploys and runs them")
            raise typer.Exit(1)
        deployment = connect_local(state)
        typer.echo(f"stage {deployment.stage}  functions pid {state.data_plane_pid}")
        deployment, of_workflows = with_workflows(deployment)
        for pair in (*QUEUE_PAIRS, *of_workflows):
            typer.echo(
                f"{pair.name} queue {waiting(deployment, pair)} messages, "
                f"dead letters {dead_letters(deployment, pair)}"
            )


def _print_running(running: Running) -> None:
    typer.echo(f"{running.deployment.name} is up: {running.state.endpoint}")
    for key, value in sorted(running.deployment.outputs.items()):
        typer.echo(f"  {key:<24} {value}")
    typer.echo("Emulated: the control plane; KMS does not encrypt; timings are this machine's.")
    for what, how in running.sandbox.items():
        typer.echo(f"  {what}: {how}")


def _print_model_set(running: Running, manifest: Path) -> None:
    from deep_learning.catalogue import Catalogue

    from vss.view.model_set_notice import model_set_notice

    chosen = Catalogue.read(manifest, running.deployment.model_set).model_set
    typer.echo(model_set_notice(chosen.name, chosen.knows) or f"Networks: model set {chosen.name}.")

"""The commands ``vss workflow apply | remove | run | logs``.

Exit codes: 0 done, 1 it did not work out, 2 the file is not valid, or wrong usage.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from deep_learning.errors import ConfigurationError

from vss.continuum.arguments import DefaultsOption, FileArgument, read_workflow
from vss.exit_codes import exit_codes
from vss.local.cli import (
    Layers,
    LayersOption,
    ManifestOption,
    SandboxOption,
    SettingOption,
    StageOption,
)
from vss.paths import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vss.continuum.cloud.deployment import WorkflowStack
    from vss.continuum.fdl.loading import LoadedWorkflow
    from vss.local.deployment import LocalOptions

app = typer.Typer()

AwsOption = Annotated[
    bool,
    typer.Option("--aws/--here", help="The AWS of your credentials, or the local one (vss local)."),
]


@app.command()
def apply(
    file: FileArgument,
    defaults: DefaultsOption = None,
    aws: AwsOption = False,
    stage: StageOption = "dev",
    settings: SettingOption = None,
    manifest: ManifestOption = MANIFEST,
    sandbox: SandboxOption = True,
    layers: LayersOption = Layers.SOURCE,
) -> None:
    """Deploy a workflow: functions to AWS, as a stack of its own, services to their clusters.

    For services of the cluster ``local`` nothing is deployed: `edge` runs them.
    """
    with exit_codes():
        from vss.continuum.oscar.deployment import cluster_services, create_services

        loaded = read_workflow(file, defaults)
        # What is missing of the clusters is told before anything is deployed.
        services = cluster_services(loaded, os.environ)
        buckets: Mapping[str, str] = {}
        if loaded.workflow.functions.aws:
            options = _options(stage, settings, manifest, sandbox, layers, aws)
            buckets = _deploy(loaded, options, aws)
            for name, real in sorted(buckets.items()):
                typer.echo(f"bucket {name} is {real}")
        create_services(loaded, services, buckets, os.environ, typer.echo)


@app.command()
def remove(
    file: FileArgument,
    defaults: DefaultsOption = None,
    aws: AwsOption = False,
    empty_buckets: Annotated[
        bool,
        typer.Option(
            "--empty-buckets", help="In AWS: first delete all objects, every version, for good."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Empty buckets without asking.")] = False,
    stage: StageOption = "dev",
    settings: SettingOption = None,
    manifest: ManifestOption = MANIFEST,
    sandbox: SandboxOption = True,
    layers: LayersOption = Layers.SOURCE,
) -> None:
    """Remove what `apply` has deployed. In the local AWS the workflow's buckets are emptied."""
    with exit_codes():
        from vss.continuum.oscar.deployment import (
            cluster_services,
            remove_services,
            without_undeclared_clusters,
        )

        loaded = read_workflow(file, defaults)
        services = cluster_services(without_undeclared_clusters(loaded), os.environ)
        stack = _stack(loaded, stage, aws) if loaded.workflow.functions.aws else None
        # Before anything is removed.
        full = _full_buckets(stack, empty_buckets, yes) if aws and stack else ()
        remove_services(services, typer.echo)
        if stack is not None:
            options = _options(stage, settings, manifest, sandbox, layers, aws)
            if aws:
                _destroy_in_aws(stack, options, full)
            else:
                _destroy_here(stack, options)


@app.command()
def run(
    file: FileArgument,
    defaults: DefaultsOption = None,
    until_idle: Annotated[
        bool, typer.Option(help="End when the edge has nothing left to do.")
    ] = False,
    put: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Put this file into the first input; several times."),
    ] = None,
    minio_here: Annotated[
        bool, typer.Option("--minio-here", help="The MinIO servers of FILE are the local AWS, too.")
    ] = False,
    stage: StageOption = "dev",
    settings: SettingOption = None,
    manifest: ManifestOption = MANIFEST,
    sandbox: SandboxOption = True,
    layers: LayersOption = Layers.SOURCE,
) -> None:
    """Run both halves on this machine: functions in the local AWS, services by the edge runner.

    Services of any cluster are run here. Undeclared MinIO servers are the local AWS, too.
    """
    with exit_codes():
        from vss.cloud.deployment import connect_local
        from vss.continuum.edge.settings import RunnerSettings
        from vss.continuum.on_this_machine import make_buckets, put_files, run_edge, services_here
        from vss.local.state import FOLDER, LocalState

        loaded = read_workflow(file, defaults)
        buckets: Mapping[str, str] = {}
        if loaded.workflow.functions.aws:
            options = _options(stage, settings, manifest, sandbox, layers, aws=False)
            buckets = _deploy(loaded, options, aws=False)
        if (state := LocalState.read()) is None:
            raise ConfigurationError("the local AWS does not run; `vss local up` starts it")
        deployment = connect_local(state)
        services = services_here(loaded, buckets, state, minio_here)
        make_buckets(services, deployment)
        for service in services:
            for place in service.description.inputs:
                path = f"{place.bucket}/{place.folder}".rstrip("/")
                typer.echo(f"{service.name} waits for objects in {place.provider} {path}")
        runner = RunnerSettings(FOLDER / "edge" / loaded.path.stem)
        if put:
            typer.echo(f"{len(put)} put into {put_files(put, services, deployment)}")
        # Both halves load the networks of one set.
        networks = {"VSS_MODEL_SET": deployment.model_set, "VSS_MANIFEST": str(manifest.resolve())}
        variables = {"VSS_PYTHON": sys.executable, **networks, **os.environ}
        run_edge(services, runner, variables, until_idle, typer.echo)


@app.command()
def logs(
    file: FileArgument,
    defaults: DefaultsOption = None,
    aws: AwsOption = False,
    stage: StageOption = "dev",
    function: Annotated[str | None, typer.Option(help="Of this function in AWS alone.")] = None,
    minutes: Annotated[int, typer.Option(min=1, help="In AWS: of the last minutes.")] = 60,
    lines: Annotated[int, typer.Option(min=1, help="Here: the last lines of each function.")] = 100,
) -> None:
    """Print what the functions in AWS have logged."""
    with exit_codes():
        from vss.continuum.cloud.deployment import stack_outputs, way_to
        from vss.continuum.cloud.logs import lines_here, lines_in_aws
        from vss.local.state import FOLDER

        stack = _stack(read_workflow(file, defaults), stage, aws)
        session, endpoint = way_to(aws)
        deployed = stack_outputs(stack, session, endpoint)
        since_ms = round((time.time() - minutes * 60) * 1000)
        for name, real in _functions(stack, deployed, function).items():
            typer.echo(f"── {name} ({real})")
            here = lines_here(FOLDER, real, lines) if endpoint else ()
            for line in here if endpoint else lines_in_aws(session, real, since_ms):
                typer.echo(line)


def _options(
    stage: str,
    settings: list[str] | None,
    manifest: Path,
    sandbox: bool,
    layers: Layers,
    aws: bool,
) -> LocalOptions:
    from vss.local.deployment import LocalOptions, parse_settings

    # AWS has none of our third-party packages but those in the built layers.
    chosen = Layers.BUILT if aws else layers
    return LocalOptions(stage, parse_settings(settings or []), manifest.resolve(), sandbox, chosen)


def _deploy(loaded: LoadedWorkflow, options: LocalOptions, aws: bool) -> Mapping[str, str]:
    """Deploy the functions and return the names of their buckets by those in the file."""
    from vss.continuum.cloud.deployment import (
        apply_here,
        buckets,
        run_in_aws,
        stack_outputs,
        way_to,
    )
    from vss.continuum.cloud.stand_ins import stand_ins
    from vss.local.progress import deploying

    stack = _stack(loaded, options.stage, aws)
    session, endpoint = way_to(aws)
    if aws:
        run_in_aws(stack, options, "deploy")
    else:
        for statement in stand_ins(loaded):
            typer.echo(statement)
        with deploying() as (step, line):
            apply_here(stack, options, step, line)
    return buckets(stack_outputs(stack, session, endpoint))


def _full_buckets(stack: WorkflowStack, may_empty: bool, yes: bool) -> tuple[str, ...]:
    """Return the buckets in AWS that are to be emptied, and may be.

    Raises:
        DeploymentError: there are some, and they may not.
        click.Abort: the user said no.
    """
    from vss.cloud.deployment import DeploymentError
    from vss.continuum.cloud.deployment import way_to
    from vss.continuum.cloud.removal import full_buckets, refusal

    full = full_buckets(stack, *way_to(aws=True))
    if full and not may_empty:
        raise DeploymentError(refusal(stack, full))
    if full and not yes:
        typer.confirm(f"Delete everything in {', '.join(full)} for good?", abort=True)
    return full


def _destroy_in_aws(stack: WorkflowStack, options: LocalOptions, full: tuple[str, ...]) -> None:
    from vss.continuum.cloud.deployment import run_in_aws, way_to
    from vss.continuum.cloud.removal import empty

    empty(full, *way_to(aws=True), lambda name, count: typer.echo(f"{name}: {count}", err=True))
    run_in_aws(stack, options, "destroy")


def _destroy_here(stack: WorkflowStack, options: LocalOptions) -> None:
    from vss.continuum.cloud.deployment import remove_here
    from vss.local.progress import deploying

    with deploying() as (step, line):
        remove_here(stack, options, step, line)
    typer.echo(f"stack {stack.name} is removed")


def _stack(loaded: LoadedWorkflow, stage: str, aws: bool) -> WorkflowStack:
    from vss.continuum.cloud.deployment import WorkflowStack

    return WorkflowStack.read(loaded.path, stage, aws, loaded.defaults)


def _functions(
    stack: WorkflowStack, deployed: Mapping[str, str], only: str | None
) -> Mapping[str, str]:
    """Return the names of the functions in AWS by those in the file."""
    names = [function.name for function in stack.design.functions]
    if only is not None and only not in names:
        raise ConfigurationError(f"function is {only!r}; allowed: {', '.join(names)}")
    return {name: deployed[f"function {name}"] for name in ([only] if only else names)}

"""Bring the local AWS up, deploy into it, take it down."""

from __future__ import annotations

import json
import secrets
import shutil
import site
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from deep_learning.errors import ConfigurationError, SurveillanceError

from vss.cloud.deployment import Deployment, connect_local
from vss.layers.runtimes import Runtime
from vss.local import service
from vss.local.cdk import context_arguments, local_environment, run_cdk
from vss.local.runtime_packages import fetch_runtime_packages
from vss.local.state import ACCOUNT, FOLDER, REGION, LocalState
from vss.local.verification import verify
from vss.paths import MANIFEST, REPOSITORY

API = "vss.local.aws_api"
DATA_PLANE = "vss.local.data_plane"
RUNTIME_PACKAGES = REPOSITORY / "build" / "runtimes"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:user/deployer"


class VerificationError(SurveillanceError):
    """The deployment succeeded by its own account, but resources are missing or differ."""


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """How the local AWS is to run.

    Attributes:
        stage: the stage to deploy.
        settings: stage settings that differ from those in cdk.json.
        manifest: the networks to ship.
        sandboxed: whether functions run isolated, as far as this machine allows it.
        layers: ``source``: our sources, with this interpreter and what is installed for it;
            ``built``: what ``vss layers build`` has made, with the Python it was made for.
        folder: where state, logs and the cloud assembly are kept.
        idle_minutes: after this long without a request the local AWS ends by itself.
    """

    stage: str = "dev"
    settings: Mapping[str, Any] = field(default_factory=dict)
    manifest: Path = MANIFEST
    sandboxed: bool = True
    layers: str = "source"
    folder: Path = FOLDER
    idle_minutes: int = 120


@dataclass(frozen=True, slots=True)
class Running:
    """A local AWS that is up.

    Attributes:
        folder: where its logs and the notes of its invocations are.
        state: its address and credentials.
        deployment: the app in it.
        sandbox: what of Lambda's limits is enforced, and why the rest is not.
    """

    folder: Path
    state: LocalState
    deployment: Deployment
    sandbox: Mapping[str, Any]


Say = Callable[[str], None]


def up(options: LocalOptions, step: Say, line: Say) -> Running:
    """Start the local AWS unless it runs, deploy the app into it, run its functions.

    ``step`` is told what begins, ``line`` each line the CDK CLI prints.

    Raises:
        ServiceError: a process does not start.
        CdkError: the deployment fails.
        VerificationError: something of the templates is not there.
    """
    state = current_state(options.folder)
    if state is None:
        step("Starting the local AWS")
        state = _start_api(options)
    else:
        # The functions that run are those of the deployment before.
        _end_data_plane(state)
    deploy(state, options, step, line)
    return run_functions(replace(state, stage=options.stage), options, step, line)


def run_functions(state: LocalState, options: LocalOptions, step: Say, line: Say) -> Running:
    """Check what is deployed, and run the functions that are, in place of those before.

    Raises:
        ServiceError: a process does not start.
        VerificationError: something of the templates is not there.
    """
    _end_data_plane(state)
    step("Checking that every resource exists with its properties")
    check(state)
    step("Starting the functions' data plane")
    started = service.start(
        DATA_PLANE,
        _data_plane_arguments(state, options, line),
        _credentials(state),
        _log(options, "data_plane"),
    )
    state = replace(state, data_plane_pid=started.pid)
    state.write(options.folder)
    return Running(options.folder, state, connect_local(state), started.ready.get("sandbox", {}))


def current_state(folder: Path = FOLDER) -> LocalState | None:
    """Return the state of the local AWS if it runs; forget it if it has ended."""
    state = LocalState.read(folder)
    if state is not None and not service.is_running(state.api_pid, API):
        _end_data_plane(state)
        LocalState.forget(folder)
        return None
    return state


def deploy(state: LocalState, options: LocalOptions, step: Say, line: Say) -> None:
    """Bootstrap and deploy all stacks by the stock CDK CLI.

    Raises:
        CdkError: the CLI reports a failure.
    """
    environment = local_environment(state)
    output = options.folder / "cdk.out"
    context = stage_context(options)
    if state.stage is None:
        step("cdk bootstrap")
        run_cdk(["bootstrap", f"aws://{ACCOUNT}/{REGION}", *context], environment, output, line)
    step("cdk deploy --all")
    deploy_arguments = ["deploy", "--all", "--require-approval", "never", "--concurrency", "4"]
    run_cdk([*deploy_arguments, *context], environment, output, line)


def stage_context(options: LocalOptions) -> list[str]:
    """Return the arguments by which the CDK CLI synthesises the stage for this machine."""
    settings = _with_deployer(options.settings)
    return context_arguments(options.stage, settings, options.manifest, options.layers)


def check(state: LocalState) -> None:
    """Compare what exists with what the templates ask for.

    Raises:
        VerificationError: something is missing or differs; all of it is named.
    """
    problems = verify(state)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise VerificationError(f"{len(problems)} things are not as the templates say:\n{listed}")


def down(folder: Path = FOLDER) -> bool:
    """End everything; tell whether anything ran. What the local AWS held is gone then."""
    state = LocalState.read(folder)
    if state is None:
        return False
    try:
        _end_data_plane(state)
    finally:
        service.end(state.api_pid, API)
        LocalState.forget(folder)
    with suppress(OSError):
        shutil.rmtree(folder / "cdk.out")
    return True


def _start_api(options: LocalOptions) -> LocalState:
    # The form of AWS's access keys; made anew each time, known to nobody else.
    key_id, secret = "AKIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30)
    credentials = {"VSS_LOCAL_ROOT_KEY": key_id, "VSS_LOCAL_ROOT_SECRET": secret}
    arguments = ["--port", "0", "--idle-minutes", str(options.idle_minutes)]
    started = service.start(API, arguments, credentials, _log(options, "aws_api"))
    state = LocalState(started.ready["endpoint"], key_id, secret, started.pid)
    state.write(options.folder)
    return state


def _with_deployer(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Let the person at this machine drop frames and look at them."""
    changed = dict(settings)
    for name in ("operator_principals", "uploader_principals"):
        changed[name] = [*changed.get(name, []), DEPLOYER]
    return changed


def _data_plane_arguments(state: LocalState, options: LocalOptions, line: Say) -> list[str]:
    arguments = ["--endpoint", state.endpoint, "--folder", str(options.folder)]
    if options.layers == "source":
        arguments += ["--host-packages", host_packages()]
    else:
        arguments += _runtime_arguments(deployed_runtime(options), line)
    return arguments if options.sandboxed else [*arguments, "--no-sandbox"]


def deployed_runtime(options: LocalOptions) -> Runtime:
    """Return the runtime of the functions that were deployed, which is one for all.

    Raises:
        ConfigurationError: the templates have no function.
    """
    template = options.folder / "cdk.out" / f"vss-{options.stage}-inference.template.json"
    resources = json.loads(template.read_text("utf-8"))["Resources"].values()
    for resource in resources:
        if resource["Type"] == "AWS::Lambda::Function":
            return Runtime.named(resource["Properties"]["Runtime"])
    raise ConfigurationError(f"{template} has no function")


def _runtime_arguments(runtime: Runtime, line: Say) -> list[str]:
    interpreter = runtime.interpreter()
    if interpreter is None:
        raise ConfigurationError(
            f"{runtime.name}, the runtime of the stage, is not on this machine; install it, or "
            "choose another with --set runtime=…, or run the sources (--layers source)"
        )
    packages = fetch_runtime_packages(runtime, RUNTIME_PACKAGES, line)
    return ["--interpreter", str(interpreter), "--runtime-packages", str(packages)]


def host_packages() -> str:
    """Return the folder with the third-party packages of this interpreter."""
    for folder in site.getsitepackages():
        if (Path(folder) / "openvino").is_dir():
            return folder
    raise ConfigurationError(f"OpenVINO is not installed for {sys.executable}; `make setup`")


def _credentials(state: LocalState) -> dict[str, str]:
    return {
        "VSS_LOCAL_ROOT_KEY": state.access_key_id,
        "VSS_LOCAL_ROOT_SECRET": state.secret_access_key,
    }


def _end_data_plane(state: LocalState) -> None:
    if state.data_plane_pid is not None:
        service.end(state.data_plane_pid, DATA_PLANE)


def _log(options: LocalOptions, name: str) -> Path:
    return options.folder / "logs" / f"{name}.log"


def parse_settings(pairs: list[str]) -> dict[str, Any]:
    """Read ``name=value`` pairs; a value is JSON, or text where it is none.

    Raises:
        ConfigurationError: a pair has no ``=``.
    """
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ConfigurationError(f"setting {pair!r} is not of the form name=value")
        try:
            settings[name] = json.loads(value)
        except ValueError:
            settings[name] = value
    return settings

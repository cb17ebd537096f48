"""Deploys the cloud half of a workflow, and removes it: by the stock CDK CLI, its stack alone."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.errors import ConfigurationError

from stacks.workflow_design import CloudWorkflow, ImageRuntime
from stacks.workflow_names import workflow_concern
from vss.cloud.deployment import DeploymentError, connect_local
from vss.cloud.emptying import empty_bucket
from vss.continuum.cloud.design import read_design
from vss.local.cdk import CLI, CdkError, context_arguments, local_environment, run_cdk
from vss.local.deployment import (
    LocalOptions,
    Running,
    Say,
    current_state,
    run_functions,
    stage_context,
)
from vss.local.state import LocalState
from vss.paths import REPOSITORY

# The other stacks are neither looked at nor changed.
_ALONE = "--exclusively"
_NOT_RUNNING = "the local AWS does not run; `vss local up` starts it"


@dataclass(frozen=True, slots=True)
class WorkflowStack:
    """The stack of a workflow.

    Attributes:
        file: the FDL file.
        stage: whose name it carries.
        design: what is in it.
        containers: whether images can be run where it is deployed.
        defaults: the file that holds where the first one is silent, if there is one.
    """

    file: Path
    stage: str
    design: CloudWorkflow
    containers: bool = False
    defaults: Path | None = None

    @classmethod
    def read(
        cls, file: Path, stage: str, containers: bool = False, defaults: Path | None = None
    ) -> WorkflowStack:
        """Read the file for AWS or, without containers, for the local AWS.

        Raises:
            FdlError: it is not valid, or has what cannot be made in AWS.
        """
        path = None if defaults is None else defaults.resolve()
        design = read_design(file, containers, path)
        return cls(file.resolve(), stage, design, containers, path)

    @property
    def name(self) -> str:
        """Its name."""
        return f"vss-{self.stage}-{workflow_concern(self.design.name)}"

    @property
    def context(self) -> list[str]:
        """What tells the app of it."""
        without = [] if self.containers else ["-c", "containers=none"]
        below = [] if self.defaults is None else ["-c", f"workflow_defaults={self.defaults}"]
        return ["-c", f"workflow={self.file}", *below, *without]


def apply_here(stack: WorkflowStack, options: LocalOptions, step: Say, line: Say) -> Running:
    """Deploy the stack into the local AWS and run its functions beside those of the stage.

    Raises:
        ConfigurationError: the local AWS does not run, or the workflow needs containers.
        CdkError: the deployment fails; the functions that ran go on.
        VerificationError: something of the templates is not there.
    """
    state = _state(stack, options)
    images = [f.name for f in stack.design.functions if isinstance(f.runtime, ImageRuntime)]
    if images:
        raise ConfigurationError(
            f"{stack.file}: {', '.join(images)} would run from a container image; the local AWS "
            "has no containers. Allowed here: vss/mask_detection as image, or init_script alone"
        )
    step(f"cdk deploy {stack.name}")
    _cdk(stack, options, state, line, "deploy", "--require-approval", "never")
    return run_functions(state, options, step, line)


def remove_here(stack: WorkflowStack, options: LocalOptions, step: Say, line: Say) -> Running:
    """Empty the buckets of the stack in the local AWS, and remove it.

    Raises:
        ConfigurationError: the local AWS does not run.
        CdkError: the CLI reports a failure.
    """
    state = _state(stack, options)
    deployment = connect_local(state)
    for bucket in buckets(stack_outputs(stack, deployment.session, deployment.endpoint)).values():
        empty_bucket(deployment, bucket, lambda name, count: line(f"{name}: {count} versions"))
    step(f"cdk destroy {stack.name}")
    _cdk(stack, options, state, line, "destroy", "--force")
    return run_functions(state, options, step, line)


def _cdk(
    stack: WorkflowStack, options: LocalOptions, state: LocalState, line: Say, *arguments: str
) -> None:
    command, *rest = arguments
    given = [command, stack.name, _ALONE, *rest, *stage_context(options), *stack.context]
    run_cdk(given, local_environment(state), options.folder / "cdk.out", line)


def _state(stack: WorkflowStack, options: LocalOptions) -> LocalState:
    state = current_state(options.folder)
    if state is None or state.stage is None:
        raise ConfigurationError(_NOT_RUNNING)
    if state.stage != stack.stage:
        raise ConfigurationError(
            f"stage is {stack.stage!r}; allowed: {state.stage}, which runs in the local AWS"
        )
    return state


def run_in_aws(stack: WorkflowStack, options: LocalOptions, command: str) -> None:
    """Run ``cdk deploy`` or ``cdk destroy`` for the stack in the user's AWS, in this terminal.

    The CLI shows what roles and policies would change, and asks. Credentials and region are those
    that it finds itself.

    Raises:
        ConfigurationError: the CLI is not installed.
        CdkError: it failed, or the user said no.
    """
    if not CLI.exists():
        raise ConfigurationError(f"{CLI} is missing; `make setup` installs the CDK CLI")
    context = context_arguments(options.stage, options.settings, options.manifest, options.layers)
    given = [str(CLI), command, stack.name, _ALONE, *context, *stack.context]
    done = subprocess.run(given, cwd=REPOSITORY, check=False)  # noqa: S603 (the CDK CLI)
    if done.returncode:
        raise CdkError(f"`cdk {command} {stack.name}` ended with exit code {done.returncode}")


def way_to(aws: bool) -> tuple[boto3.Session, str | None]:
    """Return session and endpoint of AWS, or of the local AWS, which has an endpoint of its own.

    Raises:
        ConfigurationError: no region is set, or the local AWS does not run.
    """
    if not aws:
        state = current_state()
        if state is None:
            raise ConfigurationError(_NOT_RUNNING)
        return state.session(), state.endpoint
    session = boto3.Session()
    if session.region_name is None:
        raise ConfigurationError("no AWS region is set; AWS_REGION or the profile names one")
    return session, None


def stack_outputs(
    stack: WorkflowStack, session: boto3.Session, endpoint: str | None
) -> Mapping[str, str]:
    """Return the outputs of the stack by their descriptions: ``bucket results``.

    Raises:
        DeploymentError: the stack is not deployed, or cannot be read.
    """
    client = session.client("cloudformation", endpoint_url=endpoint)
    try:
        described = client.describe_stacks(StackName=stack.name)["Stacks"][0]
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"stack {stack.name} cannot be read: {error}") from error
    return {one["Description"]: one["OutputValue"] for one in described.get("Outputs", [])}


def buckets(outputs: Mapping[str, str]) -> Mapping[str, str]:
    """Return the names of the buckets in AWS by those in the file."""
    kind = "bucket "
    return {
        name.removeprefix(kind): value for name, value in outputs.items() if name.startswith(kind)
    }

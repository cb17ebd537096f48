"""The stock CDK CLI, pointed at the local AWS."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from deep_learning.errors import ConfigurationError, SurveillanceError

from vss.commands import run_command
from vss.local.state import ACCOUNT, REGION, LocalState
from vss.paths import REPOSITORY

CLI = REPOSITORY / "node_modules" / ".bin" / "cdk"
_AWS = "AWS_"


class CdkError(SurveillanceError):
    """The CDK CLI failed; the end of what it printed is in the error."""


def run_cdk(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    output: Path,
    say: Callable[[str], None],
) -> None:
    """Run ``cdk`` in the repository, its assembly in ``output``, each printed line to ``say``.

    Raises:
        ConfigurationError: the CLI is not installed.
        CdkError: it failed.
    """
    if not CLI.exists():
        raise ConfigurationError(f"{CLI} is missing; `make setup` installs the CDK CLI")
    command = [str(CLI), *arguments, "--output", str(output), "--no-color", "--ci"]
    run_command(command, environment, say, CdkError, REPOSITORY)


def context_arguments(
    stage: str, settings: Mapping[str, Any], manifest: Path, layers: str
) -> list[str]:
    """Return the arguments that choose the stage, its changed settings, networks and layers.

    Layers are built only where they are deployed as built.
    """
    arguments = [] if layers == "built" else ["--build", "true"]
    arguments += ["-c", f"stage={stage}", "-c", f"manifest={manifest}", "-c", f"layers={layers}"]
    if settings:
        arguments += ["-c", f"settings={json.dumps(settings)}"]
    return arguments


def local_environment(state: LocalState) -> dict[str, str]:
    """Return an environment in which nothing reaches beyond the local AWS.

    An IP address as endpoint makes the SDK put bucket names into the path. CloudFormation gets the
    templates by their S3 address, which the CLI would otherwise build from the endpoint.
    """
    plain = {key: value for key, value in os.environ.items() if not key.startswith(_AWS)}
    return {
        **plain,
        "PATH": f"{Path(sys.executable).parent}:{plain.get('PATH', '')}",
        "AWS_ENDPOINT_URL": state.endpoint,
        "AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION": f"https://s3.{REGION}.amazonaws.com",
        "AWS_ACCESS_KEY_ID": state.access_key_id,
        "AWS_SECRET_ACCESS_KEY": state.secret_access_key,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "CDK_DEFAULT_ACCOUNT": ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
    }

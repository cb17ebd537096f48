"""The real application by the stock CDK CLI: deployed whole, changed, broken, removed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws_api_server import ACCOUNT, KEY, REGION, SECRET, RunningServer
from tests.tiny_networks import assemble_tiny_networks
from vss.local.cdk import CLI, local_environment
from vss.local.state import LocalState
from vss.local.verification import verify
from vss.paths import REPOSITORY

STACKS = ("network", "storage", "inference", "monitoring")
BROKEN = """
import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
app = cdk.App()
stack = cdk.Stack(app, "broken")
cdk.CfnResource(stack, "Fleet", type="AWS::GameLift::Fleet", properties={"Name": "x"})
app.synth()
"""


class Cdk:
    """The CLI against a server, with its assembly in a folder of its own."""

    def __init__(self, server: RunningServer, folder: Path) -> None:
        self.server = server
        self._folder = folder / "cdk.out"
        self._manifest = assemble_tiny_networks(folder / "networks")
        self._state = LocalState(server.endpoint, KEY, SECRET, server.pid)

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(CLI), *arguments, "--output", str(self._folder), "--no-color", "--ci"]
        command += ["-c", f"manifest={self._manifest}"]
        return subprocess.run(
            command,
            cwd=REPOSITORY,
            env=local_environment(self._state),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def problems(self) -> list[str]:
        return [str(problem) for problem in verify(self._state)]


@pytest.fixture(scope="module")
def cdk(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cdk]:
    if not CLI.exists():
        pytest.skip("the CDK CLI is not installed: run `make setup`")
    cdk = Cdk(server, tmp_path_factory.mktemp("cdk"))
    bootstrapped = cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
    assert bootstrapped.returncode == 0, bootstrapped.stdout[-3000:]
    return cdk


def test_bootstrapping_again_changes_nothing(cdk: Cdk) -> None:
    again = cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
    assert again.returncode == 0, again.stdout[-3000:]


def _deploy(cdk: Cdk, *more: str) -> None:
    done = cdk("deploy", "--all", "--require-approval", "never", "-c", "stage=dev", *more)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_application_is_deployed_changed_and_removed(cdk: Cdk) -> None:
    _deploy(cdk)
    assert cdk.problems() == []
    stacks = {one["stack"] for one in cdk.server.local("GET", "resources")}
    assert stacks == {"CDKToolkit", *(f"vss-dev-{name}" for name in STACKS)}
    assert cdk.server.local("GET", "undelivered") == []

    _deploy(cdk, "-c", 'settings={"timeout_s": 7, "memory_mb": 2048, "batch_size": 3}')
    assert cdk.problems() == []
    awslambda = cdk.server.client("lambda")
    live = awslambda.get_function_configuration(
        FunctionName="vss-dev-surveillance", Qualifier="live"
    )
    assert (live["Timeout"], live["MemorySize"], live["Version"]) == (7, 2048, "2")
    mappings = awslambda.list_event_source_mappings()["EventSourceMappings"]
    sizes = {one["FunctionArn"].split(":function:")[1]: one["BatchSize"] for one in mappings}
    assert sizes == {"vss-dev-surveillance:live": 3, "vss-dev-enrolment:live": 1}

    removed = cdk("destroy", "--all", "--force", "-c", "stage=dev")
    assert removed.returncode == 0, removed.stdout[-3000:]
    left = {one["stack"] for one in cdk.server.local("GET", "resources")}
    assert left == {"CDKToolkit"}


def test_a_broken_template_makes_the_cli_fail(cdk: Cdk, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BROKEN)
    app = f"{sys.executable} {tmp_path / 'app.py'}"
    done = cdk("deploy", "--all", "--require-approval", "never", "--app", app)
    assert done.returncode != 0
    assert "AWS::GameLift::Fleet is not supported" in done.stdout
    assert "ROLLBACK_COMPLETE" in done.stdout

"""The CDK CLI as it is called for AWS, and what functions logged."""

from __future__ import annotations

import json
import time
from pathlib import Path

import boto3
import pytest

from tests.local_stage import AWS_VARIABLES
from tests.stage_fixtures import moto_endpoint
from tests.workflow_files import CHAIN, write_workflow
from vss.cloud.deployment import DeploymentError
from vss.continuum.cloud import deployment
from vss.continuum.cloud.deployment import WorkflowStack, buckets, run_in_aws
from vss.continuum.cloud.logs import lines_here, lines_in_aws
from vss.local.cdk import CdkError
from vss.local.deployment import LocalOptions

__all__ = ["moto_endpoint"]


@pytest.fixture
def stack(tmp_path: Path) -> WorkflowStack:
    return WorkflowStack.read(write_workflow(tmp_path, CHAIN), "dev")


def cli(folder: Path, status: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program in the place of the CDK CLI; return the file it writes its arguments into."""
    said, program = folder / "said", folder / "cdk"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {said}\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setattr(deployment, "CLI", program)
    return said


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_stack_is_deployed_alone_with_built_layers_and_leave_is_asked(
    stack: WorkflowStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    said = cli(tmp_path, 0, monkeypatch)
    run_in_aws(stack, LocalOptions(settings={"timeout_s": 9}, layers="built"), command)
    words = said.read_text().splitlines()
    assert words[:3] == [command, "vss-dev-workflow-chain", "--exclusively"]
    context = [words[at + 1] for at, word in enumerate(words) if word == "-c"]
    assert f"workflow={tmp_path / 'chain.yaml'}" in context
    assert {"stage=dev", "layers=built", f"settings={json.dumps({'timeout_s': 9})}"} < set(context)
    assert not {"--require-approval", "--force"} & set(words)


def test_a_cli_that_fails_is_an_error(
    stack: WorkflowStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli(tmp_path, 3, monkeypatch)
    with pytest.raises(
        CdkError, match="`cdk deploy vss-dev-workflow-chain` ended with exit code 3"
    ):
        run_in_aws(stack, LocalOptions(), "deploy")


def test_buckets_are_found_by_what_their_outputs_are_called() -> None:
    assert buckets({"bucket a": "vss-dev-wf-a", "queue a": "q"}) == {"a": "vss-dev-wf-a"}


def test_last_lines_of_a_function_here(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "f.log").write_text("one\ntwo\nthree\n")
    assert lines_here(tmp_path, "f", 2) == ["two", "three"]
    assert lines_here(tmp_path, "never-ran", 2) == []


def test_lines_of_a_function_in_aws(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**AWS_VARIABLES, "AWS_ENDPOINT_URL": moto_endpoint}.items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    logs, group = session.client("logs"), "/aws/lambda/f"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    # CloudWatch takes no events that are older than two weeks.
    now_ms = round(time.time() * 1000)
    events = [
        {"timestamp": now_ms - 60_000, "message": "early\n"},
        {"timestamp": now_ms, "message": "late\n"},
    ]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
    assert list(lines_in_aws(session, "f", now_ms - 1000)) == ["late"]
    with pytest.raises(DeploymentError, match="log group /aws/lambda/g cannot be read"):
        list(lines_in_aws(session, "g", 0))

"""Deployments found by their stacks."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from deep_learning.errors import ConfigurationError

from vss.cloud.deployment import STACKS, DeploymentError, Where, connect, connect_local
from vss.local.state import FOLDER, LocalState

STAGE = "found"


@pytest.fixture
def state(endpoint: str, session: boto3.Session) -> Iterator[LocalState]:
    client = session.client("cloudformation", endpoint_url=endpoint)
    for stack in STACKS:
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {
                f"Of{stack.title()}": {"Value": f"the {stack}"},
                "ExportsOutputRefVpc123": {"Value": "CDK's own"},
            },
        }
        client.create_stack(StackName=f"vss-{STAGE}-{stack}", TemplateBody=json.dumps(template))
    yield LocalState(endpoint, "testing", "testing", 1, stage=STAGE)
    for stack in STACKS:
        client.delete_stack(StackName=f"vss-{STAGE}-{stack}")


def test_the_outputs_of_all_stacks_are_known_by_name(state: LocalState) -> None:
    deployment = connect_local(state)
    assert deployment.output("OfNetwork") == "the network"
    assert set(deployment.outputs) == {f"Of{stack.title()}" for stack in STACKS}
    assert deployment.name == "stage found on local AWS (emulated)"


def test_an_output_that_is_not_there_is_named_with_those_that_are(state: LocalState) -> None:
    with pytest.raises(DeploymentError, match=r"'Missing'.*OfInference"):
        connect_local(state).output("Missing")


def test_a_stage_that_is_not_deployed_is_named(state: LocalState) -> None:
    with pytest.raises(DeploymentError, match="vss-other-network"):
        connect_local(state, "other")


def test_where_nothing_runs_and_no_region_is_set_both_ways_out_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if (FOLDER / "state.json").exists():
        pytest.skip(f"a local AWS runs here: {FOLDER}")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(Path("/dev/null")))
    with pytest.raises(ConfigurationError, match="vss local up"):
        connect(None, Where.LOCAL, None)
    with pytest.raises(ConfigurationError, match=r"AWS_REGION.*vss local up"):
        connect(None, Where.AUTO, None)

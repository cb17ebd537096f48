"""Queues of workflows, found by their stacks."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from vss.cloud import commands
from vss.cloud.deployment import Deployment
from vss.cloud.redrive import QueuePair
from vss.cloud.workflow_queues import with_workflows


def template(function: str) -> str:
    dead = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"{function}-dlq"}}
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 5}
    queue = {"QueueName": function, "RedrivePolicy": redrive}
    return json.dumps(
        {
            "Resources": {
                "Dead": dead,
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": queue},
            },
            "Outputs": {
                "A": {"Value": {"Ref": "Queue"}, "Description": f"queue {function}"},
                "B": {"Value": {"Ref": "Dead"}, "Description": f"dead letters {function}"},
                "C": {"Value": "x"},
            },
        }
    )


@pytest.fixture
def beside(deployment: Deployment) -> Iterator[Deployment]:
    """A stage with a workflow, and one with another."""
    stage = deployment.outputs["FramesBucket"].split("-")[0]
    client = deployment.session.client("cloudformation", endpoint_url=deployment.endpoint)
    stacks = {f"vss-{stage}-workflow-masks": "split", "vss-prod-workflow-masks": "other"}
    for name, function in stacks.items():
        client.create_stack(StackName=name, TemplateBody=template(f"{stage}-{function}"))
    yield replace(deployment, stage=stage)
    for name in stacks:
        client.delete_stack(StackName=name)


def test_the_queues_of_the_workflows_of_a_stage_are_known(beside: Deployment) -> None:
    known, (pair,) = with_workflows(beside)
    assert pair.name == f"masks {beside.stage}-split"
    assert known.output(pair.queue).endswith(f"/{beside.stage}-split")
    assert known.output(pair.dead_letters).endswith(f"/{beside.stage}-split-dlq")
    assert known.outputs.items() > beside.outputs.items()


def test_a_stage_without_workflows_has_none(deployment: Deployment) -> None:
    known, pairs = with_workflows(replace(deployment, stage="alone"))
    assert (known.outputs, pairs) == (deployment.outputs, ())


def test_their_dead_letters_are_brought_back_after_those_of_the_stage(
    beside: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved: list[str] = []

    def redrive(deployment: Deployment, _: object, pair: QueuePair) -> int:
        moved.append(deployment.output(pair.dead_letters).rpartition("/")[2])
        return 7

    monkeypatch.setattr(commands, "redrive", redrive)
    commands.redrive_all(beside)
    assert moved == [
        f"{beside.stage}-frames-dlq",
        f"{beside.stage}-enrolment-dlq",
        f"{beside.stage}-split-dlq",
    ]
    assert f"7 messages moved back to the masks {beside.stage}-split queue" in (
        capsys.readouterr().out
    )

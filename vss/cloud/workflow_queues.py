"""The queues of the workflows beside a stage, each with its dead letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from stacks.workflow_names import workflow_concern
from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.redrive import QueuePair

# What the outputs of a workflow's stack are described as, before the function's name.
_QUEUE, _DEAD_LETTERS = "queue ", "dead letters "


def with_workflows(deployment: Deployment) -> tuple[Deployment, tuple[QueuePair, ...]]:
    """Return a deployment that knows the queues of its workflows as well, and these queues.

    Raises:
        DeploymentError: the stacks cannot be listed.
    """
    outputs: dict[str, str] = {}
    pairs: list[QueuePair] = []
    for workflow, described in _workflows(deployment):
        for description, url in described.items():
            outputs[f"{workflow}: {description}"] = url
        for function in (d.removeprefix(_QUEUE) for d in described if d.startswith(_QUEUE)):
            pair = f"{workflow}: {_QUEUE}{function}", f"{workflow}: {_DEAD_LETTERS}{function}"
            pairs.append(QueuePair(f"{workflow} {function}", *pair))
    return replace(deployment, outputs={**deployment.outputs, **outputs}), tuple(pairs)


def _workflows(deployment: Deployment) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the workflows of a stage with the outputs of their stacks, by description."""
    beginning = f"vss-{deployment.stage}-{workflow_concern('')}"
    client = deployment.session.client("cloudformation", endpoint_url=deployment.endpoint)
    try:
        for page in client.get_paginator("describe_stacks").paginate():
            for stack in page["Stacks"]:
                if stack["StackName"].startswith(beginning):
                    outputs = stack.get("Outputs", [])
                    yield (
                        stack["StackName"].removeprefix(beginning),
                        {one.get("Description", ""): one["OutputValue"] for one in outputs},
                    )
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"the stacks of workflows cannot be listed: {error}") from error

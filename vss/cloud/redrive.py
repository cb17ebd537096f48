"""Bring the messages of the dead-letter queue back to the frames queue."""

from __future__ import annotations

import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from vss.cloud.deployment import Deployment, DeploymentError

_POLL_S = 1.0


def dead_letters(deployment: Deployment) -> int:
    """Return how many messages wait in the dead-letter queue (SQS counts approximately)."""
    return _count(deployment, "DeadLetterQueueUrl")


def waiting(deployment: Deployment) -> int:
    """Return how many messages wait in the frames queue or are being worked on."""
    return _count(deployment, "FramesQueueUrl")


def _count(deployment: Deployment, output: str) -> int:
    try:
        attributes = deployment.sqs.get_queue_attributes(
            QueueUrl=deployment.output(output), AttributeNames=["All"]
        )["Attributes"]
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"the queue {output} cannot be read: {error}") from error
    visible = int(attributes["ApproximateNumberOfMessages"])
    return visible + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def redrive(deployment: Deployment, moved: Callable[[int, int], None]) -> int:
    """Move every dead letter back to the queue it came from; return how many were moved.

    ``moved`` is told how many of how many, until SQS has finished.

    Raises:
        DeploymentError: SQS refuses, or the move fails.
    """
    queue = deployment.output("DeadLetterQueueUrl")
    total = dead_letters(deployment)
    try:
        arn = deployment.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])[
            "Attributes"
        ]["QueueArn"]
        deployment.sqs.start_message_move_task(SourceArn=arn)
        while True:
            task = deployment.sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"][0]
            count = task.get("ApproximateNumberOfMessagesMoved", 0)
            moved(count, total)
            if task["Status"] != "RUNNING":
                break
            time.sleep(_POLL_S)
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"the dead letters of {queue} cannot be moved: {error}") from error
    if task["Status"] != "COMPLETED":
        reason = task.get("FailureReason", "no reason given")
        raise DeploymentError(f"moving the dead letters ended as {task['Status']}: {reason}")
    return count

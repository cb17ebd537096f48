"""Bring the messages of a dead-letter queue back to the queue they came from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from vss.cloud.deployment import Deployment, DeploymentError

_POLL_S = 1.0


@dataclass(frozen=True, slots=True)
class QueuePair:
    """A queue that feeds a function, and its dead-letter queue.

    Attributes:
        name: for people.
        queue: stack output with its URL.
        dead_letters: stack output with the URL of the other.
    """

    name: str
    queue: str
    dead_letters: str


FRAMES = QueuePair("frames", "FramesQueueUrl", "DeadLetterQueueUrl")
ENROLMENT = QueuePair("enrolment", "EnrolmentQueueUrl", "EnrolmentDeadLetterQueueUrl")
QUEUE_PAIRS = (FRAMES, ENROLMENT)


def dead_letters(deployment: Deployment, pair: QueuePair = FRAMES) -> int:
    """Return how many messages wait in the dead-letter queue (SQS counts approximately)."""
    return _count(deployment, pair.dead_letters)


def waiting(deployment: Deployment, pair: QueuePair = FRAMES) -> int:
    """Return how many messages wait in the queue or are being worked on."""
    return _count(deployment, pair.queue)


def _count(deployment: Deployment, output: str) -> int:
    try:
        attributes = deployment.sqs.get_queue_attributes(
            QueueUrl=deployment.output(output), AttributeNames=["All"]
        )["Attributes"]
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"the queue {output} cannot be read: {error}") from error
    visible = int(attributes["ApproximateNumberOfMessages"])
    return visible + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def redrive(
    deployment: Deployment, moved: Callable[[int, int], None], pair: QueuePair = FRAMES
) -> int:
    """Move every dead letter back to the queue it came from; return how many were moved.

    ``moved`` is told how many of how many, until SQS has finished.

    Raises:
        DeploymentError: SQS refuses, or the move fails.
    """
    queue = deployment.output(pair.dead_letters)
    total = dead_letters(deployment, pair)
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

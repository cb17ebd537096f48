"""What calls of SQS and SNS need."""

from __future__ import annotations

from typing import Any

from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from vss.local.aws_api.accounts import ACCOUNT
from vss.local.aws_api.api_call import ApiCall
from vss.local.aws_api.permissions.keys import use_through
from vss.local.aws_api.permissions.needs import Need

SENDING = ("GenerateDataKey", "Decrypt")
_KEY_ACTIONS = {"SendMessage": SENDING, "ReceiveMessage": ("Decrypt",)}


def find_queue(arn: str) -> Any:
    """Return moto's queue of that ARN, None where there is none."""
    parts = arn.split(":")
    if len(parts) != 6:
        return None
    return sqs_backends[ACCOUNT][parts[3]].queues.get(parts[5])


def find_topic(arn: str) -> Any:
    """Return moto's topic of that ARN, None where there is none."""
    parts = arn.split(":")
    if len(parts) != 6:
        return None
    return sns_backends[ACCOUNT][parts[3]].topics.get(arn)


def queue_needs(call: ApiCall) -> list[Need]:
    """Return what a call of SQS needs."""
    operation = call.operation.removesuffix("Batch")
    if operation == "StartMessageMoveTask":
        return _move_needs(call)
    arn = _queue_arn(call)
    found = [Need(f"sqs:{operation}", arn)]
    if operation in _KEY_ACTIONS:
        found += queue_key_needs(arn, _KEY_ACTIONS[operation])
    return found


def queue_key_needs(arn: str, actions: tuple[str, ...]) -> list[Need]:
    """Return what the use of the queue's own key needs; nothing where it has none."""
    queue = find_queue(arn)
    key = getattr(queue, "kms_master_key_id", None)
    if not key:
        return []
    return use_through("sqs", arn.split(":")[3], key, actions, ("aws:sqs:arn", arn))


def _queue_arn(call: ApiCall) -> str:
    given = call.text("SourceArn", "QueueUrl", "QueueName")
    if given is None:
        return "*"
    if given.startswith("arn:"):
        return given
    return f"arn:aws:sqs:{call.region}:{ACCOUNT}:{given.rpartition('/')[2]}"


def _move_needs(call: ApiCall) -> list[Need]:
    source = _queue_arn(call)
    actions = ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    found = [Need(f"sqs:{action}", source) for action in actions]
    found += queue_key_needs(source, ("Decrypt",))
    destination = call.text("DestinationArn")
    if destination is not None:
        found.append(Need("sqs:SendMessage", destination))
        found += queue_key_needs(destination, SENDING)
    return found


def topic_needs(call: ApiCall) -> list[Need]:
    """Return what a call of SNS needs."""
    arn = call.text("TopicArn", "TargetArn", "ResourceArn", "SubscriptionArn")
    if arn is None and call.operation == "CreateTopic":
        arn = f"arn:aws:sns:{call.region}:{ACCOUNT}:{call.text('Name')}"
    operation = call.operation.removesuffix("Batch")
    found = [Need(f"sns:{operation}", arn or "*")]
    if operation == "Publish" and arn is not None:
        found += topic_key_needs(arn)
    return found


def topic_key_needs(arn: str) -> list[Need]:
    """Return what the use of the topic's own key needs; nothing where it has none."""
    topic = find_topic(arn)
    key = getattr(topic, "kms_master_key_id", None)
    if not key:
        return []
    return use_through("sns", arn.split(":")[3], key, SENDING, ("aws:sns:topicarn", arn))

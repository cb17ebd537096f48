"""Amazon SQS: messages, and the long polls of Lambda that find none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vss.study.billing.function_load import ENROLMENT, FunctionLoad
from vss.study.billing.month import Month
from vss.study.billing.usage import UnpricedResourceError, Usage
from vss.study.stage_template import Resource
from vss.study.workload import SECONDS_PER_MONTH

# Lambda reads an idle queue by five long polls at a time; it goes down to two only where no
# maximum concurrency is set (Lambda developer guide, "Configuring scaling behavior for SQS event
# source mappings"). A long poll takes 20 s at most (SQS developer guide).
POLLERS, FEWEST_POLLERS, POLL_S = 5, 2, Decimal(20)
# SQS developer guide, "Key management": a queue asks KMS B / D * (2 * P + C) times, here with one
# producer and one consumer, and for no message more often than it is sent and received.
REUSE_S, KEY_REQUESTS = Decimal(300), 3
_SERVICE, _DEAD_LETTERS = "Amazon SQS", "-dlq"


def queue(resource: Resource, month: Month) -> Iterator[Usage]:
    """Yield what a queue is billed for; dead letters are the exception, and reckoned as none.

    Raises:
        UnpricedResourceError: a FIFO queue.
    """
    if resource.properties.get("FifoQueue"):
        raise UnpricedResourceError(f"{resource} is a FIFO queue; the forecast knows standard ones")
    purpose = month.template.purpose(resource, "QueueName")
    if purpose.endswith(_DEAD_LETTERS):
        return
    messages, batches = _messages(purpose, month)
    yield Usage(_SERVICE, f"{purpose}: empty receives", "sqs.requests", _polls(purpose, month))
    yield Usage(_SERVICE, f"{purpose}: messages sent", "sqs.requests", messages)
    yield Usage(_SERVICE, f"{purpose}: batches received, deleted", "sqs.requests", 2 * batches)
    if "KmsMasterKeyId" in resource.properties:
        follows_images = _reader(purpose, month).package != ENROLMENT
        active_s = month.workload.active_hours * 3600 if follows_images else SECONDS_PER_MONTH
        asked = min(active_s / REUSE_S, messages) * KEY_REQUESTS
        yield Usage("AWS KMS", f"requests by the queue {purpose}", "kms.requests", asked)


def _messages(purpose: str, month: Month) -> tuple[Decimal, Decimal]:
    """Return the messages of a month and the batches that Lambda makes of them."""
    load = _reader(purpose, month)
    if purpose == "frames":
        return month.workload.images, load.batches
    # An invocation takes one message.
    return load.batches, load.batches


def _reader(purpose: str, month: Month) -> FunctionLoad:
    package = {"frames": "surveillance"}.get(purpose, purpose)
    for load in month.loads:
        if load.package == package:
            return load
    raise UnpricedResourceError(
        f"queue {purpose} has no reader; the forecast knows frames and enrolment"
    )


def _polls(purpose: str, month: Month) -> Decimal:
    """Return the empty receives of a month; as when idle, which is the most there can be."""
    pollers = 0
    for mapping in month.template.of_type("AWS::Lambda::EventSourceMapping"):
        source = month.template.purpose(mapping, "EventSourceArn")
        if source == purpose:
            bounded = "MaximumConcurrency" in mapping.properties.get("ScalingConfig", {})
            pollers += POLLERS if bounded else FEWEST_POLLERS
    return pollers * SECONDS_PER_MONTH / POLL_S

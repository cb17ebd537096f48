from decimal import Decimal

import pytest

from tests.unit.vss.study.billing.stage_templates import (
    STAGE,
    THOUSAND,
    alias,
    function,
    mapping,
    quantities,
    reader,
    resource,
    template,
)
from vss.study.billing.usage import UnpricedResourceError
from vss.study.stage_template import Resource
from vss.study.workload import Workload

D = Decimal
BOUNDED = {"ScalingConfig": {"MaximumConcurrency": 5}}


def queue(purpose: str, **properties: object) -> Resource:
    return resource("SQS::Queue", purpose, QueueName=f"vss-{STAGE}-{purpose}", **properties)


@pytest.mark.parametrize(
    ("settings", "polls"),
    # a poll each 20 s of 2,628,000 s: five at a time where the concurrency is bounded, else two
    [(BOUNDED, 5 * 131_400), ({}, 2 * 131_400)],
)
def test_an_idle_queue_is_polled_day_and_night(settings: dict[str, object], polls: int) -> None:
    stage = template(queue("frames"), function(), alias(), mapping(**settings))
    assert quantities(stage, THOUSAND.idle) == {("frames: empty receives", "sqs.requests"): polls}


def test_each_message_is_sent_and_each_batch_received_and_deleted() -> None:
    workload = Workload.of(cameras=1, period_s=2628, images_per_invocation=5)
    stage = template(queue("frames"), function(), alias(), mapping(BatchSize=5))
    used = quantities(stage, workload)
    assert used["frames: messages sent", "sqs.requests"] == 1000
    assert used["frames: batches received, deleted", "sqs.requests"] == 400


@pytest.mark.parametrize(
    ("period_s", "hours_per_day", "asked"),
    [
        # no more often than three times a message
        (2628, 24, 3000),
        # B / D * (2 * P + C): 2,628,000 s of 300 s, three times; half of it for half a day
        (1, 24, 26_280),
        (1, 12, 13_140),
    ],
)
def test_an_encrypted_queue_asks_kms_by_the_formula(
    period_s: int, hours_per_day: int, asked: int
) -> None:
    workload = Workload.of(cameras=1, period_s=period_s, hours_per_day=hours_per_day)
    used = quantities(template(queue("frames", KmsMasterKeyId="key"), *reader()), workload)
    assert used["requests by the queue frames", "kms.requests"] == asked


def test_photographs_go_through_their_own_queue() -> None:
    people = Workload.of(cameras=0, people=12, photographs=3)
    stage = template(queue("enrolment", KmsMasterKeyId="key"), *reader("enrolment"))
    used = quantities(stage, people)
    assert used["enrolment: messages sent", "sqs.requests"] == 3
    assert used["enrolment: batches received, deleted", "sqs.requests"] == 6
    assert used["requests by the queue enrolment", "kms.requests"] == 9


def test_dead_letters_are_the_exception() -> None:
    assert quantities(template(queue("frames-dlq"))) == {}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (queue("frames", FifoQueue=True), "is a FIFO queue"),
        (queue("videos"), "queue videos has no reader"),
    ],
)
def test_other_queues_are_refused(made: Resource, words: str) -> None:
    with pytest.raises(UnpricedResourceError, match=words):
        quantities(template(made, *reader()))

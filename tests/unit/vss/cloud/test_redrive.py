"""Dead letters, counted and brought back."""

import pytest

from vss.cloud.deployment import Deployment
from vss.cloud.redrive import QUEUE_PAIRS, QueuePair, dead_letters, waiting


@pytest.mark.parametrize("pair", QUEUE_PAIRS, ids=lambda pair: pair.name)
def test_messages_are_counted_also_while_they_are_worked_on(
    deployment: Deployment, pair: QueuePair
) -> None:
    url = deployment.outputs[pair.queue]
    for body in ("a", "b"):
        deployment.sqs.send_message(QueueUrl=url, MessageBody=body)
    deployment.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
    deployment.sqs.send_message(QueueUrl=deployment.outputs[pair.dead_letters], MessageBody="c")
    assert waiting(deployment, pair) == 2
    assert dead_letters(deployment, pair) == 1
    others = [other for other in QUEUE_PAIRS if other is not pair]
    assert [waiting(deployment, other) for other in others] == [0]

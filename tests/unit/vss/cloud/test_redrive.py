"""Dead letters, counted and brought back."""

from vss.cloud.deployment import Deployment
from vss.cloud.redrive import dead_letters, waiting


def test_messages_are_counted_also_while_they_are_worked_on(deployment: Deployment) -> None:
    url = deployment.outputs["FramesQueueUrl"]
    for body in ("a", "b"):
        deployment.sqs.send_message(QueueUrl=url, MessageBody=body)
    deployment.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
    deployment.sqs.send_message(QueueUrl=deployment.outputs["DeadLetterQueueUrl"], MessageBody="c")
    assert waiting(deployment) == 2
    assert dead_letters(deployment) == 1

"""Erases the messages about a person's photographs: those that wait, and the dead letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from business_logic.photograph_keys import PHOTOGRAPHS

from vss.cloud.deployment import DeploymentError
from vss.cloud.erasure.kinds import Kind
from vss.cloud.erasure.removal import Removal
from vss.cloud.redrive import ENROLMENT

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

_AT_ONCE = 10


class QueueSweep:
    """Looks through the enrolment queue and its dead letters.

    Messages about others are held until all have been seen, then given back. Each look is one of
    the five receives that they have, so there is but one into the queue, unless a removal that was
    cut off may still hold some. What comes later, or is worked on meanwhile, finds no photograph
    and is gone with nothing left behind, or becomes a dead letter.

    Args:
        removal: whose photographs.
        poll_s: how long to wait for a message; from 1 on SQS asks all of its servers.
        held_s: how long messages are held, should nobody give them back; no longer than it takes
            until the next look.
    """

    def __init__(self, removal: Removal, poll_s: int, held_s: int) -> None:
        self._removal = removal
        self._poll_s = poll_s
        self._held_s = held_s
        self._is_resumed = removal.progress.begun is not None
        self._queues = [ENROLMENT.queue, ENROLMENT.dead_letters]

    def erase_messages(self) -> int:
        """Erase them; return how many there were.

        Raises:
            DeploymentError: SQS refuses.
        """
        queues = map(self._removal.deployment.output, self._queues)
        count = sum(map(self._erase, queues))
        if not self._is_resumed:
            self._queues = [ENROLMENT.dead_letters]
        return count

    def _erase(self, queue: str) -> int:
        # Nothing of an id or of the prefix is escaped in a message, whoever delivered it.
        about = f"{PHOTOGRAPHS}{self._removal.person_id}/"
        count, sqs = 0, self._removal.deployment.sqs
        with _sqs_errors(queue), self._held(queue) as held:
            while received := self._receive(queue):
                own = [message for message in received if about in message["Body"]]
                others = [message for message in received if about not in message["Body"]]
                come_back = {message["MessageId"] for message in held}
                held += others
                if own:
                    things = [(message["MessageId"], "") for message in own]
                    self._removal.note(Kind.MESSAGE, things)
                for message in own:
                    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                count += len(own)
                if any(message["MessageId"] in come_back for message in others):
                    break  # all have been seen: it took longer than they are held
        return count

    def _receive(self, queue: str) -> list[MessageTypeDef]:
        answer = self._removal.deployment.sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=_AT_ONCE,
            VisibilityTimeout=self._held_s,
            WaitTimeSeconds=self._poll_s,
        )
        return answer.get("Messages", [])

    @contextmanager
    def _held(self, queue: str) -> Iterator[list[MessageTypeDef]]:
        held: list[MessageTypeDef] = []
        try:
            yield held
        finally:
            for message in held:
                # Where it came back by itself meanwhile SQS refuses.
                with suppress(ClientError):
                    self._removal.deployment.sqs.change_message_visibility(
                        QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                    )


@contextmanager
def _sqs_errors(queue: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise DeploymentError(f"queue {queue} cannot be looked through: {error}") from error

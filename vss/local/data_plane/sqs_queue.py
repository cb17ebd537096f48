"""A queue as its pollers see it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.signed_client import SignedClient

logger = logging.getLogger(__name__)

MAX_PER_CALL = 10
Message = Mapping[str, Any]


class Queue:
    """One queue.

    Args:
        client: signs for SQS as the role whose rights are used.
        arn: of the queue.

    Attributes:
        arn: of the queue.
        visibility_s: how long a received message stays invisible to others.

    Raises:
        DataPlaneError: the role may not use the queue, or there is none.
    """

    def __init__(self, client: SignedClient, arn: str) -> None:
        self.arn = arn
        self._client = client
        name, account = arn.split(":")[5], arn.split(":")[4]
        # Made, not asked for: Lambda's poller needs no right to GetQueueUrl.
        self._url = f"{client.endpoint}/{account}/{name}"
        asked_for = {"QueueUrl": self._url, "AttributeNames": ["VisibilityTimeout"]}
        attributes = self._call("GetQueueAttributes", asked_for)["Attributes"]
        self.visibility_s = int(attributes["VisibilityTimeout"])

    def receive(self, count: int, wait_s: int) -> list[Message]:
        """Return up to ``count`` messages, as soon as there are any.

        Raises:
            DataPlaneError: the call fails.
        """
        answer = self._call(
            "ReceiveMessage",
            {
                "QueueUrl": self._url,
                "MaxNumberOfMessages": min(count, MAX_PER_CALL),
                "WaitTimeSeconds": wait_s,
                "MessageSystemAttributeNames": ["All"],
                "MessageAttributeNames": ["All"],
            },
        )
        return list(answer.get("Messages") or [])

    def delete(self, messages: Sequence[Message]) -> None:
        """Remove messages that were handled.

        Raises:
            DataPlaneError: the call fails.
        """
        for start in range(0, len(messages), MAX_PER_CALL):
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages[start : start + MAX_PER_CALL])
            ]
            answer = self._call("DeleteMessageBatch", {"QueueUrl": self._url, "Entries": entries})
            for failure in answer.get("Failed") or []:
                logger.warning("%s: a handled message was not deleted: %s", self.arn, failure)

    def _call(self, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"AmazonSQS.{action}",
        }
        status, text = self._client.post("/", headers, json.dumps(parameters).encode())
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise DataPlaneError(f"{self.arn}: {action}: {text[:200]!r}") from error
        if status != HTTPStatus.OK:
            kind, message = answer.get("__type", status), answer.get("message", answer)
            raise DataPlaneError(f"{self.arn}: {action}: {kind}: {message}")
        return dict(answer)

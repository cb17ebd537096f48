"""A queue as its pollers see it.

The calls are signed and sent here: boto3 takes 1.7 ms of CPU for each, four times as much, and two
calls a message are made where batches are small.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from vss.local.data_plane.errors import DataPlaneError
from vss.local.state import REGION

logger = logging.getLogger(__name__)

MAX_PER_CALL = 10
_TIMEOUT_S = 60.0
Message = Mapping[str, Any]


class Queue:
    """One queue.

    Args:
        endpoint: base address of the AWS APIs.
        credentials: of the role whose rights are used.
        arn: of the queue.

    Attributes:
        arn: of the queue.
        visibility_s: how long a received message stays invisible to others.

    Raises:
        DataPlaneError: the role may not use the queue, or there is none.
    """

    def __init__(self, endpoint: str, credentials: Credentials, arn: str) -> None:
        self.arn = arn
        self._endpoint = endpoint
        self._credentials = credentials
        self._local = threading.local()
        name, account = arn.split(":")[5], arn.split(":")[4]
        # Made, not asked for: Lambda's poller needs no right to GetQueueUrl.
        self._url = f"{endpoint}/{account}/{name}"
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
        request = AWSRequest(
            "POST",
            f"{self._endpoint}/",
            headers={
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"AmazonSQS.{action}",
            },
            data=json.dumps(parameters).encode(),
        )
        SigV4Auth(self._credentials.get_frozen_credentials(), "sqs", REGION).add_auth(request)
        try:
            status, text = self._send(request)
            answer = json.loads(text)
        except (OSError, HTTPException, ValueError) as error:
            raise DataPlaneError(f"{self.arn}: {action}: {error}") from error
        if status != HTTPStatus.OK:
            kind, message = answer.get("__type", status), answer.get("message", answer)
            raise DataPlaneError(f"{self.arn}: {action}: {kind}: {message}")
        return dict(answer)

    def _send(self, request: AWSRequest) -> tuple[int, bytes]:
        try:
            return self._exchange(request)
        except ConnectionError:
            # The server had closed the kept connection.
            return self._exchange(request)

    def _exchange(self, request: AWSRequest) -> tuple[int, bytes]:
        connection = self._connection()
        try:
            connection.request("POST", "/", request.data, dict(request.headers.items()))
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            connection.close()
            raise

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._local, "connection"):
            address = urlsplit(self._endpoint)
            assert address.hostname is not None  # noqa: S101 - checked by LocalApi
            self._local.connection = HTTPConnection(
                address.hostname, address.port, timeout=_TIMEOUT_S
            )
        connection: HTTPConnection = self._local.connection
        return connection

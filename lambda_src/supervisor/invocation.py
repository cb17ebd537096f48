"""One invocation of the Lambda function: all that its event names, each by itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from supervisor.description import FunctionDescription
from supervisor.environment import inheritable, secret_values
from supervisor.errors import InvalidEvent, SupervisorError
from supervisor.events import Batch, HttpCall, Item, read_event, read_items
from supervisor.log import Log
from supervisor.response import BAD_REQUEST, FAILED, OK, answer, answer_body
from supervisor.supervision import Bounds, Product, Supervisor
from supervisor.workspace import remove_abandoned, workspace

_MS = 1000


class LambdaContext(Protocol):
    """What the function asks of Lambda's context."""

    aws_request_id: str
    log_group_name: str
    log_stream_name: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


class RunFailed(Exception):
    """Some of an event's objects were not worked on: Lambda tries again, then its dead letters."""


class Invocations:
    """The function, ready for events.

    Args:
        description: of the function.
        variables: the environment of the process.
        folder: for the folders of runs.

    Raises:
        InvalidDescription: a provider or a secret is missing.
    """

    def __init__(
        self, description: FunctionDescription, variables: Mapping[str, str], folder: Path
    ) -> None:
        self._threshold_s = description.timeout_threshold_s
        self._folder = folder
        self._supervisor = Supervisor(
            description, variables, inheritable(variables), secret_values(variables)
        )

    def handle(self, event: object, context: LambdaContext) -> dict[str, Any]:
        """Work on an event.

        Returns:
            For a batch of a queue the messages to deliver again, for an HTTP request the answer,
            else what was done.

        Raises:
            InvalidEvent: the event itself cannot be read, and nobody waits for an answer.
            RunFailed: an object of an event was not worked on; the others were.
        """
        remove_abandoned(self._folder)
        log = Log(context.aws_request_id)
        left_s = context.get_remaining_time_in_millis() / _MS - self._threshold_s
        bounds = Bounds(time.monotonic() + left_s)
        if _is_http(event):
            return self._answer(event, bounds, context, log)
        call = read_event(event)
        if isinstance(call, Batch):
            failed = [name for name, body in call.messages if not self._is_done(body, bounds, log)]
            return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
        items = call.items if isinstance(call, HttpCall) else call
        problems = [problem for item in items if (problem := self._problem(item, bounds, log))]
        if problems:
            raise RunFailed(f"{len(problems)} of {len(items)} failed, first: {problems[0]}")
        return {"processed": len(items)}

    def _is_done(self, body: str, bounds: Bounds, log: Log) -> bool:
        try:
            items = read_items(body)
        except InvalidEvent as error:
            log.error("message refused", error=str(error))
            return False
        return not [problem for item in items if (problem := self._problem(item, bounds, log))]

    def _problem(self, item: Item, bounds: Bounds, log: Log) -> str | None:
        """Work on an item; return why it failed, if it did."""
        try:
            with workspace(self._folder) as folders:
                self._deliver(self._supervisor.produce(item, folders, bounds, log), log)
        except (SupervisorError, OSError) as error:
            return self._told(error, log)
        return None

    def _deliver(self, product: Product, log: Log) -> None:
        for delivery in self._supervisor.deliveries(product):
            self._supervisor.deliver(delivery, log)

    def _answer(
        self, event: object, bounds: Bounds, context: LambdaContext, log: Log
    ) -> dict[str, Any]:
        headers = {
            "amz-lambda-request-id": context.aws_request_id,
            "amz-log-group-name": context.log_group_name,
            "amz-log-stream-name": context.log_stream_name,
        }
        try:
            call = read_event(event)
            if not isinstance(call, HttpCall) or len(call.items) != 1:
                raise InvalidEvent("the body of a request names one object or is one content")
            with workspace(self._folder) as folders:
                item = call.items[0]
                product = self._supervisor.produce(item, folders, bounds, log, call.query)
                self._deliver(product, log)
                body = answer_body(product.files, product.printed)
        except InvalidEvent as error:
            return answer(BAD_REQUEST, self._told(error, log).encode(), headers)
        except (SupervisorError, OSError) as error:
            return answer(FAILED, self._told(error, log).encode(), headers)
        return answer(OK, body, headers)

    def _told(self, error: Exception, log: Log) -> str:
        text = self._supervisor.mask(str(error))
        log.error("run failed", kind=type(error).__name__, error=text)
        return text


def _is_http(event: object) -> bool:
    if not isinstance(event, Mapping):
        return False
    context = event.get("requestContext")
    return "httpMethod" in event or (isinstance(context, Mapping) and "http" in context)

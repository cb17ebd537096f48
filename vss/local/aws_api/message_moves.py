"""StartMessageMoveTask and its companions (redrive), which moto lacks."""

from __future__ import annotations

import threading
import time
import uuid
from collections import defaultdict
from typing import Any

from moto.core.responses import ActionResult
from moto.sqs.exceptions import SQSException
from moto.sqs.models import SQSBackend
from moto.sqs.responses import SQSResponse

Json = dict[str, Any]
_KEPT_TASKS = 10
_tasks: defaultdict[str, list[Json]] = defaultdict(list)
_lock = threading.Lock()


def _queue_of(backend: SQSBackend, arn: str) -> Any:
    for queue in backend.queues.values():
        if queue.queue_arn == arn:
            return queue
    raise SQSException("ResourceNotFoundException", f"The queue {arn} does not exist.")


def _sources(backend: SQSBackend, dead_letters: Any) -> list[Any]:
    return [queue for queue in backend.queues.values() if queue.dead_letter_queue is dead_letters]


def _destination(backend: SQSBackend, message: Any, fallback: Any) -> Any:
    arn = getattr(message, "source_queue_arn", None)
    return next((one for one in backend.queues.values() if one.queue_arn == arn), fallback)


def _start_message_move_task(self: Any) -> ActionResult:
    """Move every message that can be received now, at once."""
    backend: SQSBackend = self.sqs_backend
    source = _queue_of(backend, self._get_param("SourceArn"))
    sources = _sources(backend, source)
    if not sources:
        raise SQSException(
            "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."
        )
    destination_arn = self._get_param("DestinationArn")
    fixed = _queue_of(backend, destination_arn) if destination_arn else None
    moved = 0
    with source._messages_lock:
        for message in [one for one in source._messages if one.visible and not one.delayed]:
            target = fixed or _destination(backend, message, sources[0])
            source._messages.remove(message)
            # A moved message is a new one: its own id, never received.
            backend.send_message(
                target.name,
                message.body,
                message_attributes=message.message_attributes,
                system_attributes=message.system_attributes,
            )
            moved += 1
    task = {
        "TaskHandle": uuid.uuid4().hex,
        "Status": "COMPLETED",
        "SourceArn": source.queue_arn,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": moved,
        "StartedTimestamp": int(time.time() * 1000),
        **({"DestinationArn": destination_arn} if destination_arn else {}),
    }
    with _lock:
        _tasks[source.queue_arn].insert(0, task)
        del _tasks[source.queue_arn][_KEPT_TASKS:]
    return ActionResult({"TaskHandle": task["TaskHandle"]})


def _list_message_move_tasks(self: Any) -> ActionResult:
    source = _queue_of(self.sqs_backend, self._get_param("SourceArn"))
    count = int(self._get_param("MaxResults", 1))
    with _lock:
        # A task that has ended is told without its handle.
        results = [
            {name: value for name, value in task.items() if name != "TaskHandle"}
            for task in _tasks[source.queue_arn][:count]
        ]
    return ActionResult({"Results": results})


def _cancel_message_move_task(self: Any) -> ActionResult:
    handle = self._get_param("TaskHandle")
    raise SQSException(
        "ResourceNotFoundException", f"Task {handle} is not running: moves end at once here."
    )


def install() -> None:
    """Add the actions to moto's SQS."""
    response: Any = SQSResponse
    response.start_message_move_task = _start_message_move_task
    response.list_message_move_tasks = _list_message_move_tasks
    response.cancel_message_move_task = _cancel_message_move_task

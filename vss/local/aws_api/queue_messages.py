"""Messages of standard queues: sent, received, deleted under the queue's lock.

Moto's own are not safe under threads (two receivers can get the same message) and walk through all
messages several times for each call.
"""

from __future__ import annotations

import copy
import time
import uuid
from collections.abc import Callable
from typing import Any

from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Message, Queue, SQSBackend, _filter_message_attributes

_LONGEST_SLEEP_S = 20.0


def _now_ms() -> float:
    return time.time() * 1000


def _ready_at_ms(message: Message) -> float:
    return max(message.visible_at, message.delayed_until)


def _receive_message(original: Callable[..., list[Message]]) -> Callable[..., list[Message]]:
    def receive_message(
        self: SQSBackend,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> list[Message]:
        queue = self.get_queue(queue_name)
        if queue.fifo_queue:
            return original(
                self,
                queue_name,
                count,
                wait_seconds_timeout,
                visibility_timeout,
                message_attribute_names,
            )
        received = _wait_and_take(queue, count, wait_seconds_timeout, visibility_timeout)
        for message in received:
            _filter_message_attributes(message, message_attribute_names or [])
        return received

    return receive_message


def _wait_and_take(queue: Any, count: int, wait_s: float, visibility_s: int) -> list[Message]:
    deadline = time.monotonic() + wait_s
    with queue._messages_lock:
        while True:
            received = _take(queue, count, visibility_s)
            left_s = deadline - time.monotonic()
            if received or left_s <= 0:
                return received
            queue._messages_lock.wait(min(left_s, _until_next_s(queue)))


def _until_next_s(queue: Any) -> float:
    """Return how long until a message that is hidden now can be received."""
    waiting = [_ready_at_ms(message) for message in queue._messages]
    if not waiting:
        return _LONGEST_SLEEP_S
    return max(0.001, (min(waiting) - _now_ms()) / 1000 + 0.001)


def _take(queue: Any, count: int, visibility_s: int) -> list[Message]:
    received: list[Message] = []
    gone: list[Message] = []
    now = _now_ms()
    dead_after = _receives_before_dead(queue)
    oldest = now - float(queue.message_retention_period) * 1000
    for message in queue._messages:
        if len(received) >= count:
            break
        if _ready_at_ms(message) > now:
            continue
        if message.sent_timestamp < oldest:
            gone.append(message)
        elif dead_after is not None and message.approximate_receive_count >= dead_after:
            gone.append(message)
            _to_dead_letters(queue, message)
        else:
            message.mark_received(visibility_timeout=visibility_s)
            queue._pending_messages.add(message)
            # A copy: what the caller filters must not change the message itself.
            received.append(copy.copy(message))
    for message in gone:
        queue._messages.remove(message)
        queue._pending_messages.discard(message)
    return received


def _receives_before_dead(queue: Any) -> int | None:
    if queue.dead_letter_queue is None or not queue.redrive_policy:
        return None
    return int(queue.redrive_policy["maxReceiveCount"])


def _to_dead_letters(queue: Any, message: Message) -> None:
    message.source_queue_arn = queue.queue_arn  # type: ignore[attr-defined]
    queue.dead_letter_queue.add_message(message)


def _send_message(original: Callable[..., Message]) -> Callable[..., Message]:
    def send_message(
        self: SQSBackend,
        queue_name: str,
        message_body: str,
        message_attributes: dict[str, Any] | None = None,
        delay_seconds: int | None = None,
        deduplication_id: str | None = None,
        group_id: str | None = None,
        system_attributes: dict[str, Any] | None = None,
        validate_group_id: bool = True,
    ) -> Message:
        queue: Any = self.get_queue(queue_name)
        if queue.fifo_queue or deduplication_id or delay_seconds:
            return original(
                self,
                queue_name,
                message_body,
                message_attributes,
                delay_seconds,
                deduplication_id,
                group_id,
                system_attributes,
                validate_group_id,
            )
        self._validate_message(queue, message_body=message_body, delay_seconds=0)
        message = Message(str(uuid.uuid4()), message_body, system_attributes)
        message.message_attributes = message_attributes or {}
        message.mark_sent(delay_seconds=int(queue.delay_seconds or 0))
        queue.add_message(message)
        return message

    return send_message


def _delete_message(original: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
    def delete_message(self: Any, receipt_handle: str) -> None:
        if self.fifo_queue:
            return original(self, receipt_handle)
        with self._messages_lock:
            if receipt_handle in self.deleted_messages:
                return None
            # Received messages stand at the front: the search is short.
            for number, message in enumerate(self._messages):
                if message.had_receipt_handle(receipt_handle):
                    del self._messages[number]
                    self._pending_messages.discard(message)
                    self.deleted_messages.update(message.all_receipt_handles)
                    return None
        raise ReceiptHandleIsInvalid

    return delete_message


def _change_visibility(original: Callable[..., None]) -> Callable[..., None]:
    def change_message_visibility(
        self: SQSBackend, queue_name: str, receipt_handle: str, visibility_timeout: int
    ) -> None:
        queue = self.get_queue(queue_name)
        with queue._messages_lock:
            original(self, queue_name, receipt_handle, visibility_timeout)
            queue._messages_lock.notify_all()

    return change_message_visibility


def _set_attributes(original: Callable[..., None]) -> Callable[..., None]:
    def set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        policy = getattr(self, "_policy_json", None)
        original(self, attributes, now)
        if "Policy" not in attributes and policy is not None:
            # Moto drops the policy whenever another attribute is set.
            self._policy_json = policy

    return set_attributes


def _attributes(original: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def attributes(self: Any) -> dict[str, Any]:
        with self._messages_lock:
            result = original(self)
        allowed = getattr(self, "redrive_allow_policy", None)
        if allowed:
            result["RedriveAllowPolicy"] = allowed
        return result

    return attributes


def _queue_attributes(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def get_queue_attributes(
        self: SQSBackend, queue_name: str, attribute_names: list[str]
    ) -> dict[str, Any]:
        queue: Any = self.get_queue(queue_name)
        with queue._messages_lock:
            told = original(self, queue_name, attribute_names)
            counts = _counts(queue, _now_ms())
        return {name: counts.get(name, value) for name, value in told.items()}

    return get_queue_attributes


def _counts(queue: Any, now_ms: float) -> dict[str, int]:
    """Count at one moment: a message that just becomes visible would else be counted nowhere."""
    in_flight = sum(message.visible_at > now_ms for message in queue._messages)
    delayed = sum(message.delayed_until > now_ms for message in queue._messages)
    ready = sum(_ready_at_ms(message) <= now_ms for message in queue._messages)
    return {
        "ApproximateNumberOfMessages": ready,
        "ApproximateNumberOfMessagesNotVisible": in_flight,
        "ApproximateNumberOfMessagesDelayed": delayed,
    }


def install() -> None:
    """Change moto's SQS."""
    backend: Any = SQSBackend
    backend.receive_message = _receive_message(backend.receive_message)
    backend.send_message = _send_message(backend.send_message)
    backend.change_message_visibility = _change_visibility(backend.change_message_visibility)
    backend.get_queue_attributes = _queue_attributes(backend.get_queue_attributes)
    queue: Any = Queue
    queue.delete_message = _delete_message(queue.delete_message)
    queue._set_attributes = _set_attributes(queue._set_attributes)
    queue.attributes = property(_attributes(queue.attributes.fget))

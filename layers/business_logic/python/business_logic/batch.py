"""One batch of the queue: in which order, until when, and what Lambda is told of it.

Lambda deletes the messages of a batch that the answer does not name, and the queue delivers the
named ones again, five times in all before they go to the dead-letter queue. Where some came back
though they are recorded, an invocation only settles those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from deep_learning.errors import TransientError

from business_logic.events import QueueMessage
from business_logic.settling import settled

LEAST_TIME_FOR_ONE_MS = 1000
"""A message is begun with at least this time left, however fast the others were."""

TIME_TO_ANSWER_MS = 500
"""What is kept back for the answer."""

_SHUFFLED_FROM = 3

Response = dict[str, list[dict[str, str]]]


def process_batch(
    messages: Sequence[QueueMessage],
    handle: Callable[[QueueMessage], None],
    failed: Callable[[QueueMessage, Exception], None],
    remaining_ms: Callable[[], int],
    recorded: Callable[[QueueMessage], bool],
) -> Response:
    """Settle what is recorded, or handle all messages; return the partial batch response.

    Where messages are to be settled, all others are returned and none is handled.

    Args:
        messages: the batch.
        handle: handles a message; whatever it raises returns that message and no other.
        failed: told of each message that is returned, and why.
        remaining_ms: time until Lambda ends the invocation.
        recorded: tells whether all that a message names has its record.
    """
    returned: list[str] = []

    def give_back(message: QueueMessage, error: Exception) -> None:
        failed(message, error)
        returned.append(message.message_id)

    done = settled(messages, recorded)
    if done:
        for message in messages:
            if message not in done:
                give_back(message, TransientError("not begun: recorded neighbours are settled"))
    else:
        _handle_in_time(in_order(messages), handle, give_back, remaining_ms)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in returned]}


def _handle_in_time(
    messages: Iterable[QueueMessage],
    handle: Callable[[QueueMessage], None],
    give_back: Callable[[QueueMessage, Exception], None],
    remaining_ms: Callable[[], int],
) -> None:
    """Handle the messages one after the other.

    A message is begun only while the time left lets the slowest one so far happen again; the rest
    is given back. The first one is always begun, or a short timeout would turn away every message.
    """
    slowest_ms = 0
    for number, message in enumerate(messages):
        begun_with_ms = remaining_ms()
        needed_ms = max(LEAST_TIME_FOR_ONE_MS, slowest_ms) + TIME_TO_ANSWER_MS
        if number > 0 and begun_with_ms < needed_ms:
            left = f"{begun_with_ms} ms left, {needed_ms} ms needed"
            give_back(message, TransientError(f"not begun: {left}"))
            continue
        try:
            handle(message)
        except Exception as error:
            give_back(message, error)
        slowest_ms = max(slowest_ms, begun_with_ms - remaining_ms())


def in_order(messages: Iterable[QueueMessage]) -> list[QueueMessage]:
    """Return the messages in the order in which they are handled.

    A message that ends the process takes those behind it along, each time they meet. So the ones
    that failed least come first, and those that failed as often change their order with each
    delivery: forwards, backwards, then shuffled. What was behind it comes before it the next time.
    """
    by_count = sorted(messages, key=lambda message: message.receive_count)
    groups = groupby(by_count, key=lambda message: message.receive_count)
    return [message for count, group in groups for message in _in_order_of(count, list(group))]


def _in_order_of(count: int, messages: list[QueueMessage]) -> list[QueueMessage]:
    if count < _SHUFFLED_FROM:
        return sorted(messages, key=lambda message: message.message_id, reverse=count % 2 == 0)
    return sorted(messages, key=_shuffled)


def _shuffled(message: QueueMessage) -> bytes:
    """Return a sort key that is as good as random, and the same in every environment."""
    return hashlib.sha256(f"{message.message_id} {message.receive_count}".encode()).digest()

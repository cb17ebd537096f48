"""One batch of the queue: in which order, until when, and what Lambda is told of it.

Lambda deletes the messages of a batch that the answer does not name, and the queue delivers the
named ones again, five times in all before they go to the dead-letter queue. Where some came back
though they are recorded, an invocation only settles those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from deep_learning.errors import TransientError

from business_logic.alert_judge import Look
from business_logic.events import FrameStored, QueueMessage
from business_logic.overlap import Overlap, Write
from business_logic.pace import Pace
from business_logic.settling import settled

_FORWARDS, _BACKWARDS = (1, 4), (2,)

Response = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Work:
    """What is done for messages and their images; whatever it raises returns that message alone.

    Attributes:
        frames: tells the images of a message.
        read: reads an image, in a thread of its own.
        look: looks what is known of the image's camera, in that thread, while it is analysed.
        analyse: given an image, what waits for its bytes and what waits for the look, analyses it;
            returns what writes the result, in a thread of its own.
        failed: told of each message that is returned, and why.
        recorded: tells whether all that a message names has its record.
    """

    frames: Callable[[QueueMessage], Sequence[FrameStored]]
    read: Callable[[FrameStored], bytes]
    look: Callable[[FrameStored], Look]
    analyse: Callable[[FrameStored, Callable[[], bytes], Callable[[], Look]], Write]
    failed: Callable[[QueueMessage, Exception], None]
    recorded: Callable[[QueueMessage], bool]


def process_batch(
    messages: Sequence[QueueMessage], work: Work, remaining_ms: Callable[[], int]
) -> Response:
    """Settle what is recorded, or handle all messages; return the partial batch response.

    Where messages are to be settled, all others are returned and none is handled.

    Args:
        messages: the batch.
        work: what is done.
        remaining_ms: time until Lambda ends the invocation.
    """
    line = _Line(work, Pace(remaining_ms))
    done = settled(messages, work.recorded)
    if done:
        for message in messages:
            if message not in done:
                error = TransientError("not begun: recorded neighbours are settled")
                line.give_back(message, error)
    else:
        line.handle(in_order(messages))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in line.returned]}


@dataclass(frozen=True, slots=True)
class _Task:
    """One image, and the message that names it."""

    message: QueueMessage
    frame: FrameStored

    @property
    def is_suspect(self) -> bool:
        """Whether it was there when an invocation failed, or may have ended the process."""
        return self.message.receive_count > 1


class _Line:
    """The images of a batch, one after the other, each overlapping with its neighbours.

    Attributes:
        returned: ids of the messages to deliver again.
    """

    def __init__(self, work: Work, pace: Pace) -> None:
        self._work = work
        self._pace = pace
        self.returned: list[str] = []

    def give_back(self, message: QueueMessage, error: Exception) -> None:
        """Return a message, once, whatever becomes of its other images."""
        if message.message_id not in self.returned:
            self._work.failed(message, error)
            self.returned.append(message.message_id)

    def handle(self, messages: Iterable[QueueMessage]) -> None:
        """Handle the messages; everything is written, or its message returned, at the end.

        An image is begun only while the time left lets the slowest one so far happen again; the
        messages of the rest are given back. The first one is always begun, or a short timeout would
        turn away every message. Nothing is left unwritten while a suspect is analysed, and no
        suspect while anything else is: an image that ends the process again takes no record along.
        """
        tasks = [task for message in messages for task in self._tasks(message)]
        with Overlap() as overlap:
            for task, following in zip_longest(tasks, tasks[1:]):
                if task.is_suspect:
                    overlap.finish()
                if self._is_begun(task, is_first=task is tasks[0]):
                    self._handle(task, following, overlap)
                if task.is_suspect:
                    overlap.finish()

    def _tasks(self, message: QueueMessage) -> list[_Task]:
        try:
            return [_Task(message, frame) for frame in self._work.frames(message)]
        except Exception as error:
            self.give_back(message, error)
            return []

    def _is_begun(self, task: _Task, is_first: bool) -> bool:
        left_ms, needed_ms = self._pace.remaining_ms(), self._pace.needed_ms()
        if not is_first and left_ms < needed_ms:
            error = TransientError(f"not begun: {left_ms} ms left, {needed_ms} ms needed")
            self.give_back(task.message, error)
        return task.message.message_id not in self.returned

    def _handle(self, task: _Task, following: _Task | None, overlap: Overlap) -> None:
        begun_with_ms = self._pace.remaining_ms()
        reading = overlap.read(task.frame, self._work.read)
        looking = overlap.beside(lambda: self._work.look(task.frame))
        # One that will not be begun is not read either: its reading would hold up the answer.
        if following is not None and begun_with_ms >= self._pace.needed_ms(images=2):
            overlap.read_ahead(following.frame, self._work.read)
        try:
            write = self._work.analyse(task.frame, reading.result, looking.result)
        except Exception as error:
            self.give_back(task.message, error)
        else:
            overlap.write_behind(
                lambda: self._write(write, begun_with_ms),
                lambda error: self.give_back(task.message, error),
            )
        self._pace.note(begun_with_ms)

    def _write(self, write: Write, begun_with_ms: int) -> None:
        try:
            write()
        finally:
            self._pace.note(begun_with_ms)


def in_order(messages: Iterable[QueueMessage]) -> list[QueueMessage]:
    """Return the messages in the order in which they are handled.

    A message that ends the process takes those behind it along, each time they meet. So the ones
    that failed least come first, and those that failed as often change their order with each
    delivery: forwards, then backwards; what was behind it comes before it the next time. At the
    first receive it may also take the one record along that was being written. So what is left,
    once the third receive has settled the rest, goes forwards again at the fourth, and the fifth
    settles that one. Where there was nothing to settle, the third and the fifth are shuffled.
    """
    by_count = sorted(messages, key=lambda message: message.receive_count)
    groups = groupby(by_count, key=lambda message: message.receive_count)
    return [message for count, group in groups for message in _in_order_of(count, list(group))]


def _in_order_of(count: int, messages: list[QueueMessage]) -> list[QueueMessage]:
    if count in _FORWARDS or count in _BACKWARDS:
        return sorted(messages, key=lambda message: message.message_id, reverse=count in _BACKWARDS)
    return sorted(messages, key=_shuffled)


def _shuffled(message: QueueMessage) -> bytes:
    """Return a sort key that is as good as random, and the same in every environment."""
    return hashlib.sha256(f"{message.message_id} {message.receive_count}".encode()).digest()

"""An event source mapping: takes messages from a queue to a function, as Lambda does it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from vss.local.data_plane.batch_response import failed_messages
from vss.local.data_plane.configuration import EventSourceMapping
from vss.local.data_plane.errors import DataPlaneError, Throttled
from vss.local.data_plane.function import Function, Invoked
from vss.local.data_plane.journal import Journal
from vss.local.data_plane.sqs_event import sqs_event
from vss.local.data_plane.sqs_queue import Message, Queue

logger = logging.getLogger(__name__)

# SQS allows 20 s; an end is asked for between two polls, so this is how long it may take.
LONG_POLL_S = 1
_FIRST_PAUSE_S, _LAST_PAUSE_S = 0.2, 5.0
_WINDOW_PAUSE_S = 0.1
# The local AWS is away, refuses, or this machine is full: it may pass.
_TROUBLE = (DataPlaneError, OSError)


class EventSource:
    """Pollers of one mapping: each takes a batch, invokes, deletes, and so on.

    A poller holds at most one batch, and there are at most as many pollers as the mapping allows
    concurrent invocations: no message ever waits in our hands. Only one of them asks the queue at
    a time; the next one starts to ask when that one has got something.

    Args:
        mapping: what to do.
        function: what to invoke.
        connect: gives the queue; tried again until it succeeds.
        journal: where invocations are noted.
    """

    def __init__(
        self,
        mapping: EventSourceMapping,
        function: Function,
        connect: Callable[[], Queue],
        journal: Journal,
    ) -> None:
        self._mapping = mapping
        self._function = function
        self._connect = connect
        self._journal = journal
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._pollers: list[threading.Thread] = []
        self._waiting = 0
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start polling, with one poller; more come as batches do."""
        threading.Thread(target=self._begin, name="event-source", daemon=True).start()

    def stop(self) -> None:
        """Ask for no more messages."""
        self._stopping.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the invocations in flight; tell whether all have ended."""
        deadline = time.monotonic() + timeout_s
        # Looked up again each time: a poller that ends may have added another before.
        while (alive := self._alive()) and time.monotonic() < deadline:
            alive[0].join(max(0.0, deadline - time.monotonic()))
        return not alive

    def _alive(self) -> list[threading.Thread]:
        return [poller for poller in tuple(self._pollers) if poller.is_alive()]

    def _begin(self) -> None:
        pauses = _pauses()
        while not self._stopping.is_set():
            try:
                queue = self._connect()
            except _TROUBLE as error:
                logger.warning("%s", error)
                self._stopping.wait(next(pauses))
            else:
                self._add_poller(queue)
                return

    def _add_poller(self, queue: Queue) -> None:
        """Add a poller unless one waits already, or there are as many as may be."""
        with self._lock:
            if self._waiting or len(self._pollers) >= self._mapping.max_concurrency:
                return
            self._waiting += 1
            poller = threading.Thread(target=self._poll, args=(queue,), name="poller", daemon=True)
            self._pollers.append(poller)
        poller.start()

    def _poll(self, queue: Queue) -> None:
        pauses = _pauses()
        while True:
            try:
                with self._turn:
                    self._count(-1)
                    if self._stopping.is_set():
                        return
                    received_s, batch = self._gather(queue)
                    # Before the turn is given up: else a poller that takes it looks like none.
                    self._add_poller(queue)
                if batch:
                    self._handle(queue, batch, received_s)
                pauses = _pauses()
            except _TROUBLE as error:
                logger.warning("%s", error)
                self._stopping.wait(next(pauses))
            except Exception:
                # A poller that ends would be missed by nobody but the messages.
                logger.exception("%s: a batch was given up", self._mapping.queue_arn)
                self._stopping.wait(next(pauses))
            self._count(+1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._waiting += change

    def _gather(self, queue: Queue) -> tuple[float, list[Message]]:
        """Return a batch and the time its first message was received; empty at the end."""
        size = self._mapping.batch_size
        batch: list[Message] = []
        while not batch and not self._stopping.is_set():
            batch += queue.receive(size, LONG_POLL_S)
        received_s = time.monotonic()
        window_end_s = received_s + self._mapping.window_s
        while len(batch) < size and not self._stopping.is_set():
            rest_s = window_end_s - time.monotonic()
            if rest_s <= 0:
                break
            more = queue.receive(size - len(batch), min(int(rest_s), LONG_POLL_S))
            batch += more
            if not more and rest_s < 1:
                self._stopping.wait(min(rest_s, _WINDOW_PAUSE_S))
        return received_s, batch

    def _handle(self, queue: Queue, batch: list[Message], received_s: float) -> None:
        event = sqs_event(batch, queue.arn)
        # As long as the messages stay ours, a throttled invocation is tried again.
        ours_until_s = received_s + queue.visibility_s - self._function.configuration.timeout_s
        try:
            invoked = self._function.invoke(event, max(0.0, ours_until_s - time.monotonic()))
        except Throttled as error:
            logger.warning("%s; %d messages go back to their queue", error, len(batch))
            return
        ids = {message["MessageId"] for message in batch}
        failed = self._failed(invoked, ids)
        try:
            queue.delete([message for message in batch if message["MessageId"] not in failed])
        finally:
            self._journal.write(invoked.entry(messages=len(batch), failed=len(failed)))

    def _failed(self, invoked: Invoked, ids: AbstractSet[str]) -> AbstractSet[str]:
        if invoked.outcome.failure is not None:
            return ids
        if not self._mapping.partial_responses:
            return frozenset()
        return failed_messages(invoked.outcome.payload, ids)


def _pauses() -> Iterator[float]:
    """Yield how long to wait after one failure after the other, in seconds."""
    pause_s = _FIRST_PAUSE_S
    while True:
        yield pause_s
        pause_s = min(2 * pause_s, _LAST_PAUSE_S)

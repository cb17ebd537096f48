"""The poller against a queue and a function that do as told."""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vss.local.data_plane.configuration import EventSourceMapping
from vss.local.data_plane.errors import DataPlaneError, Throttled
from vss.local.data_plane.event_source import EventSource
from vss.local.data_plane.function import Invoked
from vss.local.data_plane.journal import Journal
from vss.local.data_plane.outcome import Failure, Outcome
from vss.local.data_plane.segments import Span

ARN = "arn:aws:sqs:eu-west-1:123456789012:q"


class FakeQueue:
    """Hands out what it holds; remembers what is asked and deleted."""

    arn = ARN
    visibility_s = 30

    def __init__(self, *ids: str) -> None:
        self.visible = deque(ids)
        self.deleted: list[str] = []
        self.asked: list[tuple[int, int]] = []
        self.asking = 0
        self.errors: deque[Exception] = deque()

    def receive(self, count: int, wait_s: int) -> list[dict[str, Any]]:
        self.asking += 1
        assert self.asking == 1, "two pollers ask at the same time"
        self.asked.append((count, wait_s))
        try:
            if self.errors:
                raise self.errors.popleft()
            if not self.visible:
                time.sleep(0.01)
            ids = [self.visible.popleft() for _ in range(min(count, 10, len(self.visible)))]
        finally:
            self.asking -= 1
        return [
            {"MessageId": name, "ReceiptHandle": name, "Body": name, "MD5OfBody": ""}
            for name in ids
        ]

    def delete(self, messages: list[dict[str, Any]]) -> None:
        self.deleted += [message["ReceiptHandle"] for message in messages]


class FakeFunction:
    """Answers with ``outcomes``, one after the other, then with success."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.configuration = SimpleNamespace(timeout_s=1)
        self.outcomes = deque(outcomes)
        self.patience: list[float] = []

    def invoke(self, event: bytes, patience_s: float) -> Invoked:
        self.patience.append(patience_s)
        outcome = self.outcomes.popleft() if self.outcomes else returned(b"null")
        if isinstance(outcome, Exception):
            raise outcome
        return Invoked("r", "f", "e", outcome, None)


def returned(payload: bytes) -> Outcome:
    return Outcome(payload, None, Span(0.0, 0.0), None, 0)


def run(
    queue: FakeQueue,
    function: FakeFunction,
    folder: Path,
    until: Any,
    connect: Any = None,
    **mapping: Any,
) -> list[str]:
    """Poll until ``until`` holds; return the journal's lines."""
    given = {"batch_size": 10, "window_s": 0, "max_concurrency": 2, "partial_responses": True}
    journal = Journal(folder / "journal")
    anything: Any = function
    source = EventSource(
        EventSourceMapping(ARN, "f", **given | mapping),
        anything,
        connect or (lambda: queue),
        journal,
    )
    source.start()
    deadline = time.monotonic() + 10
    while not until() and time.monotonic() < deadline:
        time.sleep(0.005)
    source.stop()
    assert source.join(5)
    journal.close()
    assert until()
    return (folder / "journal").read_text().splitlines()


@pytest.mark.parametrize(
    ("outcome", "deleted"),
    [
        (returned(b"null"), {"a", "b", "c"}),
        (returned(b'{"batchItemFailures": [{"itemIdentifier": "b"}]}'), {"a", "c"}),
        (returned(b'{"batchItemFailures": [{"itemIdentifier": "x"}]}'), set()),
        (Outcome(b"", Failure("E", "m"), Span(0.0, 0.0), None, 0), set()),
    ],
)
def test_exactly_what_did_not_fail_is_deleted(
    tmp_path: Path, outcome: Outcome, deleted: set[str]
) -> None:
    queue = FakeQueue("a", "b", "c")
    lines = run(queue, FakeFunction(outcome), tmp_path, lambda: len(queue.asked) > 2)
    assert set(queue.deleted) == deleted
    assert len(lines) == 1
    assert f'"messages": 3, "failed": {3 - len(deleted)}' in lines[0]


def test_a_throttled_batch_is_left_to_the_queue(tmp_path: Path) -> None:
    queue = FakeQueue("a")
    function = FakeFunction(Throttled("busy"))
    lines = run(queue, function, tmp_path, lambda: function.patience and len(queue.asked) > 2)
    assert (lines, queue.deleted) == ([], [])
    # As long as the messages stay ours: visibility timeout less the function's own timeout.
    assert function.patience[0] == pytest.approx(29, abs=0.5)


@pytest.mark.parametrize("error", [DataPlaneError("x"), OSError("full"), KeyError("a mistake")])
def test_no_error_ends_the_polling(tmp_path: Path, error: Exception) -> None:
    queue = FakeQueue("a", "b")
    queue.errors.append(error)
    function = FakeFunction(error)
    run(queue, function, tmp_path, lambda: queue.deleted == ["b"], batch_size=1)


def test_connecting_is_tried_again(tmp_path: Path) -> None:
    queue = FakeQueue("a")
    refusals = deque([DataPlaneError("AccessDenied"), DataPlaneError("AccessDenied")])

    def connect() -> FakeQueue:
        if refusals:
            raise refusals.popleft()
        return queue

    run(queue, FakeFunction(), tmp_path, lambda: queue.deleted, connect)


def test_a_batch_larger_than_one_call_is_gathered(tmp_path: Path) -> None:
    queue = FakeQueue(*(f"{number}" for number in range(25)))
    lines = run(
        queue, FakeFunction(), tmp_path, lambda: len(queue.deleted) == 25, batch_size=25, window_s=5
    )
    assert len(lines) == 1
    assert [count for count, _ in queue.asked[:3]] == [25, 15, 5]


def test_what_is_received_while_stopping_is_still_handled(tmp_path: Path) -> None:
    queue = FakeQueue()
    function = FakeFunction()
    journal = Journal(tmp_path / "journal")
    entered, leave = threading.Event(), threading.Event()

    def receive(count: int, wait_s: int) -> list[dict[str, Any]]:
        del count, wait_s
        entered.set()
        leave.wait(5)
        return [{"MessageId": "a", "ReceiptHandle": "a", "Body": "", "MD5OfBody": ""}]

    queue.receive = receive  # type: ignore[method-assign]
    anything: Any = function
    fake: Any = queue
    source = EventSource(
        EventSourceMapping(ARN, "f", 10, 0, 2, True), anything, lambda: fake, journal
    )
    source.start()
    assert entered.wait(5)
    source.stop()
    leave.set()
    assert source.join(5)
    journal.close()
    assert queue.deleted == ["a"]

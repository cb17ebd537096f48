"""What overlaps with what, and what must not: told by events, not by the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from business_logic.batch import Response, process_batch
from business_logic.events import QueueMessage
from business_logic.overlap import Overlap
from business_logic.pace import LEAST_TIME_FOR_ONE_MS, TIME_TO_ANSWER_MS
from deep_learning.errors import TransientError

from tests.batch_work import frame, simple_work

LIMIT_S = 10


class Diary:
    """What happened, in its order; anything may be waited for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()

    def note(self, line: str) -> None:
        with self._news:
            self.lines.append(line)
            self._news.notify_all()

    def wait_for(self, line: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: line in self.lines, LIMIT_S), f"never: {line}"

    def part(
        self, name: str, before: Callable[[str], str | None] = lambda _: None
    ) -> Callable[[QueueMessage], None]:
        """Return a part of the work; it ends once what ``before`` names of an image was noted."""

        def work(message: QueueMessage) -> None:
            self.note(f"{name} {message.message_id}")
            if awaited := before(message.message_id):
                self.wait_for(awaited)
            self.note(f"{name} {message.message_id} done")

        return work

    def place(self, line: str) -> int:
        return self.lines.index(line)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def messages(names: str, receive_count: int = 1) -> list[QueueMessage]:
    return [QueueMessage(name, "", receive_count) for name in names]


def run(batch: list[QueueMessage], left_ms: int = 30_000, **parts: object) -> Response:
    return process_batch(batch, simple_work(**parts), lambda: left_ms)


def test_the_next_image_is_read_while_one_is_analysed() -> None:
    diary, following = Diary(), {"a": "read b done", "b": "read c done"}
    response = run(
        messages("abc"), read=diary.part("read"), analyse=diary.part("analyse", following.get)
    )
    assert response == {"batchItemFailures": []}


def test_an_image_is_written_while_the_next_is_analysed() -> None:
    diary, following = Diary(), {"a": "analyse b", "b": "analyse c"}
    response = run(
        messages("abc"), analyse=diary.part("analyse"), write=diary.part("write", following.get)
    )
    assert response == {"batchItemFailures": []}
    assert diary.lines[-1] == "write c done"


def test_the_camera_is_looked_up_while_its_image_is_analysed() -> None:
    diary, own = Diary(), {name: f"look {name} done" for name in "abc"}
    response = run(messages("abc"), look=diary.part("look"), analyse=diary.part("analyse", own.get))
    assert response == {"batchItemFailures": []}


def test_a_look_that_fails_returns_its_own_message() -> None:
    def look(message: QueueMessage) -> None:
        if message.message_id == "b":
            raise TransientError("not to be had")

    response = run(messages("abc"), look=look, analyse=Diary().part("analyse"))
    assert response == {"batchItemFailures": [{"itemIdentifier": "b"}]}


def test_no_more_than_one_image_is_read_ahead() -> None:
    """Each reading waits to be surpassed: as many images are read as ever can be."""
    names, diary = "abcdefghij", Diary()
    following = {name: f"read {after} done" for name, after in pairwise(names)}
    run(messages(names), read=diary.part("read"), analyse=diary.part("analyse", following.get))
    for name, much_later in zip(names, names[2:], strict=False):
        assert diary.place(f"analyse {name} done") < diary.place(f"read {much_later}")


def test_no_more_than_one_image_is_unwritten_when_the_next_but_one_is_begun() -> None:
    names, diary = "abcdefghij", Diary()
    following = {name: f"analyse {after} done" for name, after in pairwise(names)}
    run(messages(names), analyse=diary.part("analyse"), write=diary.part("write", following.get))
    for name, after in pairwise(names):
        assert diary.place(f"write {name} done") < diary.place(f"write {after}")
    for name, much_later in zip(names, names[2:], strict=False):
        assert diary.place(f"write {name} done") < diary.place(f"analyse {much_later}")


def test_a_redelivered_image_is_written_before_any_other_is_analysed() -> None:
    names, diary = "abc", Diary()
    run(messages(names, 2), analyse=diary.part("analyse"), write=diary.part("write"))
    expected = [
        f"{part} {name}{end}"
        for name in reversed(names)
        for part in ("analyse", "write")
        for end in ("", " done")
    ]
    assert diary.lines == expected


def test_what_is_pending_is_written_before_a_redelivered_image_is_analysed() -> None:
    diary = Diary()
    batch = [*messages("a", 2), *messages("bc")]
    run(batch, analyse=diary.part("analyse"), write=diary.part("write", {"b": "analyse c"}.get))
    assert diary.place("write c done") < diary.place("analyse a")


def test_what_will_hardly_be_begun_is_not_read() -> None:
    diary, left_ms = Diary(), 2 * LEAST_TIME_FOR_ONE_MS + TIME_TO_ANSWER_MS
    run(messages("a"), left_ms, analyse=diary.part("analyse"))
    for left, ahead in ((left_ms, True), (left_ms - 1, False)):
        diary = Diary()
        before = {"a": "read b done"} if ahead else {}
        run(
            messages("ab"),
            left,
            read=diary.part("read"),
            analyse=diary.part("analyse", before.get),
        )
        assert (diary.place("read b") < diary.place("analyse a done")) is ahead


def test_threads_have_names() -> None:
    names = {}

    def note(part: str) -> Callable[[QueueMessage], None]:
        return lambda _: names.update({part: threading.current_thread().name})

    parts = ("read", "look", "analyse", "write")
    run(messages("a"), **{part: note(part) for part in parts})
    threads = ("reader_0", "reader_0", "MainThread", "writer_0")
    assert names == dict(zip(parts, threads, strict=True))


def test_a_reading_that_is_not_asked_for_is_dropped() -> None:
    reads: list[str] = []

    def read(item: object) -> bytes:
        reads.append(item.key)  # type: ignore[attr-defined]
        return item.key.encode()  # type: ignore[attr-defined]

    with Overlap() as overlap:
        overlap.read_ahead(frame("a"), read)
        assert overlap.read(frame("b"), read).result() == b"b"
        overlap.read_ahead(frame("c"), read)
        assert overlap.read(frame("c"), read).result() == b"c"
    assert [name for name in reads if name != "a"] == ["b", "c"]


def test_an_error_of_the_body_does_not_hide_that_a_writing_failed() -> None:
    told: list[Exception] = []
    error = ValueError("not written")

    def write() -> None:
        raise error

    def fail() -> None:
        with Overlap() as overlap:
            overlap.write_behind(write, told.append)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert told == [error]

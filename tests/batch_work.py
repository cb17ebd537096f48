"""Work for batches of messages whose images are but names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from business_logic.alert_judge import Look
from business_logic.batch import Work
from business_logic.events import FrameStored, QueueMessage
from business_logic.state_store import StoredState

MessageStep = Callable[[QueueMessage], None]
NameStep = Callable[[str], None]
Failed = Callable[[QueueMessage, Exception], None]


class ProcessEnded(BaseException):
    """What no handler of exceptions survives."""


def frame(name: str) -> FrameStored:
    return FrameStored("bucket", name, None, None, None, datetime(2026, 11, 22, tzinfo=UTC), None)


def nothing(*_: object) -> None:
    pass


def work_of(
    frames: Callable[[QueueMessage], Sequence[FrameStored]],
    read: NameStep,
    analyse: NameStep,
    write: NameStep,
    failed: Failed = nothing,
    recorded: Callable[[QueueMessage], bool] = lambda _: False,
    look: NameStep = nothing,
) -> Work:
    """Return work whose parts are called with the name of the image."""

    def read_frame(item: FrameStored) -> bytes:
        read(item.key)
        return item.key.encode()

    def look_up(item: FrameStored) -> Look:
        look(item.key)
        return Look(StoredState(item.key), 0)

    def analyse_frame(
        item: FrameStored, data: Callable[[], bytes], looked: Callable[[], Look]
    ) -> Callable[[], None]:
        assert data() == item.key.encode()
        analyse(item.key)

        def write_frame() -> None:
            assert looked() == Look(StoredState(item.key), 0)
            write(item.key)

        return write_frame

    return Work(frames, read_frame, look_up, analyse_frame, failed, recorded)


def simple_work(
    analyse: MessageStep,
    read: MessageStep = nothing,
    write: MessageStep = nothing,
    failed: Failed = nothing,
    recorded: Callable[[QueueMessage], bool] = lambda _: False,
    look: MessageStep = nothing,
) -> Work:
    """Return work for messages of one image each; its parts are called with the message."""
    messages: dict[str, QueueMessage] = {}

    def frames(item: QueueMessage) -> list[FrameStored]:
        messages[item.message_id] = item
        return [frame(item.message_id)]

    return work_of(
        frames,
        lambda name: read(messages[name]),
        lambda name: analyse(messages[name]),
        lambda name: write(messages[name]),
        failed,
        recorded,
        lambda name: look(messages[name]),
    )

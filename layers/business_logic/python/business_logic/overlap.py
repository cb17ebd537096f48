"""Overlapping: while an image is analysed, the next one is read and the one before is written.

Waiting for Amazon S3 takes longer than the analysis and is billed like it. One thread reads, one
image ahead at most, so that memory stays bounded, and looks up what the result will depend on; one
writes, one image behind at most, so that a process that dies takes no more than one record along.
Both live as long as the batch: Lambda freezes the process after it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self, TypeVar

from business_logic.events import FrameStored

Read = Callable[[FrameStored], bytes]
Write = Callable[[], None]
Failed = Callable[[Exception], None]
Looked = TypeVar("Looked")


class Overlap:
    """The threads of one batch, from entering to leaving it; all is written when it is left."""

    def __init__(self) -> None:
        self._reader = ThreadPoolExecutor(1, "reader")
        self._writer = ThreadPoolExecutor(1, "writer")
        self._ahead: tuple[FrameStored, Future[bytes]] | None = None
        self._behind: tuple[Future[None], Failed] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.finish()
        finally:
            self._ahead = None
            self._reader.shutdown(cancel_futures=True)
            self._writer.shutdown()

    def read(self, frame: FrameStored, read: Read) -> Future[bytes]:
        """Return the reading of ``frame``, begun ahead or now; another one's is dropped."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            if ahead[0] == frame:
                return ahead[1]
            ahead[1].cancel()
        return self._reader.submit(read, frame)

    def read_ahead(self, frame: FrameStored, read: Read) -> None:
        """Begin to read the image that is asked for next, once the one before it is there."""
        self._ahead = frame, self.read(frame, read)

    def beside(self, look: Callable[[], Looked]) -> Future[Looked]:
        """Begin something that goes on while the image is analysed whose reading was begun last."""
        return self._reader.submit(look)

    def write_behind(self, write: Write, failed: Failed) -> None:
        """Begin to write, once what was begun before is finished; ``failed`` is told of errors."""
        self.finish()
        self._behind = self._writer.submit(write), failed

    def finish(self) -> None:
        """Wait until what was begun is written, or tell in this thread why it was not.

        Raises:
            BaseException: what is no ``Exception`` and ended the writing.
        """
        if self._behind is None:
            return
        (writing, failed), self._behind = self._behind, None
        try:
            writing.result()
        except Exception as error:
            failed(error)

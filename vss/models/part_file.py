"""The unfinished file beside its target: locked by one pull, resumed by the next."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path

from deep_learning.catalogue import NetworkFile

from vss.models.errors import Mismatch

# Of a SHA-384, enough to tell two files apart by eye.
_SHOWN_DIGITS = 16


@dataclass(slots=True)
class PartFile:
    """``<target>.part``, open and locked.

    Attributes:
        expected: what the manifest says of the complete file.
        length: bytes in it now.
        received: bytes appended since it was opened, those thrown away again included.
        watch: is told every new length.
    """

    target: Path
    expected: NetworkFile
    stream: BufferedRandom
    length: int
    watch: Callable[[int], None]
    received: int = 0

    @property
    def is_full(self) -> bool:
        """Whether all bytes the manifest speaks of are here."""
        return self.length >= self.expected.size

    def append(self, block: bytes) -> None:
        """Write ``block`` at the end; Mismatch where the file would outgrow the manifest's size."""
        self.received += len(block)
        if self.length + len(block) > self.expected.size:
            raise Mismatch(f"has more than the {self.expected.size} bytes the manifest says")
        self.stream.write(block)
        self.length += len(block)
        self.watch(self.length)

    def restart(self) -> None:
        """Throw away what is here."""
        if self.length:
            self.stream.truncate(0)
            self.length = 0
            self.watch(0)

    def accept(self) -> None:
        """Put the file in its final place, once its size and SHA-384 are those of the manifest.

        Raises:
            Mismatch: they are not.
        """
        if self.length != self.expected.size:
            raise Mismatch(f"has {self.length} bytes, the manifest says {self.expected.size}")
        self.stream.flush()
        self.stream.seek(0)
        found = hashlib.file_digest(self.stream, "sha384").hexdigest()
        if found != self.expected.sha384:
            raise Mismatch(
                f"has SHA-384 {found[:_SHOWN_DIGITS]}…, "
                f"the manifest says {self.expected.sha384[:_SHOWN_DIGITS]}…"
            )
        part_path(self.target).replace(self.target)

    def discard(self) -> None:
        """Delete the part."""
        part_path(self.target).unlink(missing_ok=True)


def part_path(target: Path) -> Path:
    """Return where the unfinished ``target`` lies."""
    return target.with_name(f"{target.name}.part")


@contextmanager
def open_part(
    target: Path,
    expected: NetworkFile,
    *,
    watch: Callable[[int], None],
    waiting: Callable[[], None],
) -> Iterator[PartFile]:
    """Open the part of ``target`` with what an earlier pull left, and lock it until the end.

    A pull that finds it locked calls ``waiting`` and waits: two pulls never write one file.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _open_locked(part_path(target), waiting) as stream:
        length = os.fstat(stream.fileno()).st_size
        yield PartFile(target, expected, stream, length, watch)


def _open_locked(path: Path, waiting: Callable[[], None]) -> BufferedRandom:
    while True:
        stream = path.open("a+b")
        try:
            _lock(stream, waiting)
            if _is_still(path, stream):
                return stream
        except BaseException:
            stream.close()
            raise
        # The pull that held it has renamed or deleted it: what we locked is no part any more.
        stream.close()


def _lock(stream: BufferedRandom, waiting: Callable[[], None]) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(stream, fcntl.LOCK_EX)


def _is_still(path: Path, stream: BufferedRandom) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except FileNotFoundError:
        return False

"""A mirror in a directory: ``<network>/<precision>/<file name>`` below its root."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deep_learning.catalogue import NetworkEntry, NetworkFile

from vss.models.errors import FetchError
from vss.models.part_file import PartFile

_BLOCK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class DirectoryMirror:
    """Copies files out of ``root``; a copy is not resumed, it takes less time than its check."""

    root: Path

    def deliver(self, entry: NetworkEntry, file: NetworkFile, part: PartFile) -> None:
        """Copy ``file`` into ``part``; FetchError where the mirror lacks it."""
        origin = self.root / entry.mirror_path(file)
        if not origin.is_file():
            raise FetchError(f"{origin} does not exist")
        part.restart()
        for block in _blocks(origin):
            part.append(block)


def _blocks(origin: Path) -> Iterator[bytes]:
    try:
        with origin.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                yield block
    except OSError as error:
        raise FetchError(f"{origin} cannot be read: {error.strerror}") from error

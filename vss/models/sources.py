"""Where network files come from: a mirror directory, a mirror server or the official addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from deep_learning.catalogue import NetworkEntry, NetworkFile

from vss.models.addresses import Mirror
from vss.models.directory_mirror import DirectoryMirror
from vss.models.part_file import PartFile


class Source(Protocol):
    """Something that has network files."""

    def deliver(self, entry: NetworkEntry, file: NetworkFile, part: PartFile) -> None:
        """Append to ``part`` what it lacks of ``file``.

        Raises:
            FetchError: the source does not have the file, or cannot be read.
        """
        ...


@contextmanager
def open_source(mirror: Mirror | None, sleep: Callable[[float], None]) -> Iterator[Source]:
    """Open ``mirror``, or the official addresses where it is None; ``sleep`` waits in seconds."""
    if isinstance(mirror, Path):
        yield DirectoryMirror(mirror)
        return
    # Imported here: a pull from a directory needs no HTTP client.
    from vss.models.http_source import HttpSource, open_client

    with open_client() as client:
        yield HttpSource(mirror, client, sleep)

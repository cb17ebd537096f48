"""What a script left below ``$TMP_OUTPUT_DIR``, and where each file goes."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from supervisor.description import Output
from supervisor.errors import InvalidOutput

_MOST_KEY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that the script left.

    Attributes:
        path: where it lies.
        relative: its path below ``$TMP_OUTPUT_DIR``, with slashes.
        size: bytes.
    """

    path: Path
    relative: str
    size: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file to be stored at a place."""

    file: OutputFile
    output: Output

    @property
    def key(self) -> str:
        """The object's key."""
        return self.output.place.key(self.file.relative)


def collect(folder: Path) -> tuple[OutputFile, ...]:
    """Return all files below ``folder`` by path.

    Raises:
        InvalidOutput: something is neither file nor folder: a link could make any file of this
            machine an output; or a name is no UTF-8.
    """
    found: list[OutputFile] = []
    for root, folders, files in os.walk(folder, onerror=_unreadable):
        for name in (*folders, *files):
            path = Path(root, name)
            relative = _relative(path, folder)
            details = path.lstat()
            if stat.S_ISREG(details.st_mode):
                found.append(OutputFile(path, relative, details.st_size))
            elif not stat.S_ISDIR(details.st_mode):
                raise InvalidOutput(f"output {relative!r} is no regular file")
    return tuple(sorted(found, key=lambda file: file.relative))


def deliveries(files: Sequence[OutputFile], outputs: Sequence[Output]) -> tuple[Delivery, ...]:
    """Return what is to be stored where, in the order in which it is stored.

    Raises:
        InvalidOutput: a key would be longer than Amazon S3 allows.
    """
    found = tuple(
        Delivery(file, output)
        for output in outputs
        for file in files
        if output.takes(file.relative)
    )
    for delivery in found:
        if (size := len(delivery.key.encode())) > _MOST_KEY_BYTES:
            raise InvalidOutput(
                f"output {delivery.file.relative[:80]!r}… has a key of {size} bytes; "
                f"allowed are {_MOST_KEY_BYTES}"
            )
    return found


def _unreadable(error: OSError) -> None:
    raise InvalidOutput(f"the outputs cannot be read: {error.strerror}") from error


def _relative(path: Path, folder: Path) -> str:
    relative = path.relative_to(folder).as_posix()
    try:
        relative.encode()
    except UnicodeEncodeError:
        raise InvalidOutput(f"the name of output {relative!r} is no UTF-8") from None
    return relative

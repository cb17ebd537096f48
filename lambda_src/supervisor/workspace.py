"""The folders of one run; they are gone when it ends."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PREFIX = "supervisor-"
_MOST_NAME_BYTES = 200
_NO_NAMES = {"", ".", ".."}


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of one run.

    Attributes:
        root: holds them all, and the script.
        inputs: ``$TMP_INPUT_DIR``.
        outputs: ``$TMP_OUTPUT_DIR``.
        scratch: ``$TMPDIR`` and ``$HOME``; the script starts here.
    """

    root: Path
    inputs: Path
    outputs: Path
    scratch: Path


@contextmanager
def workspace(parent: Path) -> Iterator[Workspace]:
    """Make the folders below ``parent``; remove them with all that is in them."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as name:
        root = Path(name)
        folders = [root / part for part in ("input", "output", "scratch")]
        for folder in folders:
            folder.mkdir()
        yield Workspace(root, *folders)


def remove_abandoned(parent: Path) -> int:
    """Remove the folders of runs that were killed; return how many.

    No run may be under way below ``parent``.
    """
    abandoned = [path for path in parent.glob(f"{PREFIX}*") if path.is_dir()]
    for folder in abandoned:
        shutil.rmtree(folder, ignore_errors=True)
    return len(abandoned)


def file_name(key: str) -> str:
    """Return the name that the object of this key gets on disk: a single, harmless part of a path.

    It is the key's last part, as OSCAR has it, so that scripts find stem and suffix in it; it is
    shortened from the front, so that the suffix stays.
    """
    last = key.rstrip("/").rpartition("/")[2]
    name = "".join("_" if not character.isprintable() else character for character in last)
    if name in _NO_NAMES:
        return "object"
    return name.encode()[-_MOST_NAME_BYTES:].decode(errors="ignore")

"""The state of every file of the catalogue on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from deep_learning.catalogue import NetworkEntry, NetworkFile


class State(StrEnum):
    """How a file on disk compares with the manifest, by size and SHA-384."""

    VERIFIED = "present & verified"
    IN_REPOSITORY = "in the repository"  # verified as well; never fetched
    MISSING = "missing"
    ALTERED = "altered"

    @property
    def is_good(self) -> bool:
        """Whether the file is the one the manifest describes."""
        return self in (State.VERIFIED, State.IN_REPOSITORY)


@dataclass(frozen=True, slots=True)
class FileStatus:
    """A file of a network and its state; ``problem`` says what is wrong, None where nothing is."""

    entry: NetworkEntry
    file: NetworkFile
    state: State
    problem: str | None

    @property
    def name(self) -> str:
        """``<network>/<precision>/<file name>``, short and unique in a manifest."""
        return self.entry.mirror_path(self.file)


def inspect(root: Path, networks: Iterable[NetworkEntry]) -> tuple[FileStatus, ...]:
    """Hash every file of ``networks`` below ``root``, in their order."""
    return tuple(_status(root, entry, file) for entry in networks for file in entry.files)


def network_state(root: Path, entry: NetworkEntry) -> State:
    """Return the worst state of the files of ``entry``."""
    states = {status.state for status in inspect(root, [entry])}
    worst_first = (State.ALTERED, State.MISSING, State.VERIFIED, State.IN_REPOSITORY)
    return next(state for state in worst_first if state in states)


def _status(root: Path, entry: NetworkEntry, file: NetworkFile) -> FileStatus:
    problem = file.problem(root)
    if problem is None:
        state = State.IN_REPOSITORY if file.source is None else State.VERIFIED
    elif (root / file.path).exists():
        state = State.ALTERED
    else:
        state = State.MISSING
    return FileStatus(entry, file, state, problem)

"""Fetch the files of a manifest that are missing or altered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Protocol

from deep_learning.catalogue import Manifest, NetworkEntry

from vss.models.addresses import Mirror
from vss.models.errors import FetchError, Mismatch
from vss.models.part_file import PartFile, open_part
from vss.models.sources import Source, open_source
from vss.models.verification import FileStatus, State, inspect


class Result(StrEnum):
    """How a file ended."""

    PRESENT = "present"
    IN_REPOSITORY = "in the repository"
    FETCHED = "fetched"
    CONVERTED = "converted"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file; ``received`` in bytes, ``reason`` empty where nothing is wrong."""

    name: str
    result: Result
    received: int = 0
    reason: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the file is now in place and verified."""
        return not self.reason


class Reporter(Protocol):
    """Who is told how the transfer goes."""

    def begin(self, name: str, size: int, length: int) -> None:
        """Say that ``length`` of ``size`` bytes are here and the rest is being fetched."""

    def advance(self, length: int) -> None:
        """Say that ``length`` bytes of the file begun last are here."""

    def wait(self, name: str) -> None:
        """Say that another pull is fetching the file."""

    def end(self, outcome: FileOutcome) -> None:
        """Say what became of a file, begun or not."""


def pull(
    manifest: Manifest,
    mirror: Mirror | None,
    reporter: Reporter,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[FileOutcome, ...]:
    """Fetch what is missing or altered; a file that fails does not keep the others from coming.

    Args:
        manifest: what is to be in place at the end, the networks of all sets.
        mirror: where from; None is the official address of each file.
        reporter: is told of every file.
        sleep: waits between attempts, in seconds.
    """
    statuses = inspect(manifest.root, manifest.networks)
    outcomes = [_settled(status) for status in statuses if not _is_wanted(status)]
    for outcome in outcomes:
        reporter.end(outcome)
    wanted = [status for status in statuses if _is_wanted(status)]
    if wanted:
        with open_source(mirror, sleep) as source:
            for outcome in _delivered(manifest.root, wanted, source, reporter):
                outcomes.append(outcome)
                reporter.end(outcome)
    return tuple(outcomes)


def _delivered(
    root: Path, wanted: list[FileStatus], source: Source, reporter: Reporter
) -> Iterator[FileOutcome]:
    """Yield what becomes of each file, fetched or converted from an original."""
    for entry, statuses in groupby(wanted, key=lambda status: status.entry):
        if entry.original is not None:
            yield from _converted(root, entry, list(statuses), source, reporter)
            continue
        for status in statuses:
            yield _fetched(root, status, source, reporter)


def _converted(
    root: Path, entry: NetworkEntry, wanted: list[FileStatus], source: Source, reporter: Reporter
) -> Iterator[FileOutcome]:
    """Fetch the original, make the files of it and throw it away."""
    assert entry.original is not None  # noqa: S101 (the caller's choice)
    original = FileStatus(entry, entry.original, State.MISSING, None)
    outcome = _fetched(root, original, source, reporter)
    yield outcome
    if not outcome.is_good:
        reason = f"its original {outcome.name} is not here"
        yield from (FileOutcome(status.name, Result.FAILED, reason=reason) for status in wanted)
        return
    # Imported here: the files of most networks need no conversion.
    from vss.models.conversion import convert

    try:
        convert(root, entry)
        for status in wanted:
            problem = status.file.problem(root)
            reason = "" if problem is None else f"{problem}; OpenVINO must be the version pinned"
            result = Result.CONVERTED if problem is None else Result.FAILED
            yield FileOutcome(status.name, result, reason=reason)
    except FetchError as error:
        for status in wanted:
            yield FileOutcome(status.name, Result.FAILED, reason=str(error))
    finally:
        (root / entry.original.path).unlink(missing_ok=True)


def _is_wanted(status: FileStatus) -> bool:
    return not status.state.is_good and status.file.source is not None


def _settled(status: FileStatus) -> FileOutcome:
    if status.problem is not None:
        reason = f"{status.problem}; {status.file.remedy}"
        return FileOutcome(status.name, Result.FAILED, reason=reason)
    in_repository = status.state is State.IN_REPOSITORY
    return FileOutcome(status.name, Result.IN_REPOSITORY if in_repository else Result.PRESENT)


def _fetched(root: Path, status: FileStatus, source: Source, reporter: Reporter) -> FileOutcome:
    target = root / status.file.path
    try:
        with open_part(
            target,
            status.file,
            watch=reporter.advance,
            waiting=lambda: reporter.wait(status.name),
        ) as part:
            if status.file.problem(root) is None:  # another pull has fetched it meanwhile
                part.discard()
                return FileOutcome(status.name, Result.PRESENT)
            reporter.begin(status.name, status.file.size, part.length)
            _complete(status, source, part)
            return FileOutcome(status.name, Result.FETCHED, part.received)
    except Mismatch as error:
        return FileOutcome(status.name, Result.REFUSED, reason=str(error))
    except FetchError as error:
        return FileOutcome(status.name, Result.FAILED, reason=str(error))
    except OSError as error:
        reason = f"{target} cannot be written: {error.strerror or error}"
        return FileOutcome(status.name, Result.FAILED, reason=reason)


def _complete(status: FileStatus, source: Source, part: PartFile) -> None:
    try:
        if part.length:
            # What lay here may stem from another source: a mismatch counts from nothing only.
            with suppress(Mismatch):
                return _deliver(status, source, part)
            part.restart()
        return _deliver(status, source, part)
    except FetchError as error:
        if isinstance(error, Mismatch) or not part.length:
            part.discard()
        raise


def _deliver(status: FileStatus, source: Source, part: PartFile) -> None:
    source.deliver(status.entry, status.file, part)
    part.accept()

"""The folders of a runner below its state folder, readable by its owner alone."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deep_learning.errors import ConfigurationError
from supervisor.outputs import OutputFile
from supervisor.script import kill_abandoned
from supervisor.workspace import remove_abandoned

_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class StateFolders:
    """Where a runner keeps things.

    Attributes:
        root: holds all of it.
    """

    root: Path

    @property
    def journal(self) -> Path:
        """The journal."""
        return self.root / "journal.sqlite"

    @property
    def work(self) -> Path:
        """Folders of runs, gone when they end."""
        return self.root / "work"

    @property
    def failed(self) -> Path:
        """What was given up, one file each."""
        return self.root / "failed"

    @property
    def logs(self) -> Path:
        """What scripts printed, one file for each job."""
        return self.root / "logs"

    def outgoing(self, job_id: int) -> Path:
        """Return the folder of the files of a job that are to be sent."""
        return self.root / "outgoing" / str(job_id)

    def make(self) -> None:
        """Make the folders that are not there."""
        for path in (self.root, self.work, self.failed, self.logs, self.root / "outgoing"):
            path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runners out.

        Raises:
            ConfigurationError: one is at work here.
        """
        with (self.root / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ConfigurationError(
                    f"another runner works in {str(self.root)!r}; each needs a folder of its own"
                ) from None
            yield

    def tidy(self, sending: Collection[int]) -> None:
        """End and remove what a killed runner left: scripts, their folders, files of no job."""
        kill_abandoned(self.work)
        remove_abandoned(self.work)
        names = {str(job_id) for job_id in sending}
        for path in (self.root / "outgoing").iterdir():
            if path.name not in names:
                shutil.rmtree(path)

    def take_over(self, job_id: int, files: Sequence[OutputFile]) -> None:
        """Move files into the job's outgoing folder, so that they survive a power cut.

        Raises:
            OSError: the disk is full, or fails.
        """
        target = self.outgoing(job_id)
        staging = target.with_name(f"{job_id}.new")
        for path in (staging, target):
            shutil.rmtree(path, ignore_errors=True)
        staging.mkdir(mode=_PRIVATE)
        folders = {staging, staging.parent}
        for file in files:
            place = staging / file.relative
            place.parent.mkdir(parents=True, exist_ok=True)
            # The same file system: nothing is copied.
            file.path.rename(place)
            _to_disk(place)
            folders.update(p for p in place.parents if p.is_relative_to(staging))
        for folder in folders:
            _to_disk(folder)
        staging.rename(target)
        _to_disk(target.parent)

    def forget(self, job_id: int) -> None:
        """Remove the job's outgoing folder."""
        shutil.rmtree(self.outgoing(job_id), ignore_errors=True)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

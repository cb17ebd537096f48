"""What the scripts of jobs printed: a file for each job, bounded in size and number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from supervisor.log import Log

_MOST_BYTES = 1 << 20
_MOST_FILES = 1000


@contextmanager
def job_log(folder: Path, service: str, job_id: int, attempt: int) -> Iterator[Log]:
    """Give the log of one try; tries of a job follow each other in one file.

    A log that cannot be written costs no run.
    """
    path = log_path(folder, service, job_id)
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
    yield Log(f"{service}-{job_id}-{attempt}", _Writer(path))


def log_path(folder: Path, service: str, job_id: int) -> Path:
    """Return where the log of a job is."""
    return folder / service / f"{job_id}.log"


def read_log(folder: Path, service: str, job_id: int) -> str | None:
    """Return the log of a job, a JSON object a line; None where there is none any more."""
    with suppress(FileNotFoundError):
        return log_path(folder, service, job_id).read_text(encoding="utf-8")
    return None


def keep_newest(folder: Path, service: str) -> None:
    """Remove the oldest logs of a service beyond the number that is kept."""
    files = [path for path in (folder / service).glob("*.log") if path.stem.isdigit()]
    if len(files) > _MOST_FILES:
        for path in sorted(files, key=lambda path: int(path.stem))[:-_MOST_FILES]:
            path.unlink(missing_ok=True)


class _Writer:
    """Appends lines to a file up to a size."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, line: str) -> None:
        with suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            left = _MOST_BYTES - file.tell()
            if left > 0:
                file.write(f"{line}\n" if len(line) < left else '{"message":"log cut here"}\n')

"""The durable memory of the runner: what was announced, how far it is, what is still to be sent."""

from __future__ import annotations

import errno
import json
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    service TEXT NOT NULL, provider TEXT NOT NULL, bucket TEXT NOT NULL, key TEXT NOT NULL,
    etag TEXT NOT NULL, version_id TEXT, size INTEGER NOT NULL, time TEXT NOT NULL,
    event TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '', queued_at REAL NOT NULL, produced_at REAL, ended_at REAL,
    run_s REAL
);
CREATE INDEX IF NOT EXISTS jobs_by_key ON jobs (service, provider, bucket, key, id);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, service, id);
CREATE TABLE IF NOT EXISTS uploads (
    job INTEGER NOT NULL REFERENCES jobs (id), position INTEGER NOT NULL,
    output INTEGER NOT NULL, relative TEXT NOT NULL, size INTEGER NOT NULL,
    is_sent INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (job, position)
) WITHOUT ROWID;
"""
_NEWEST = """
SELECT etag FROM jobs WHERE service = ? AND provider = ? AND bucket = ? AND key = ?
  AND state != 'superseded'
ORDER BY id DESC LIMIT 1
"""
_INSERT = """
INSERT INTO jobs (service, provider, bucket, key, etag, version_id, size, time, event, queued_at,
  state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued')
"""
# The older version of an object is finished before a newer one is begun: its outputs would
# overwrite those of the newer one.
_CLAIM = """
SELECT * FROM jobs j WHERE state = 'queued' AND service = ?
  AND id NOT IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (
    SELECT 1 FROM jobs e WHERE e.service = j.service AND e.provider = j.provider
      AND e.bucket = j.bucket AND e.key = j.key AND e.id < j.id
      AND e.state IN ('queued', 'running', 'sending'))
ORDER BY id LIMIT 1
"""


class JobState(StrEnum):
    """How far an object is."""

    QUEUED = "queued"
    RUNNING = "running"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


UNFINISHED = (JobState.QUEUED, JobState.RUNNING, JobState.SENDING)


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object that was announced to a service.

    Attributes:
        provider: ``kind.id`` of the store.
        etag: without quotation marks.
        version_id: None where it is not told.
        size: bytes.
        time: when it was stored, as the store tells it.
        event: JSON, for the script.
    """

    provider: str
    bucket: str
    key: str
    etag: str
    version_id: str | None
    size: int
    time: str
    event: str


@dataclass(frozen=True, slots=True)
class Job:
    """An object of a service, and how far it is.

    Attributes:
        attempts: tries so far of what its state is about.
        reason: why the last try failed.
        queued_at: seconds since the epoch; likewise the times below, None if not yet.
        produced_at: when its script had ended well.
        ended_at: when all of it was sent, or it was given up.
        run_s: how long the last try took: download, script, and taking its outputs over.
    """

    job_id: int
    service: str
    stored: NewObject
    state: JobState
    attempts: int
    reason: str
    queued_at: float
    produced_at: float | None
    ended_at: float | None
    run_s: float | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is to be sent.

    Attributes:
        position: in the order of sending.
        output: which of the service's outputs.
        relative: path below the job's outgoing folder, and below ``$TMP_OUTPUT_DIR``.
        size: bytes.
    """

    position: int
    output: int
    relative: str
    size: int


class Journal:
    """A journal in a file. All methods may be called from any thread.

    Every method raises ``OSError`` with ``ENOSPC`` where the disk is full; then nothing of it was
    done.

    Args:
        path: of the file; made if there is none.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        with self._lock:
            self._connection.execute("PRAGMA journal_mode = WAL")
            # What is answered for must survive a power cut.
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def add(self, service: str, objects: Sequence[NewObject]) -> int:
        """Queue the objects that are not known yet; return how many.

        Known is what the newest job of the key is about: an object may get back an older content
        after another one, whose outputs are there by then.
        """
        added = 0
        with self._transaction() as connection:
            for o in objects:
                which = (service, o.provider, o.bucket, o.key)
                newest = connection.execute(_NEWEST, which).fetchone()
                if newest is None or newest["etag"] != o.etag:
                    told = (o.etag, o.version_id, o.size, o.time, o.event, time.time())
                    connection.execute(_INSERT, (*which, *told))
                    added += 1
        return added

    def next_queued(self, service: str, but: Collection[int]) -> Job | None:
        """Return the object that is next, but none of the given jobs."""
        with self._lock:
            rows = self._connection.execute(_CLAIM, (service, json.dumps(list(but))))
            return next(map(_job, rows), None)

    def begin(self, job_id: int) -> Job:
        """Note that a try begins."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE id = ?", (job_id,)
            )
            return self._one(job_id)

    def requeue(self, job_id: int, reason: str, is_counted: bool, run_s: float | None) -> None:
        """Note that a try did not work out; one that is not counted was nobody's fault."""
        self._set(
            job_id,
            "state = 'queued', reason = ?, run_s = ?, attempts = attempts - ?",
            reason,
            run_s,
            int(not is_counted),
        )

    def stage(self, job_id: int, uploads: Sequence[Upload], run_s: float) -> None:
        """Note that the script ended well and its outputs lie in the outgoing folder."""
        rows = [(job_id, u.position, u.output, u.relative, u.size) for u in uploads]
        with self._transaction() as connection:
            connection.execute("DELETE FROM uploads WHERE job = ?", (job_id,))
            connection.executemany(
                "INSERT INTO uploads (job, position, output, relative, size)"
                " VALUES (?, ?, ?, ?, ?)",
                rows,
            )
            self._set(
                job_id,
                "state = 'sending', attempts = 0, reason = '', produced_at = ?, run_s = ?",
                time.time(),
                run_s,
            )

    def uploads(self, job_id: int) -> tuple[Upload, ...]:
        """Return what of a job is not yet sent, in order."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT position, output, relative, size FROM uploads"
                " WHERE job = ? AND NOT is_sent ORDER BY position",
                (job_id,),
            )
            return tuple(Upload(*row) for row in rows)

    def sent(self, job_id: int, position: int) -> None:
        """Note that a file arrived."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE uploads SET is_sent = 1 WHERE job = ? AND position = ?", (job_id, position)
            )

    def not_sent(self, job_id: int, reason: str) -> int:
        """Note that the sending was refused; return how often it was."""
        self._set(job_id, "attempts = attempts + 1, reason = ?", reason)
        with self._lock:
            return self._one(job_id).attempts

    def end(self, job_id: int, state: JobState, reason: str = "") -> None:
        """Note that nothing more is to be done for a job."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM uploads WHERE job = ?", (job_id,))
            # Only its identity and its times are needed from now on, if it is not tried again.
            event = "event" if state is JobState.FAILED else "''"
            self._set(
                job_id,
                f"state = ?, reason = ?, ended_at = ?, event = {event}",
                state,
                reason,
                time.time(),
            )

    def retry(self, job_id: int) -> bool:
        """Queue a failed object again; return whether there is one."""
        with self._transaction() as connection:
            done = connection.execute(
                "UPDATE jobs SET state = 'queued', attempts = 0, ended_at = NULL"
                " WHERE id = ? AND state = 'failed'",
                (job_id,),
            )
            return done.rowcount == 1

    def recover(self) -> int:
        """Queue what a killed runner was at; return how much. Its tries stay counted."""
        with self._transaction() as connection:
            return connection.execute(
                "UPDATE jobs SET state = 'queued', reason = 'the runner was killed'"
                " WHERE state = 'running'"
            ).rowcount

    def jobs(self, *states: JobState) -> tuple[Job, ...]:
        """Return the jobs in these states, or all, in the order in which they came."""
        wanted = json.dumps(list(states or JobState))
        with self._lock:
            rows = self._connection.execute(
                "SELECT * FROM jobs WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id",
                (wanted,),
            )
            return tuple(_job(row) for row in rows)

    def count(self, *states: JobState) -> int:
        """Return how many jobs are in these states."""
        with self._lock:
            (found,) = self._connection.execute(
                "SELECT count(*) FROM jobs WHERE state IN (SELECT value FROM json_each(?))",
                (json.dumps(list(states)),),
            ).fetchone()
            return int(found)

    def _one(self, job_id: int) -> Job:
        return _job(
            self._connection.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
        )

    def _set(self, job_id: int, assignments: str, *values: object) -> None:
        with self._transaction() as connection:
            connection.execute(
                f"UPDATE jobs SET {assignments} WHERE id = ?",  # noqa: S608 (our own constants)
                (*values, job_id),
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all or nothing; within another one, as a part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.OperationalError) and _is_full(error):
                    raise OSError(errno.ENOSPC, "the disk of the journal is full") from error
                raise


def _is_full(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


def _job(row: Any) -> Job:
    stored = NewObject(
        row["provider"],
        row["bucket"],
        row["key"],
        row["etag"],
        row["version_id"],
        row["size"],
        row["time"],
        row["event"],
    )
    return Job(
        row["id"],
        row["service"],
        stored,
        JobState(row["state"]),
        row["attempts"],
        row["reason"],
        row["queued_at"],
        row["produced_at"],
        row["ended_at"],
        row["run_s"],
    )

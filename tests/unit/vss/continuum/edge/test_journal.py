"""The journal: nothing twice, nothing lost, in the order of versions."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from vss.continuum.edge.journal import JobState, Journal, NewObject, Upload


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal(tmp_path / "journal.sqlite")
    yield found
    found.close()


def stored(key: str = "a", etag: str = "1") -> NewObject:
    return NewObject("minio.default", "b", key, etag, None, 5, "time", "{}")


def test_an_object_is_queued_once(journal: Journal) -> None:
    assert journal.add("s", [stored(), stored(), stored("b")]) == 2
    assert journal.add("s", [stored()]) == 0
    assert journal.add("other", [stored()]) == 1


def test_a_content_that_returns_is_new(journal: Journal) -> None:
    assert [journal.add("s", [stored(etag=etag)]) for etag in "1211"] == [1, 1, 1, 0]


def test_a_superseded_content_does_not_count_as_known(journal: Journal) -> None:
    journal.add("s", [stored(etag="1")])
    journal.add("s", [stored(etag="2")])
    journal.end(2, JobState.SUPERSEDED)
    assert journal.add("s", [stored(etag="1")]) == 0


def test_versions_of_a_key_are_worked_on_one_after_the_other(journal: Journal) -> None:
    journal.add("s", [stored("a", "1"), stored("a", "2"), stored("b", "1")])

    def begin() -> int | None:
        job = journal.next_queued("s", [])
        return None if job is None else journal.begin(job.job_id).job_id

    assert [begin(), begin(), begin()] == [1, 3, None]
    journal.stage(1, [Upload(0, 0, "x", 1)], 0.1)
    assert begin() is None
    journal.end(1, JobState.DONE)
    assert begin() == 2


def test_held_jobs_are_passed_over_but_not_overtaken(journal: Journal) -> None:
    journal.add("s", [stored("a", "1"), stored("a", "2"), stored("b", "1")])
    job = journal.next_queued("s", [1])
    assert job is not None
    assert job.stored.key == "b"


def test_tries_are_counted_from_their_beginning(journal: Journal, tmp_path: Path) -> None:
    journal.add("s", [stored()])
    assert journal.begin(1).attempts == 1
    journal.requeue(1, "broken", is_counted=True, run_s=1.5)
    assert journal.begin(1).attempts == 2
    journal.requeue(1, "not its fault", is_counted=False, run_s=None)
    (job,) = journal.jobs()
    assert (job.attempts, job.reason, job.state) == (1, "not its fault", JobState.QUEUED)
    journal.begin(1)
    # Killed here: another one opens the file.
    other = Journal(tmp_path / "journal.sqlite")
    assert other.recover() == 1
    (job,) = other.jobs(JobState.QUEUED)
    assert job.attempts == 2
    other.close()


def test_what_is_to_be_sent_is_remembered_file_by_file(journal: Journal) -> None:
    journal.add("s", [stored()])
    journal.begin(1)
    uploads = [Upload(n, n % 2, f"f{n}", n) for n in range(3)]
    journal.stage(1, uploads, 2.0)
    journal.sent(1, 1)
    assert journal.uploads(1) == (uploads[0], uploads[2])
    assert [journal.not_sent(1, "denied") for _ in range(2)] == [1, 2]
    journal.end(1, JobState.DONE)
    (job,) = journal.jobs()
    assert (job.state, job.reason, job.run_s) == (JobState.DONE, "", 2.0)
    assert job.produced_at is not None
    assert job.ended_at is not None
    assert job.queued_at <= job.produced_at <= job.ended_at
    assert journal.uploads(1) == ()


def test_only_failed_jobs_are_tried_again(journal: Journal) -> None:
    journal.add("s", [stored("a"), stored("b")])
    journal.end(1, JobState.FAILED, "broken")
    assert journal.retry(1)
    assert not journal.retry(2)
    (job,) = [job for job in journal.jobs() if job.job_id == 1]
    assert (job.state, job.attempts, job.stored.event) == (JobState.QUEUED, 0, "{}")


def test_a_failed_transaction_leaves_nothing(journal: Journal) -> None:
    journal.add("s", [stored()])
    journal.begin(1)
    with pytest.raises(sqlite3.IntegrityError):
        journal.stage(1, [Upload(0, 0, "a", 1), Upload(0, 0, "b", 1)], 0.1)
    assert [job.state for job in journal.jobs()] == [JobState.RUNNING]
    assert journal.uploads(1) == ()


def test_a_full_disk_is_told_as_such(journal: Journal) -> None:
    journal.add("s", [stored()])
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OSError, match="disk of the journal is full") as caught:
        journal.add("s", [stored(f"{n}" * 500) for n in range(200)])
    assert caught.value.errno == errno.ENOSPC
    assert len(journal.jobs()) == 1


def test_many_threads_may_use_it(journal: Journal) -> None:
    def add(start: int) -> None:
        for n in range(20):
            journal.add("s", [stored(f"{start}-{n}"), stored("shared")])

    threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.count(JobState.QUEUED) == 81

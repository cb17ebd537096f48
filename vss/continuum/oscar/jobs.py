"""The jobs of a service, one for each asynchronous call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobStatus(StrEnum):
    """How far a job is."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SUSPENDED = "Suspended"
    UNKNOWN = "Unknown"

    @property
    def is_final(self) -> bool:
        """Whether it stays so; a job is not tried again."""
        return self in (JobStatus.SUCCEEDED, JobStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Job:
    """A job.

    Attributes:
        job_id: its id.
        status: how far it is.
        created: when it was asked for; None where the cluster does not tell.
        started: when its script began; None if it has not.
        finished: when it ended; None if it has not.
    """

    job_id: str
    status: JobStatus
    created: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None


def read_jobs(content: Mapping[str, Any]) -> tuple[tuple[Job, ...], str | None]:
    """Return the jobs of a page and the name of the next page.

    OSCAR up to 3.6 has no pages: the map of the jobs is all.
    """
    jobs = content.get("jobs")
    if jobs is None and "next_page" not in content:
        jobs = content
    found = tuple(
        _job(name, fields) for name, fields in (jobs or {}).items() if isinstance(fields, Mapping)
    )
    return found, str(content.get("next_page") or "") or None


def _job(name: str, fields: Mapping[str, Any]) -> Job:
    status = fields.get("status")
    return Job(
        name,
        JobStatus(status) if status in list(JobStatus) else JobStatus.UNKNOWN,
        _time(fields.get("creation_time")),
        _time(fields.get("start_time")),
        _time(fields.get("finish_time")),
    )


def _time(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None

"""Inputs that were given up: a file each, so that they are seen, and how to try them again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from supervisor.workspace import file_name

from vss.continuum.edge.journal import Job


def note_failed(folder: Path, job: Job, reason: str) -> Path:
    """Write down why an input was given up.

    Raises:
        OSError: it cannot be written.
    """
    path = _path(folder, job)
    path.parent.mkdir(exist_ok=True)
    content: dict[str, Any] = {
        "job": job.job_id,
        "service": job.service,
        "storage_provider": job.stored.provider,
        "bucket": job.stored.bucket,
        "key": job.stored.key,
        "etag": job.stored.etag,
        "size": job.stored.size,
        "attempts": job.attempts,
        "reason": reason,
        "failed_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
    return path


def forget_failed(folder: Path, job: Job) -> None:
    """Remove the file of an input that is tried again."""
    _path(folder, job).unlink(missing_ok=True)


def read_failed(folder: Path) -> list[dict[str, Any]]:
    """Return what was given up, in the order in which it came."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*/*.json")]
    return sorted(found, key=lambda entry: int(entry["job"]))


def _path(folder: Path, job: Job) -> Path:
    # The object's name is only there for the eye.
    return folder / job.service / f"{job.job_id}-{file_name(job.stored.key)}.json"

"""The wall clock: the day by which an enrolment expires, the time since a camera's last frame."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Return the present day, that of UTC everywhere."""
    return now().date()


def now() -> datetime:
    """Return the present time, UTC."""
    return datetime.now(UTC)

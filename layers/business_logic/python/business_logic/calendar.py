"""The day by which an enrolment expires: that of UTC, everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Return the present day."""
    return datetime.now(UTC).date()

"""How far back: an age such as 12h, or a point in time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from deep_learning.errors import ConfigurationError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_since(text: str, now: datetime | None = None) -> datetime:
    """Return the point in time that ``text`` names, in UTC; a date without a zone is local time.

    Raises:
        ConfigurationError: it is neither an age nor a date.
    """
    now = now or datetime.now(UTC)
    if match := re.fullmatch(r"(\d{1,6})([smhd])", text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise ConfigurationError(
            f"{text!r} is no age (30m, 12h, 7d) and no date (2026-11-22 or 2026-11-22T08:00)"
        ) from None

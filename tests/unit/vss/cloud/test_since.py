"""How far back."""

from datetime import UTC, datetime, timedelta

import pytest
from deep_learning.errors import ConfigurationError

from vss.cloud.since import parse_since

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
    ],
)
def test_ages_count_back_from_now(text: str, age: timedelta) -> None:
    assert parse_since(text, NOW) == NOW - age


def test_dates_keep_their_zone() -> None:
    assert parse_since("2026-11-22T08:00+02:00") == datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "12", "-3h", "3 h", "2026-13-01"])
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ConfigurationError, match="12h"):
        parse_since(text)

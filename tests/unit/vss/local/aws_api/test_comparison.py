"""Properties of templates against what the APIs tell."""

from __future__ import annotations

from typing import Any

import pytest

from vss.local.verification.comparison import same


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        (30, "30", True),
        (1.0, 1, True),
        (0.5, "0.5", True),
        (True, "true", True),
        (True, False, False),
        (["a", "b"], ["b", "a"], True),
        (["a"], "a", True),
        (["a", "b"], ["a"], False),
        ({"a": 1, "b": None}, {"a": "1"}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([{"Key": "x", "Value": 1}], {"x": "1"}, True),
    ],
)
def test_same(wanted: Any, found: Any, expected: bool) -> None:
    assert same("Property", wanted, found) is expected


def test_more_tags_do_no_harm_but_missing_ones_do() -> None:
    wanted = [{"Key": "stage", "Value": "dev"}]
    more = [*wanted, {"Key": "aws:x", "Value": "y"}]
    assert same("Tags", wanted, more)
    assert not same("Tags", more, wanted)
    assert not same("Tags", wanted, {"stage": "prod"})

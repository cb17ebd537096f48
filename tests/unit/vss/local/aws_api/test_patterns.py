"""Wildcards, ARNs and policy variables."""

from __future__ import annotations

import pytest

from vss.local.aws_api.iam.patterns import arn_matches, matches, protected, substitute


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("A", "a", False),
        ("a*", "a\nb", True),
    ],
)
def test_wildcards(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", "anything", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", True),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/x", False),
        ("arn:*:b/x", "arn:aws:s3:::b/x", False),
        ("arn:aws:sqs:*:1:q", "arn:aws:sqs:eu:1:q", True),
        ("arn:aws:sqs:*:q", "arn:aws:sqs:eu:1:q", False),
    ],
)
def test_a_wildcard_stays_within_its_part_of_an_arn(pattern: str, arn: str, expected: bool) -> None:
    assert arn_matches(pattern, arn) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("home/${aws:username}/*", "home/eve/*"),
        ("${AWS:UserName}", "eve"),
        ("${aws:none, 'nobody'}", "nobody"),
        ("${aws:none}", None),
    ],
)
def test_variables_are_replaced(pattern: str, expected: str | None) -> None:
    assert substitute(pattern, {"aws:username": "eve"}) == expected


def test_wildcards_from_variables_match_only_themselves() -> None:
    pattern = substitute("home/${aws:username}", {"aws:username": "*"})
    assert pattern is not None
    assert not matches(pattern, protected("home/eve"))
    assert matches(pattern, protected("home/*"))
    assert matches(str(substitute("${*}", {})), protected("*"))

"""Patterns of policies: wildcards, ARNs and policy variables."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

Context = Mapping[str, str | Sequence[str]]
"""Condition keys in lower case, each with its value or values."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}
_ARN_PARTS = 6


def has_variables(pattern: str) -> bool:
    """Tell whether ``pattern`` holds policy variables."""
    return "${" in pattern


@functools.lru_cache(8192)
def wildcard(pattern: str, ignore_case: bool = False) -> re.Pattern[str]:
    """Return ``pattern`` as an expression: ``*`` any text, ``?`` any character."""
    expression = "".join(
        ".*" if character == "*" else "." if character == "?" else re.escape(character)
        for character in pattern
    )
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches(pattern: str, text: str) -> bool:
    """Tell whether ``text`` fits ``pattern``, case sensitive."""
    return wildcard(pattern).fullmatch(text) is not None


def arn_matches(pattern: str, arn: str) -> bool:
    """Tell whether ``arn`` fits ``pattern``; a wildcard never reaches beyond its own part."""
    if pattern == "*":
        return True
    wanted, parts = pattern.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    if len(wanted) != len(parts):
        return False
    return all(one == part or matches(one, part) for one, part in zip(wanted, parts, strict=True))


def resolved(pattern: str, context: Context) -> str | None:
    """Return ``pattern`` ready for comparison with :func:`protected` text; None as substitute."""
    return substitute(pattern, context) if has_variables(pattern) else pattern


_ESCAPES = {"*": "\ue000", "?": "\ue001"}
_UNESCAPES = {escape: character for character, escape in _ESCAPES.items()}


def substitute(pattern: str, context: Context) -> str | None:
    """Return ``pattern`` with its variables replaced; None where one has no value.

    Wildcards that come out of a variable are protected, so that they match only themselves; give
    the result and the text to compare with to :func:`protected`.
    """
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        name, _, default = (part.strip() for part in match[1].partition(","))
        if name in _LITERALS:
            return protected(_LITERALS[name])
        found = context.get(name.lower())
        if isinstance(found, str):
            return protected(found)
        if default:
            return protected(default.strip("'"))
        missing = True
        return match[0]

    replaced = _VARIABLE.sub(value, pattern)
    return None if missing else replaced


def protected(text: str) -> str:
    """Return ``text`` as it compares with a substituted pattern."""
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def unprotected(text: str) -> str:
    """Return a substituted pattern as plain text, for comparison without wildcards."""
    for escape, character in _UNESCAPES.items():
        text = text.replace(escape, character)
    return text

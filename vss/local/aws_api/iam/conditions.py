"""Condition operators of policies."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vss.local.aws_api.iam.patterns import (
    Context,
    arn_matches,
    has_variables,
    matches,
    substitute,
    unprotected,
)

Json = Any
Test = Callable[[str, str], bool]
"""Whether the context's value (second) fulfils the policy's (first)."""


class PolicyError(Exception):
    """A policy that cannot be understood: whatever it is asked for is denied."""


def _numeric(compare: Callable[[float, float], bool]) -> Test:
    def test(wanted: str, found: str) -> bool:
        try:
            return compare(float(found), float(wanted))
        except ValueError:
            return False

    return test


def _moment(text: str) -> datetime:
    with suppress(ValueError):
        return datetime.fromtimestamp(float(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _dated(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(wanted: str, found: str) -> bool:
        try:
            return compare(_moment(found), _moment(wanted))
        except ValueError:
            return False

    return test


def _address(wanted: str, found: str) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _order(prefix: str, family: Callable[[Callable[[Any, Any], bool]], Test]) -> dict[str, Test]:
    return {
        f"{prefix}equals": family(lambda found, wanted: found == wanted),
        f"{prefix}lessthan": family(lambda found, wanted: found < wanted),
        f"{prefix}lessthanequals": family(lambda found, wanted: found <= wanted),
        f"{prefix}greaterthan": family(lambda found, wanted: found > wanted),
        f"{prefix}greaterthanequals": family(lambda found, wanted: found >= wanted),
    }


_WILD = frozenset({"stringlike", "arnlike", "arnequals"})
_TESTS: dict[str, Test] = {
    "stringequals": lambda wanted, found: wanted == found,
    "stringequalsignorecase": lambda wanted, found: wanted.lower() == found.lower(),
    "stringlike": matches,
    "arnlike": arn_matches,
    "arnequals": arn_matches,
    "bool": lambda wanted, found: wanted.lower() == found.lower(),
    "ipaddress": _address,
    **_order("numeric", _numeric),
    **_order("date", _dated),
}
_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotlike": "arnlike",
    "arnnotequals": "arnequals",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator applied to one key.

    Attributes:
        test: None for the operator ``Null``.
        wild: whether the policy's values may hold wildcards.
        every: True for ForAllValues, False for ForAnyValue, None without either.
    """

    key: str
    wanted: tuple[str, ...]
    test: Test | None
    wild: bool
    negated: bool
    if_exists: bool
    every: bool | None

    def holds(self, context: Context) -> bool:
        """Tell whether the condition is met."""
        found = context.get(self.key)
        if self.test is None:
            return (found is None) == (self.wanted[0].lower() == "true")
        if found is None:
            if self.every is not None:
                return self.every or self.if_exists
            return self.negated or self.if_exists
        values = (found,) if isinstance(found, str) else tuple(found)
        if self.every is True:
            return all(self._fulfilled(value, context) for value in values)
        if self.every is None and self.negated:
            return all(self._fulfilled(value, context) for value in values)
        return any(self._fulfilled(value, context) for value in values)

    def _fulfilled(self, found: str, context: Context) -> bool:
        return any(self._one(wanted, found, context) for wanted in self.wanted) != self.negated

    def _one(self, wanted: str, found: str, context: Context) -> bool:
        assert self.test is not None  # noqa: S101 - holds() has answered Null
        if has_variables(wanted):
            replaced = substitute(wanted, context)
            if replaced is None:
                return False
            if not self.wild:
                replaced = unprotected(replaced)
            wanted = replaced
        return self.test(wanted, found)


def parse_conditions(block: Json) -> tuple[Condition, ...]:
    """Return the conditions of a statement's ``Condition`` block.

    Raises:
        PolicyError: an operator is unknown or the block is malformed.
    """
    if not isinstance(block, dict):
        raise PolicyError(f"Condition is {block!r}, want an object")
    conditions = []
    for operator, keys in block.items():
        if not isinstance(keys, dict):
            raise PolicyError(f"Condition {operator} is {keys!r}, want an object")
        for key, values in keys.items():
            conditions.append(_parse(operator, key, values))
    return tuple(conditions)


def _parse(operator: str, key: str, values: Json) -> Condition:
    name = operator.lower()
    every: bool | None = None
    for prefix, meaning in (("forallvalues:", True), ("foranyvalue:", False)):
        if name.startswith(prefix):
            every, name = meaning, name.removeprefix(prefix)
    if_exists = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    wanted = tuple(_text(value) for value in _listed(values))
    negated = name in _NEGATED
    base = _NEGATED.get(name, name)
    if base == "null" and every is None and not if_exists:
        return Condition(key.lower(), wanted, None, False, False, False, None)
    if base not in _TESTS:
        raise PolicyError(f"condition operator {operator} is not known here")
    return Condition(key.lower(), wanted, _TESTS[base], base in _WILD, negated, if_exists, every)


def _listed(values: Json) -> Sequence[Json]:
    return values if isinstance(values, list) else [values]


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Policy documents, parsed once for each text."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vss.local.aws_api.iam.conditions import Condition, PolicyError, parse_conditions
from vss.local.aws_api.iam.patterns import (
    Context,
    arn_matches,
    protected,
    resolved,
    wildcard,
)

Json = Any
_KEYS = frozenset(
    {
        "Action",
        "Condition",
        "Effect",
        "NotAction",
        "NotPrincipal",
        "NotResource",
        "Principal",
        "Resource",
        "Sid",
    }
)


@dataclass(frozen=True, slots=True)
class Principals:
    """The principals of a statement of a resource policy.

    Attributes:
        everyone: whether ``*`` is among them.
        aws: account ids and ARNs.
        services: service principals.
        excluded: whether it is ``NotPrincipal``.
    """

    everyone: bool
    aws: tuple[str, ...]
    services: tuple[str, ...]
    excluded: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy.

    Attributes:
        name: its Sid, or its number.
        actions: expressions of which one has to match; with ``not_actions`` none may.
        resources: ARN patterns, None where the policy hangs on its resource and names none.
        principals: None in identity policies.
    """

    name: str
    allows: bool
    actions: tuple[re.Pattern[str], ...]
    not_actions: bool
    resources: tuple[str, ...] | None
    not_resources: bool
    principals: Principals | None
    conditions: tuple[Condition, ...]

    def is_about(self, action: str) -> bool:
        """Tell whether the statement speaks of ``action``."""
        named = any(expression.fullmatch(action) for expression in self.actions)
        return named != self.not_actions

    def covers(self, resource: str, context: Context) -> bool:
        """Tell whether the statement speaks of ``resource``."""
        if self.resources is None:
            return True
        patterns = [resolved(pattern, context) for pattern in self.resources]
        if self.not_resources and None in patterns:
            # What a variable without a value leaves out is not known: it says nothing.
            return False
        subject = protected(resource)
        named = any(one is not None and arn_matches(one, subject) for one in patterns)
        return named != self.not_resources

    def holds(self, context: Context) -> bool:
        """Tell whether all its conditions are met."""
        return all(condition.holds(context) for condition in self.conditions)


@functools.lru_cache(2048)
def parse_policy(text: str) -> tuple[Statement, ...]:
    """Return the statements of the policy ``text``.

    Raises:
        PolicyError: it cannot be understood.
    """
    try:
        document = json.loads(text)
        statements = _listed(document["Statement"])
    except (ValueError, KeyError, TypeError) as error:
        raise PolicyError(f"no policy document: {text[:80]!r}") from error
    return tuple(_statement(number, one) for number, one in enumerate(statements))


@functools.lru_cache(8192)
def statements_about(text: str, action: str) -> tuple[Statement, ...]:
    """Return the statements of the policy ``text`` that speak of ``action``.

    Raises:
        PolicyError: the policy cannot be understood.
    """
    return tuple(one for one in parse_policy(text) if one.is_about(action))


def _statement(number: int, given: Json) -> Statement:
    name = str(given.get("Sid") or f"statement {number}")
    unknown = sorted(set(given) - _KEYS)
    if unknown:
        raise PolicyError(f"{name}: {', '.join(unknown)} is not known")
    if given.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError(f"{name}: Effect is {given.get('Effect')!r}, want Allow or Deny")
    actions = _either(name, given, "Action", "NotAction")
    if actions is None:
        raise PolicyError(f"{name}: neither Action nor NotAction")
    return Statement(
        name=name,
        allows=given["Effect"] == "Allow",
        actions=tuple(wildcard(action, ignore_case=True) for action in actions),
        not_actions="NotAction" in given,
        resources=_either(name, given, "Resource", "NotResource"),
        not_resources="NotResource" in given,
        principals=_principals(name, given),
        conditions=parse_conditions(given.get("Condition", {})),
    )


def _either(name: str, given: Json, key: str, negated: str) -> tuple[str, ...] | None:
    if key in given and negated in given:
        raise PolicyError(f"{name}: both {key} and {negated}")
    if key not in given and negated not in given:
        return None
    return tuple(str(value) for value in _listed(given.get(key, given.get(negated))))


def _principals(name: str, given: Json) -> Principals | None:
    if "Principal" in given and "NotPrincipal" in given:
        raise PolicyError(f"{name}: both Principal and NotPrincipal")
    excluded = "NotPrincipal" in given
    value = given.get("Principal", given.get("NotPrincipal"))
    if value is None:
        return None
    if value == "*":
        return Principals(True, (), (), excluded)
    if not isinstance(value, dict) or not set(value) <= {"AWS", "Service"}:
        raise PolicyError(f"{name}: Principal is {value!r}, want *, AWS or Service")
    aws = tuple(str(one) for one in _listed(value.get("AWS", [])))
    services = tuple(str(one) for one in _listed(value.get("Service", [])))
    return Principals("*" in aws, aws, services, excluded)


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else [value]

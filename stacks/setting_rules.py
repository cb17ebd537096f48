"""What a single setting may be: one rule a kind of value, able to say in words what it allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


class SettingsError(ValueError):
    """A setting is unknown, of the wrong type or out of range; the message says what is allowed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A test of a value as it comes from JSON, and the words for what passes it."""

    accepts: Callable[[object], bool]
    allowed: str

    def check(self, key: str, value: object) -> None:
        """Raise SettingsError naming ``key``, ``value`` and what is allowed."""
        if not self.accepts(value):
            raise SettingsError(f"{key} is {value!r}; allowed: {self.allowed}")


def whole(low: int, high: int) -> Rule:
    """A whole number from ``low`` to ``high``, both included."""
    return Rule(
        lambda value: type(value) is int and low <= value <= high,
        f"a whole number from {low} to {high}",
    )


def share() -> Rule:
    """A number above 0 and below 1, of at most four digits after the point."""
    return Rule(
        lambda value: type(value) is float and 0 < value < 1 and round(value, 4) == value,
        "a number above 0 and below 1, of at most four digits after the point",
    )


def optional(rule: Rule) -> Rule:
    """What ``rule`` accepts, or null."""
    return Rule(lambda value: value is None or rule.accepts(value), f"null or {rule.allowed}")


def one_of(*choices: object) -> Rule:
    """Exactly one of ``choices``."""
    return Rule(
        lambda value: any(type(value) is type(choice) and value == choice for choice in choices),
        ", ".join(str(choice) for choice in choices),
    )


def flag() -> Rule:
    """True or false."""
    return Rule(lambda value: isinstance(value, bool), "true or false")


def matching(pattern: str, allowed: str) -> Rule:
    """A text that matches ``pattern`` as a whole."""
    return Rule(
        lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None, allowed
    )


def distinct(rule: Rule, allowed: str) -> Rule:
    """A list of different values, each accepted by ``rule``."""

    def accepts(value: object) -> bool:
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and all(rule.accepts(item) for item in value)
            and len(set(value)) == len(value)
        )

    return Rule(accepts, f"a list of different {allowed}")


def each(name: Rule, value: Rule, allowed: str) -> Rule:
    """A JSON object, not empty, whose names and values are accepted by the two rules."""

    def accepts(given: object) -> bool:
        return (
            isinstance(given, Mapping)
            and bool(given)
            and all(name.accepts(key) and value.accepts(item) for key, item in given.items())
        )

    return Rule(accepts, f"an object of {allowed}, each {value.allowed}")


def either(one: Rule, other: Rule) -> Rule:
    """What one of the rules accepts."""
    return Rule(
        lambda value: one.accepts(value) or other.accepts(value),
        f"{one.allowed}, or {other.allowed}",
    )

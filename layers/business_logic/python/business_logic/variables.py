"""Environment variables: each by a rule that says in words what it allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from deep_learning.errors import ConfigurationError

STAGE = r"[a-z][a-z0-9]{0,11}"
BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
KEY_ARN = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+"
ACCOUNT = r"\d{12}"
_PREFIX = "VSS_"

Choice = TypeVar("Choice", bound=StrEnum)


class Variables:
    """Environment variables, each read by its rule; remembers which were asked for.

    Every method raises ``ConfigurationError`` with name, value and what is allowed.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: set[str] = set()

    def text(self, name: str, pattern: str) -> str:
        """Return a text that fits ``pattern`` as a whole."""
        value = self._value(name)
        if re.fullmatch(pattern, value) is None:
            raise ConfigurationError(f"{name} is {value!r}; allowed is text that fits {pattern}")
        return value

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        """Return a member of ``kind``."""
        return self._member(name, self._value(name), kind)

    def choices(self, name: str, kind: type[Choice]) -> frozenset[Choice]:
        """Read a comma list, which may be empty."""
        items = self._present(name).split(",")
        named = [item.strip() for item in items] if items != [""] else []
        return frozenset(self._member(name, item, kind) for item in named)

    def number(self, name: str, allowed: range) -> int:
        """Return a whole number of ``allowed``."""
        value = self._value(name)
        if not (value.isascii() and value.isdigit() and int(value) in allowed):
            raise ConfigurationError(
                f"{name} is {value!r}; allowed are {allowed.start} to {allowed.stop - 1}"
            )
        return int(value)

    def has_any(self, *names: str) -> bool:
        """Tell whether one of the variables is there; all of them may be missing."""
        self._known.update(names)
        return not self._environment.keys().isdisjoint(names)

    def refuse_unknown(self) -> None:
        """Raise where a variable of ours was not asked for: most likely a misspelt one."""
        unknown = {name for name in self._environment if name.startswith(_PREFIX)} - self._known
        if unknown:
            raise ConfigurationError(
                f"{', '.join(sorted(unknown))}: no such setting here; "
                f"known are {', '.join(sorted(self._known))}"
            )

    def _present(self, name: str) -> str:
        self._known.add(name)
        if name not in self._environment:
            raise ConfigurationError(f"the environment variable {name} is missing")
        return self._environment[name]

    def _value(self, name: str) -> str:
        value = self._present(name)
        if not value:
            raise ConfigurationError(f"the environment variable {name} is empty")
        return value

    @staticmethod
    def _member(name: str, value: str, kind: type[Choice]) -> Choice:
        if value not in set(kind):
            raise ConfigurationError(f"{name} names {value!r}; allowed are {', '.join(kind)}")
        return kind(value)

"""A call with a function's own credentials, and whether it must be allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.end_to_end.as_function import AsFunction


class Case(NamedTuple):
    """A call, the way it takes (attribute of AsFunction), and whether it must be allowed."""

    allowed: bool
    what: str
    way: str
    service: str
    operation: str
    arguments: dict[str, Any]


def s3(allowed: bool, what: str, operation: str, way: str = "inside", **arguments: Any) -> Case:
    return Case(allowed, what, way, "s3", operation, arguments)


def api(allowed: bool, what: str, service: str, operation: str, **arguments: Any) -> Case:
    return Case(allowed, what, "elsewhere", service, operation, arguments)


def arguments_of(case: Case, names: dict[str, str]) -> dict[str, Any]:
    """Put what the placeholders stand for into the arguments."""

    def filled(name: str, value: Any) -> Any:
        if name == "Bucket" and value in names:
            return names[value]
        placeholder = isinstance(value, str) and value[1:-1] in names and value[0] == "{"
        return names[value[1:-1]] if placeholder else value

    return {name: filled(name, value) for name, value in case.arguments.items()}


def bound_call(case: Case, function: AsFunction, names: dict[str, str]) -> Callable[[], object]:
    client = function.client(case.service, getattr(function, case.way))
    return lambda: getattr(client, case.operation)(**arguments_of(case, names))

"""Intrinsic functions of a template, resolved strictly: what cannot be resolved is an error."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vss.local.aws_api.cloudformation.errors import TemplateError

Json = Any
ZONES = ("a", "b", "c")
_SUB = re.compile(r"\$\{(!?)([^}]*)\}")


class _NoValue:
    """Stands for ``AWS::NoValue`` until its place is left out."""


NO_VALUE = _NoValue()


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the functions of one template.

    Attributes:
        names: what ``Ref`` finds: parameters, pseudo parameters and resources.
        attribute: gives ``Fn::GetAtt`` of a logical id and an attribute name.
        imports: exported values of other stacks by export name.
        region: of the stack.
        used_imports: export names that were asked for, collected here.
    """

    names: Mapping[str, Json]
    attribute: Callable[[str, str], Json]
    imports: Mapping[str, str]
    region: str
    conditions: Mapping[str, Json] = field(default_factory=dict)
    mappings: Mapping[str, Json] = field(default_factory=dict)
    used_imports: set[str] = field(default_factory=set)

    def resolve(self, value: Json) -> Json:
        """Return ``value`` with every function replaced by what it gives.

        Raises:
            TemplateError: a name, attribute, export or function is unknown.
        """
        resolved = self._resolve(value)
        return None if resolved is NO_VALUE else resolved

    def condition(self, name: str) -> bool:
        """Return the condition ``name``.

        Raises:
            TemplateError: there is none of that name.
        """
        if name not in self.conditions:
            raise TemplateError(f"condition {name} does not exist")
        return self.holds(self.conditions[name])

    def holds(self, value: Json) -> bool:
        """Return the truth of a condition expression."""
        return str(self._resolve(value)).lower() == "true"

    def _resolve(self, value: Json) -> Json:
        if isinstance(value, list):
            items = [self._resolve(item) for item in value]
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in ("Ref", "Condition") or name.startswith("Fn::"):
                function = _FUNCTIONS.get(name)
                if function is not None and (name != "Condition" or isinstance(argument, str)):
                    return function(self, argument)
                if name.startswith("Fn::"):
                    raise TemplateError(f"function {name} is not supported here")
        resolved = {key: self._resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def _ref(self, name: str) -> Json:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name not in self.names:
            raise TemplateError(f"Ref to {name}, which does not exist or was not created")
        return self.names[name]

    def _get_att(self, argument: Json) -> Json:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self.attribute(logical_id, self._resolve(attribute))

    def _sub(self, argument: Json) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument
        values = {name: self._resolve(value) for name, value in own.items()}

        def replacement(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in values:
                return str(values[name])
            return str(self._get_att(name) if "." in name else self._ref(name))

        return _SUB.sub(replacement, text)

    def _join(self, argument: Json) -> str:
        separator, parts = argument
        return str(separator).join(str(part) for part in self._resolve(parts))

    def _select(self, argument: Json) -> Json:
        index, items = self._resolve(argument)
        try:
            return items[int(index)]
        except IndexError as error:
            raise TemplateError(f"Fn::Select {index} of {len(items)} items") from error

    def _split(self, argument: Json) -> list[str]:
        separator, text = self._resolve(argument)
        return str(text).split(separator)

    def _zones(self, argument: Json) -> list[str]:
        region = self._resolve(argument) or self.region
        return [f"{region}{zone}" for zone in ZONES]

    def _import(self, argument: Json) -> str:
        name = self._resolve(argument)
        if name not in self.imports:
            raise TemplateError(f"No export named {name} found")
        self.used_imports.add(name)
        return self.imports[name]

    def _if(self, argument: Json) -> Json:
        name, chosen, other = argument
        return self._resolve(chosen if self.condition(name) else other)

    def _map(self, argument: Json) -> Json:
        name, first, second = (self._resolve(part) for part in argument)
        try:
            return self.mappings[name][first][second]
        except KeyError as error:
            raise TemplateError(f"mapping {name} has no {first}.{second}") from error

    def _equals(self, argument: Json) -> bool:
        left, right = self._resolve(argument)
        return str(left) == str(right)

    def _contains(self, argument: Json) -> bool:
        items, value = self._resolve(argument)
        return value in items


_FUNCTIONS: dict[str, Callable[[Resolver, Json], Json]] = {
    "Ref": Resolver._ref,
    "Condition": Resolver.condition,
    "Fn::GetAtt": Resolver._get_att,
    "Fn::Sub": Resolver._sub,
    "Fn::Join": Resolver._join,
    "Fn::Select": Resolver._select,
    "Fn::Split": Resolver._split,
    "Fn::GetAZs": Resolver._zones,
    "Fn::ImportValue": Resolver._import,
    "Fn::If": Resolver._if,
    "Fn::FindInMap": Resolver._map,
    "Fn::Base64": lambda self, text: base64.b64encode(self._resolve(text).encode()).decode(),
    "Fn::ToJsonString": lambda self, value: json.dumps(self._resolve(value)),
    "Fn::Equals": Resolver._equals,
    "Fn::Not": lambda self, argument: not self.holds(argument[0]),
    "Fn::And": lambda self, argument: all(self.holds(item) for item in argument),
    "Fn::Or": lambda self, argument: any(self.holds(item) for item in argument),
    "Fn::Contains": Resolver._contains,
}

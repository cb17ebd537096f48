"""A template: its text parsed, its parameters chosen, its resources in order of dependency."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

import yaml
from moto.cloudformation.utils import yaml_tag_constructor

from vss.local.aws_api.cloudformation.errors import TemplateError

Json = Any
_SUB_NAME = re.compile(r"\$\{(?!!)([A-Za-z0-9.:]+)\}")
_SECTIONS = frozenset(
    {
        "AWSTemplateFormatVersion",
        "Description",
        "Metadata",
        "Parameters",
        "Rules",
        "Mappings",
        "Conditions",
        "Resources",
        "Outputs",
    }
)
_RESOURCE_KEYS = frozenset(
    {
        "Type",
        "Properties",
        "DependsOn",
        "Condition",
        "Metadata",
        "DeletionPolicy",
        "UpdateReplacePolicy",
    }
)


class _Loader(yaml.SafeLoader):
    """Plain YAML with CloudFormation's short tags (``!Ref`` …)."""


_Loader.add_multi_constructor("", yaml_tag_constructor)


def parse(text: str) -> dict[str, Json]:
    """Return the template of ``text``, JSON or YAML.

    Raises:
        TemplateError: it is no template, or has a section or resource attribute we do not know.
    """
    try:
        template = json.loads(text)
    except ValueError:
        try:
            template = yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from SafeLoader
        except yaml.YAMLError as error:
            raise TemplateError(f"the template is neither JSON nor YAML: {error}") from error
    if not isinstance(template, dict) or not template.get("Resources"):
        raise TemplateError("Template format error: at least one Resources member must be defined")
    _refuse_unknown("template section", set(template), _SECTIONS)
    for logical_id, resource in template["Resources"].items():
        _refuse_unknown(f"attribute of resource {logical_id}", set(resource), _RESOURCE_KEYS)
    return template


def _refuse_unknown(what: str, given: set[str], known: frozenset[str]) -> None:
    unknown = sorted(given - known)
    if unknown:
        raise TemplateError(
            f"{what} {', '.join(unknown)} is not supported here; known: {', '.join(sorted(known))}"
        )


def references(value: Json) -> Iterator[str]:
    """Yield the logical ids that ``value`` refers to by Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield str(item)
            elif key == "Fn::GetAtt":
                yield item.partition(".")[0] if isinstance(item, str) else str(item[0])
            else:
                if key == "Fn::Sub":
                    text = item if isinstance(item, str) else item[0]
                    yield from (name.partition(".")[0] for name in _SUB_NAME.findall(text))
                yield from references(item)


def in_order(resources: Mapping[str, Json]) -> list[str]:
    """Return the logical ids so that each comes after all it depends on.

    Raises:
        TemplateError: resources depend on each other in a circle, or on one that does not exist.
    """
    graph: dict[str, set[str]] = {}
    for logical_id, resource in resources.items():
        explicit = resource.get("DependsOn", [])
        named = {explicit} if isinstance(explicit, str) else set(explicit)
        unknown = sorted(named - set(resources))
        if unknown:
            raise TemplateError(
                f"{logical_id} depends on {', '.join(unknown)}, which does not exist"
            )
        used = {name for name in references(resource.get("Properties", {})) if name in resources}
        graph[logical_id] = named | used
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise TemplateError(f"circular dependency: {' -> '.join(error.args[1])}") from error

"""The JSON Schema of FDL files, for editors: ``python -m vss.continuum.fdl.schema``."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from vss.continuum.fdl.federation import FEDERATION_BEFORE_4_1
from vss.continuum.fdl.models import Workflow
from vss.continuum.fdl.oscar import CLUSTER_DEFAULTS, READ_ONLY_KEYS
from vss.continuum.fdl.tree import KeyPath
from vss.paths import REPOSITORY

SCHEMA_FILE = REPOSITORY / "workflows" / "fdl.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def fdl_schema() -> dict[str, Any]:
    """Return the JSON Schema; what the models check over several keys is not in it."""
    schema = Workflow.model_json_schema()
    _add_older_keys(schema["$defs"])
    for part in (schema, *schema["$defs"].values()):
        required = part.get("required", ())
        for key, value in part.get("properties", {}).items():
            if key not in required:
                part["properties"][key] = _or_null(value)
    _refuse_other_names(schema)
    return {"$schema": _DIALECT, **schema, "title": "Functions Definition Language"}


def _refuse_other_names(part: Any) -> None:
    """Let maps by id or by variable have no key that is not named as one."""
    if isinstance(part, dict):
        if "patternProperties" in part:
            part["additionalProperties"] = False
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            _refuse_other_names(item)


def _add_older_keys(definitions: dict[str, Any]) -> None:
    service = definitions["OscarService"]["properties"]
    for older, newer in FEDERATION_BEFORE_4_1.items():
        service[older] = definitions["Federation"]["properties"][newer] | {"deprecated": True}
    service.update({key: {"readOnly": True} for key in READ_ONLY_KEYS})
    cluster = definitions["Cluster"]["properties"]
    cluster.update({key: {"readOnly": True} for key in CLUSTER_DEFAULTS})


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    """Allow null, which is ignored: the key counts as absent."""
    kind = value.get("type")
    if isinstance(kind, str) and "enum" not in value and "const" not in value:
        return value | {"type": [kind, "null"]}
    if isinstance(kind, list):
        return value | {"type": [*dict.fromkeys([*kind, "null"])]}
    if "anyOf" in value:
        choices = [choice for choice in value["anyOf"] if choice != {"type": "null"}]
        return value | {"anyOf": [*choices, {"type": "null"}]}
    if value.get("readOnly"):
        return value
    extra = {key: value[key] for key in ("default", "deprecated") if key in value}
    rest = {key: item for key, item in value.items() if key not in extra}
    return {"anyOf": [rest, {"type": "null"}]} | extra


def keys_at(path: KeyPath) -> tuple[str, ...]:
    """Return the keys that the map at a path may have; none where any key may be."""
    schema = fdl_schema()
    part: dict[str, Any] = schema
    for step in path:
        part = _below(_resolved(schema, part), step)
    return tuple(_resolved(schema, part).get("properties", ()))


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    for choice in part.get("anyOf", ()):
        if "$ref" in choice:
            part = choice
    if "$ref" in part:
        found: dict[str, Any] = schema["$defs"][part["$ref"].rpartition("/")[2]]
        return found
    return part


def _below(part: dict[str, Any], step: str | int) -> dict[str, Any]:
    if isinstance(step, int):
        items: dict[str, Any] = part.get("items", {})
        return items
    if step in part.get("properties", {}):
        found: dict[str, Any] = part["properties"][step]
        return found
    return next(iter(part.get("patternProperties", {}).values()), {})


def schema_text() -> str:
    """Return the content of the schema file."""
    return json.dumps(fdl_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text())

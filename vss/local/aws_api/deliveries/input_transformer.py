"""EventBridge's input transformer, after its user guide (*Input transformation*)."""

from __future__ import annotations

import json
import re
from typing import Any

Json = Any
_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")


class TransformError(Exception):
    """A template or a path that cannot be applied to the event."""


def transform(target: dict[str, Json], event: dict[str, Json]) -> str:
    """Return what the target is sent for ``event``: transformed, constant, or the event itself.

    Raises:
        TransformError: the template names a value it has no path for, or a path is not supported.
    """
    if "Input" in target:
        return str(target["Input"])
    transformer = target.get("InputTransformer")
    if transformer is None:
        return json.dumps(event)
    paths = transformer.get("InputPathsMap", {})
    values = {name: _value(path, event) for name, path in paths.items()}
    return _filled(str(transformer["InputTemplate"]), values)


def _value(path: str, event: Json) -> Json:
    if not path.startswith("$"):
        raise TransformError(f"path {path!r}, want one that begins with $.")
    value = event
    for name in path.removeprefix("$").split(".")[1:]:
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value


def _filled(template: str, values: dict[str, Json]) -> str:
    """Fill the template: inside quotes the bare text of a value, elsewhere its JSON."""
    parts: list[str] = []
    quoted = False
    position = 0
    for match in _PLACEHOLDER.finditer(template):
        before = template[position : match.start()]
        parts.append(before)
        quoted ^= (before.count('"') - before.count('\\"')) % 2 == 1
        position = match.end()
        name = match[1]
        if name not in values:
            raise TransformError(f"<{name}> has no path; known: {', '.join(sorted(values))}")
        value = values[name]
        if quoted:
            text = value if isinstance(value, str) else json.dumps(value)
            parts.append(json.dumps(text)[1:-1])
        else:
            parts.append(json.dumps(value))
    return "".join([*parts, template[position:]])

"""Comparing properties as a template states them with properties as the APIs tell them."""

from __future__ import annotations

import json
from typing import Any

Json = Any


def canonical(value: Json) -> Json:
    """Return ``value`` so that two ways to write the same compare equal.

    Numbers and truth values become text, lists lose their order and a list of one its brackets
    (policies allow both), tags become a map, and what is empty is left out.
    """
    if isinstance(value, dict):
        items = {str(key): canonical(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item not in ("", [], {}, None)}
    if isinstance(value, list):
        if value and all(
            isinstance(item, dict) and set(item) == {"Key", "Value"} for item in value
        ):
            return {item["Key"]: str(item["Value"]) for item in value}
        members = sorted((canonical(item) for item in value), key=_order)
        return members[0] if len(members) == 1 else members
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() else str(value)
    return value


def _is_tag(item: Json) -> bool:
    return isinstance(item, dict) and set(item) == {"Key", "Value"}


def _order(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def same(name: str, wanted: Json, found: Json) -> bool:
    """Tell whether the property ``name`` is as wanted; tags beyond the wanted ones do no harm."""
    one, other = canonical(wanted), canonical(found)
    if name == "Tags" and isinstance(one, dict) and isinstance(other, dict):
        return all(other.get(key) == value for key, value in one.items())
    return bool(one == other)

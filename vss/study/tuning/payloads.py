"""The payloads of the invocations of one power value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from deep_learning.errors import ConfigurationError


def payloads(payload: Any, num: int) -> list[bytes]:
    """Return ``num`` payloads, JSON text: all the same, or in proportion to their weights.

    As there, a text that is JSON is passed on as it is, any other becomes a JSON text, and the
    last of weighted payloads fills up what rounding down leaves.

    Args:
        payload: any value, or a list of {payload, weight}.
        num: how many.

    Raises:
        ConfigurationError: there are more weighted payloads than invocations, or one of them has
            so little weight that it would get none.
    """
    if not _is_weighted(payload):
        return [_text(payload)] * num
    if num < len(payload):
        raise ConfigurationError(
            f"payload holds {len(payload)} weighted payloads, num is {num}; give as many at least"
        )
    total = sum(item["weight"] for item in payload)
    found: list[bytes] = []
    for index, item in enumerate(payload):
        count = int(item["weight"] * num // total)
        if count < 1:
            raise ConfigurationError(
                f"payload {index + 1} of {len(payload)} has weight {item['weight']:g} of {total:g}:"
                f" with num {num} it is never used; raise num"
            )
        if index == len(payload) - 1:
            count = num - len(found)
        found += [_text(item["payload"])] * count
    return found


def _is_weighted(payload: Any) -> bool:
    return (
        isinstance(payload, Sequence)
        and not isinstance(payload, str)
        and len(payload) > 0
        and all(_has_weight(item) for item in payload)
    )


def _has_weight(item: Any) -> bool:
    if not isinstance(item, dict) or not {"payload", "weight"} <= item.keys():
        return False
    weight = item["weight"]
    return type(weight) in (int, float) and weight > 0


def _text(payload: Any) -> bytes:
    if isinstance(payload, str):
        try:
            json.loads(payload)
        except ValueError:
            return json.dumps(payload).encode()
        return payload.encode()
    return json.dumps(payload).encode()

"""EventBridge's input transformer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vss.local.aws_api.deliveries.input_transformer import TransformError, transform

EVENT = {"time": "now", "detail": {"object": {"key": 'a"b', "size": 3}}}
PATHS = {"key": "$.detail.object.key", "size": "$.detail.object.size", "none": "$.detail.x"}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('"key <key> of <size>"', '"key a\\"b of 3"'),
        (
            '{"key": <key>, "size": <size>, "none": <none>}',
            '{"key": "a\\"b", "size": 3, "none": null}',
        ),
        ('{"text": "is <size>", "n": <size>}', '{"text": "is 3", "n": 3}'),
    ],
)
def test_templates_are_filled_as_json(template: str, expected: str) -> None:
    target = {"InputTransformer": {"InputPathsMap": PATHS, "InputTemplate": template}}
    filled = transform(target, EVENT)
    assert filled == expected
    json.loads(filled)


@pytest.mark.parametrize(
    ("target", "expected"),
    [({"Input": '{"vss": "warm"}'}, '{"vss": "warm"}'), ({}, json.dumps(EVENT))],
)
def test_without_a_transformer(target: dict[str, Any], expected: str) -> None:
    assert transform(target, EVENT) == expected


@pytest.mark.parametrize(
    ("paths", "template"), [({}, '"<key>"'), ({"key": "detail.key"}, '"<key>"')]
)
def test_what_cannot_be_filled_is_an_error(paths: dict[str, str], template: str) -> None:
    target = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    with pytest.raises(TransformError):
        transform(target, EVENT)

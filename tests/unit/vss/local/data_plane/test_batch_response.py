import json
from typing import Any

import pytest

from vss.local.data_plane.batch_response import failed_messages

IDS = frozenset({"a", "b", "c"})
NONE: frozenset[str] = frozenset()


def response(*failures: Any) -> bytes:
    return json.dumps({"batchItemFailures": list(failures)}).encode()


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        # Lambda guide: "a batch as a complete success"
        (response(), NONE),
        (b'{"batchItemFailures": null}', NONE),
        (b"{}", NONE),
        (b"null", NONE),
        (b"", NONE),
        (b'{"statusCode": 200}', NONE),
        # exactly those that are named
        (response({"itemIdentifier": "b"}), {"b"}),
        (response({"itemIdentifier": "b"}, {"itemIdentifier": "a"}), {"a", "b"}),
        (response({"itemIdentifier": "b"}, {"itemIdentifier": "b"}), {"b"}),
        (response(*({"itemIdentifier": name} for name in IDS)), IDS),
        # "a batch as a complete failure"
        (b"not json", IDS),
        (response({"itemIdentifier": ""}), IDS),
        (response({"itemIdentifier": None}), IDS),
        (response({"itemidentifier": "a"}), IDS),
        (response({"messageId": "a"}), IDS),
        (response({"itemIdentifier": "a"}, {"itemIdentifier": "unknown"}), IDS),
        (response({"itemIdentifier": 1}), IDS),
        (response("a"), IDS),
        (b'{"batchItemFailures": "a"}', IDS),
        (b'{"batchItemFailures": {"itemIdentifier": "a"}}', IDS),
        (b'"done"', IDS),
        (b"[]", IDS),
        (b"true", IDS),
    ],
)
def test_the_rules_for_partial_batch_responses(answer: bytes, failed: set[str]) -> None:
    assert failed_messages(answer, IDS) == failed

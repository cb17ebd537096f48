"""Which messages of a batch failed, by Lambda's rules for partial batch responses.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet


def failed_messages(response: bytes, message_ids: AbstractSet[str]) -> AbstractSet[str]:
    """Return the ids of the messages that go back to the queue.

    Nothing failed where the response, or its list of failures, is null, empty or absent. Everything
    failed where the response is no JSON object, the list is none, or an identifier is missing,
    empty or none of the batch: a function that cannot name its failures must not lose them.

    Args:
        response: what the function returned.
        message_ids: of the batch.
    """
    try:
        answer = json.loads(response) if response.strip() else None
    except ValueError:
        return message_ids
    if answer is None:
        return frozenset()
    if not isinstance(answer, dict):
        return message_ids
    failures = answer.get("batchItemFailures")
    if failures is None:
        return frozenset()
    if not isinstance(failures, list):
        return message_ids
    named = {_identifier(failure) for failure in failures}
    return named if named <= message_ids else message_ids


def _identifier(failure: object) -> str:
    name = failure.get("itemIdentifier") if isinstance(failure, dict) else None
    return name if isinstance(name, str) else ""

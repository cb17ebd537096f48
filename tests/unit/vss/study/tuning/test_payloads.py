from collections import Counter
from typing import Any

import pytest
from deep_learning.errors import ConfigurationError

from vss.study.tuning.payloads import payloads


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"a": 1}, b'{"a": 1}'),
        ([1, 2], b"[1, 2]"),
        ('{"already": "JSON"}', b'{"already": "JSON"}'),
        ("just a text", b'"just a text"'),
        ([{"payload": 1}], b'[{"payload": 1}]'),
        ([{"payload": 1, "weight": 0}], b'[{"payload": 1, "weight": 0}]'),
        ({}, b"{}"),
    ],
)
def test_one_payload_is_sent_every_time(payload: Any, text: bytes) -> None:
    assert payloads(payload, 3) == [text] * 3


@pytest.mark.parametrize(
    ("weights", "num", "counts"),
    [
        ([5, 15, 30], 100, [10, 30, 60]),
        # 3.33 each, rounded down; the last fills up.
        ([1, 1, 1], 10, [3, 3, 4]),
        ([0.5, 0.5], 5, [2, 3]),
        ([1], 5, [5]),
    ],
)
def test_weighted_payloads(weights: list[float], num: int, counts: list[int]) -> None:
    weighted = [{"payload": index, "weight": weight} for index, weight in enumerate(weights)]
    found = Counter(payloads(weighted, num))
    assert [found[str(index).encode()] for index in range(len(weights))] == counts


@pytest.mark.parametrize(
    ("weights", "num", "reason"),
    [([1] * 6, 5, "6 weighted payloads, num is 5"), ([1, 99], 10, "payload 1 of 2 has weight 1")],
)
def test_weights_that_do_not_work_out(weights: list[float], num: int, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        payloads([{"payload": {}, "weight": weight} for weight in weights], num)

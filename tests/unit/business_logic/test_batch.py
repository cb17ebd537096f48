"""Order of a batch, its deadline, its response."""

from __future__ import annotations

from itertools import count

import pytest
from business_logic.batch import (
    LEAST_TIME_FOR_ONE_MS,
    TIME_TO_ANSWER_MS,
    in_order,
    process_batch,
)
from business_logic.events import QueueMessage


def message(name: str, receive_count: int = 1) -> QueueMessage:
    return QueueMessage(name, "", receive_count)


def never_recorded(_: QueueMessage) -> bool:
    return False


def names(messages: list[QueueMessage]) -> str:
    return "".join(item.message_id for item in messages)


@pytest.mark.parametrize(("receive_count", "order"), [(1, "abcdef"), (2, "fedcba")])
def test_the_order_turns_round_with_the_second_delivery(receive_count: int, order: str) -> None:
    assert names(in_order([message(name, receive_count) for name in "cafebd"])) == order


def test_from_the_third_delivery_on_the_order_is_shuffled_the_same_everywhere() -> None:
    orders = [
        names(in_order([message(name, number) for name in order]))
        for number in (3, 4, 5)
        for order in ("abcdef", "fedcba")
    ]
    assert orders[0::2] == orders[1::2]
    assert len({*orders, "abcdef", "fedcba"}) == 5


def test_what_failed_less_comes_first() -> None:
    messages = [message("a", 4), message("b", 1), message("c", 2), message("d", 1), message("e", 2)]
    assert names(in_order(messages)) == "bdeca"


@pytest.mark.parametrize("size", range(2, 11))
@pytest.mark.parametrize("poison", range(10))
def test_every_neighbour_is_handled_before_a_message_that_ends_the_process(
    size: int, poison: int
) -> None:
    if poison >= size:
        return
    handled: set[str] = set()
    for receive_count in (1, 2):
        order = in_order([message(str(number), receive_count) for number in range(size)])
        handled |= {
            item.message_id
            for item in order[: [item.message_id for item in order].index(str(poison))]
        }
    assert handled == {str(number) for number in range(size)} - {str(poison)}


class Clock:
    """Time until the invocation ends; each message takes the time its body says."""

    def __init__(self, remaining_ms: int) -> None:
        self.remaining_ms = remaining_ms
        self.handled: list[str] = []

    def handle(self, item: QueueMessage) -> None:
        self.handled.append(item.message_id)
        self.remaining_ms -= int(item.body)

    def run(self, *durations_ms: int) -> list[str]:
        """Return the messages, m0, m1 …, that are returned."""
        messages = [QueueMessage(f"m{n}", str(ms), 1) for n, ms in enumerate(durations_ms)]
        told = []
        response = process_batch(
            messages,
            self.handle,
            lambda item, error: told.append((item.message_id, str(error))),
            lambda: self.remaining_ms,
            never_recorded,
        )
        returned = [item["itemIdentifier"] for item in response["batchItemFailures"]]
        assert [name for name, _ in told] == returned
        assert all(error.startswith("not begun: ") for _, error in told)
        return returned


NEEDED_MS = LEAST_TIME_FOR_ONE_MS + TIME_TO_ANSWER_MS


@pytest.mark.parametrize(
    ("remaining_ms", "durations_ms", "back"),
    [
        (10_000, [100] * 3, []),
        (NEEDED_MS + 200, [100] * 4, ["m3"]),
        (NEEDED_MS + 99, [100] * 3, ["m1", "m2"]),
        (NEEDED_MS + 100, [100] * 3, ["m2"]),
        (10_000, [4000, 100, 100], []),
        (10_000, [5000, 1000, 1000], ["m1", "m2"]),
        (8_500, [4000, 1, 1], ["m2"]),
        (10, [5, 5], ["m1"]),
    ],
)
def test_a_message_is_begun_only_while_the_slowest_so_far_would_fit(
    remaining_ms: int, durations_ms: list[int], back: list[str]
) -> None:
    assert Clock(remaining_ms).run(*durations_ms) == back


def test_the_first_message_is_always_begun() -> None:
    clock = Clock(remaining_ms=0)
    assert clock.run(1, 1) == ["m1"]
    assert clock.handled == ["m0"]


@pytest.mark.parametrize("failing", ["", "a", "b", "c", "ac", "abc"])
def test_whatever_a_message_raises_returns_that_message_alone(failing: str) -> None:
    told, calls = [], count()

    def handle(item: QueueMessage) -> None:
        next(calls)
        if item.message_id in failing:
            raise RuntimeError(item.message_id)

    response = process_batch(
        [message(name) for name in "abc"],
        handle,
        lambda item, error: told.append((item.message_id, str(error))),
        lambda: 30_000,
        never_recorded,
    )
    assert response == {"batchItemFailures": [{"itemIdentifier": name} for name in failing]}
    assert told == [(name, name) for name in failing]
    assert next(calls) == 3


def test_where_a_message_is_settled_all_others_come_back_and_none_is_handled() -> None:
    handled: list[QueueMessage] = []
    told: list[tuple[str, str]] = []
    messages = [message("a", 3), message("b", 1), message("c", 4), message("d", 3)]
    response = process_batch(
        messages,
        handled.append,
        lambda item, error: told.append((item.message_id, str(error))),
        lambda: 30_000,
        lambda item: item.message_id in "bcd",
    )
    assert response == {"batchItemFailures": [{"itemIdentifier": name} for name in "ab"]}
    assert told == [(name, "not begun: recorded neighbours are settled") for name in "ab"]
    assert handled == []

"""Order of a batch, its deadline, its response, and what overlaps in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from business_logic.batch import in_order, process_batch
from business_logic.events import QueueMessage
from business_logic.pace import LEAST_TIME_FOR_ONE_MS, TIME_TO_ANSWER_MS

from tests.batch_work import ProcessEnded, frame, simple_work, work_of


def message(name: str, receive_count: int = 1) -> QueueMessage:
    return QueueMessage(name, "", receive_count)


def names(messages: list[QueueMessage]) -> str:
    return "".join(item.message_id for item in messages)


@pytest.mark.parametrize(("receive_count", "order"), [(1, "abcdef"), (2, "fedcba"), (4, "abcdef")])
def test_the_order_is_forwards_backwards_and_at_the_fourth_delivery_forwards(
    receive_count: int, order: str
) -> None:
    assert names(in_order([message(name, receive_count) for name in "cafebd"])) == order


def test_at_the_third_and_fifth_delivery_the_order_is_shuffled_the_same_everywhere() -> None:
    orders = [
        names(in_order([message(name, number) for name in order]))
        for number in (3, 5)
        for order in ("abcdef", "fedcba")
    ]
    assert orders[0::2] == orders[1::2]
    assert len({*orders, "abcdef", "fedcba"}) == 4


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

    def analyse(self, item: QueueMessage) -> None:
        self.handled.append(item.message_id)
        self.remaining_ms -= int(item.body)

    def run(self, *durations_ms: int) -> list[str]:
        """Return the messages, m0, m1 …, that are returned."""
        messages = [QueueMessage(f"m{n}", str(ms), 1) for n, ms in enumerate(durations_ms)]
        told = []

        def failed(item: QueueMessage, error: Exception) -> None:
            told.append((item.message_id, str(error)))

        work = simple_work(self.analyse, failed=failed)
        response = process_batch(messages, work, lambda: self.remaining_ms)
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


class Failures:
    """What was told of the messages that came back."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def __call__(self, item: QueueMessage, error: Exception) -> None:
        self.told.append((item.message_id, str(error)))


def fail_for(failing: str) -> Callable[[QueueMessage], None]:
    def step(item: QueueMessage) -> None:
        if item.message_id in failing:
            raise RuntimeError(item.message_id)

    return step


@pytest.mark.parametrize("part", ["analyse", "read", "write"])
@pytest.mark.parametrize("receive_count", [1, 2])
@pytest.mark.parametrize("failing", ["", "a", "b", "c", "ac", "abc"])
def test_whatever_a_message_raises_returns_that_message_alone(
    failing: str, receive_count: int, part: str
) -> None:
    failures, ended = Failures(), []

    def done(item: QueueMessage) -> None:
        ended.append(item.message_id)

    steps: dict[str, Callable[[QueueMessage], None]] = {"analyse": lambda _: None, "write": done}
    fail = fail_for(failing)
    if part == "write":

        def write(item: QueueMessage) -> None:
            fail(item)
            done(item)

        steps["write"] = write
    else:
        steps[part] = fail
    response = process_batch(
        [message(name, receive_count) for name in "abc"],
        simple_work(**steps, failed=failures),
        lambda: 30_000,
    )
    order = "abc" if receive_count == 1 else "cba"
    back = [name for name in order if name in failing]
    assert response == {"batchItemFailures": [{"itemIdentifier": name} for name in back]}
    assert failures.told == [(name, name) for name in back]
    assert ended == [name for name in order if name not in failing]


def test_a_message_that_cannot_be_read_comes_back_and_one_without_an_image_is_done() -> None:
    def frames(item: QueueMessage) -> list[object]:
        fail_for("b")(item)
        return [] if item.message_id == "c" else [frame(item.message_id)]

    failures, written = Failures(), []
    work = work_of(frames, lambda _: None, lambda _: None, written.append, failures)
    response = process_batch([message(name) for name in "abcd"], work, lambda: 30_000)
    assert response == {"batchItemFailures": [{"itemIdentifier": "b"}]}
    assert failures.told == [("b", "b")]
    assert written == ["a", "d"]


@pytest.mark.parametrize(
    ("failing", "written"), [("a0", "a1 b0"), ("a1", "a0 b0"), ("b0", "a0 a1")]
)
def test_a_message_of_several_images_comes_back_once_where_any_of_them_fails(
    failing: str, written: str
) -> None:
    done: list[str] = []

    def write(name: str) -> None:
        if name == failing:
            raise RuntimeError(name)
        done.append(name)

    def frames(item: QueueMessage) -> list[object]:
        return [frame(item.message_id + number) for number in item.body]

    failures = Failures()
    work = work_of(frames, lambda _: None, lambda _: None, write, failures)
    messages = [QueueMessage("a", "01", 1), QueueMessage("b", "0", 1)]
    response = process_batch(messages, work, lambda: 30_000)
    assert response == {"batchItemFailures": [{"itemIdentifier": failing[0]}]}
    assert failures.told == [(failing[0], failing)]
    assert done == written.split()


@pytest.mark.parametrize("part", ["read", "analyse", "write"])
def test_what_no_message_survives_ends_the_batch_once_the_rest_is_written(part: str) -> None:
    written: list[str] = []

    def end(item: QueueMessage) -> None:
        if item.message_id == "b":
            raise ProcessEnded

    def write(item: QueueMessage) -> None:
        if part == "write":
            end(item)
        written.append(item.message_id)

    steps = {"analyse": lambda _: None, "write": write}
    if part != "write":
        steps[part] = end
    with pytest.raises(ProcessEnded):
        process_batch([message(name) for name in "abc"], simple_work(**steps), lambda: 30_000)
    assert written == ["a"]


def test_where_time_ran_short_what_is_being_written_is_finished_and_its_failure_told() -> None:
    left_ms = [30_000]
    failures = Failures()

    def analyse(_: QueueMessage) -> None:
        left_ms[0] = 1000

    work = simple_work(analyse, write=fail_for("a"), failed=failures)
    response = process_batch([message(name) for name in "abc"], work, lambda: left_ms[0])
    returned = sorted(item["itemIdentifier"] for item in response["batchItemFailures"])
    assert returned == ["a", "b", "c"]
    assert ("a", "a") in failures.told


def test_where_a_message_is_settled_all_others_come_back_and_none_is_handled() -> None:
    handled: list[QueueMessage] = []
    failures = Failures()
    messages = [message("a", 3), message("b", 1), message("c", 4), message("d", 3)]
    response = process_batch(
        messages,
        simple_work(
            handled.append, failed=failures, recorded=lambda item: item.message_id in "bcd"
        ),
        lambda: 30_000,
    )
    assert response == {"batchItemFailures": [{"itemIdentifier": name} for name in "ab"]}
    assert failures.told == [(name, "not begun: recorded neighbours are settled") for name in "ab"]
    assert handled == []

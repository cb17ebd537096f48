"""What is settled, and what becomes of batches with messages that end the process."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations

import pytest
from business_logic import overlap
from business_logic.batch import process_batch
from business_logic.events import QueueMessage
from business_logic.settling import settled
from deep_learning.errors import TransientError

from tests.batch_work import ProcessEnded, simple_work

MOST_RECEIVES = 5
BATCH = 10


def batch_of(*counts: int) -> list[QueueMessage]:
    """Return messages a, b … that were received so often."""
    return [QueueMessage("abcdefghij"[n], "", count) for n, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("counts", "recorded", "expected", "asked"),
    [
        ((), "", "", ""),
        ((1, 1), "ab", "", ""),
        ((2, 2, 1), "abc", "", ""),
        ((3,), "a", "", ""),
        ((5,), "a", "", ""),
        ((3, 3), "", "", "ab"),
        ((3, 3), "a", "a", "ab"),
        ((3, 3, 3), "abc", "abc", "abc"),
        ((3, 1), "ab", "a", "a"),
        ((3, 2), "b", "", "a"),
        ((1, 5, 2, 4, 3), "abcd", "bd", "bde"),
    ],
)
def test_settled_is_what_came_three_times_and_is_recorded(
    counts: tuple[int, ...], recorded: str, expected: str, asked: str
) -> None:
    looked_for = []

    def is_recorded(message: QueueMessage) -> bool:
        looked_for.append(message.message_id)
        return message.message_id in recorded

    found = settled(batch_of(*counts), is_recorded)
    assert "".join(sorted(message.message_id for message in found)) == expected
    assert "".join(looked_for) == asked


@pytest.mark.parametrize("failing", "abc")
def test_nothing_is_settled_where_it_cannot_be_told_what_is_recorded(failing: str) -> None:
    def is_recorded(message: QueueMessage) -> bool:
        if message.message_id == failing:
            raise TransientError("listing refused")
        return True

    assert settled(batch_of(3, 3, 3), is_recorded) == frozenset()


class Result:
    """Plays a future that is there as its result is waited for."""

    def __init__(self, result: Callable[[], object]) -> None:
        self.result = result

    def cancel(self) -> None:
        pass


class AsLateAsCanBe:
    """Plays a thread that does nothing until its result is waited for."""

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, action: Callable[..., object], *values: object) -> Result:
        return Result(lambda: action(*values))

    def shutdown(self, **_: object) -> None:
        pass


class AtOnce(AsLateAsCanBe):
    """Plays a thread that is done before the one that started it goes on."""

    def submit(self, action: Callable[..., object], *values: object) -> Result:
        result = action(*values)
        return Result(lambda: result)


@pytest.fixture(params=[AtOnce, AsLateAsCanBe], ids=["at once", "as late as can be"])
def loses_a_record(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let threads be as fast or as slow as can be; tell whether what they write may be lost."""
    monkeypatch.setattr(overlap, "ThreadPoolExecutor", request.param)
    return request.param is AsLateAsCanBe


class Simulation:
    """A queue whose messages stay together, and a function that poison ends.

    Attributes:
        recorded: messages that have their record.
        acknowledged: messages that the queue deleted.
        dead_letters: messages that were received too often.
        kills: receives that ended the process.
    """

    def __init__(self, ids: list[str], poison: set[str], lookup_works: bool = True) -> None:
        self.waiting = dict.fromkeys(ids, 0)
        self.poison = poison
        self.lookup_works = lookup_works
        self.recorded: set[str] = set()
        self.acknowledged: set[str] = set()
        self.dead_letters: set[str] = set()
        self.kills: list[int] = []

    def run(self) -> Simulation:
        for number in range(1, MOST_RECEIVES + 1):
            self.deliver(list(self.waiting), number)
        self.dead_letters = set(self.waiting)
        return self

    def deliver(self, ids: list[str], number: int) -> None:
        if not ids:
            return
        for name in ids:
            self.waiting[name] += 1
        messages = [QueueMessage(name, "", self.waiting[name]) for name in ids]
        work = simple_work(self.analyse, write=self.write, recorded=self.is_recorded)
        self.alive = True
        try:
            response = process_batch(messages, work, lambda: 30_000)
        except ProcessEnded:
            self.kills.append(number)
            return
        returned = {item["itemIdentifier"] for item in response["batchItemFailures"]}
        for name in set(ids) - returned:
            self.acknowledged.add(name)
            del self.waiting[name]

    def analyse(self, message: QueueMessage) -> None:
        if message.message_id in self.poison:
            self.alive = False
            raise ProcessEnded

    def write(self, message: QueueMessage) -> None:
        if self.alive:
            self.recorded.add(message.message_id)

    def is_recorded(self, message: QueueMessage) -> bool:
        if not self.lookup_works:
            raise TransientError("listing refused")
        return message.message_id in self.recorded


IDS = [f"{number:02}" for number in range(BATCH)]


@pytest.mark.parametrize("poison", IDS)
def test_one_poison_in_ten_ends_as_the_one_dead_letter(poison: str, loses_a_record: bool) -> None:
    result = Simulation(IDS, {poison}).run()
    neighbours = set(IDS) - {poison}
    assert result.recorded == result.acknowledged == neighbours
    assert result.dead_letters == {poison}
    predecessor_settled_last = loses_a_record and poison != IDS[0]
    assert result.kills == ([1, 2, 4] if predecessor_settled_last else [1, 2, 4, 5])


def test_a_poison_takes_the_record_before_it_along_at_the_first_receive_only(
    loses_a_record: bool,
) -> None:
    simulation = Simulation(IDS, {IDS[4]})
    simulation.deliver(IDS, 1)
    assert simulation.recorded == set(IDS[: 3 if loses_a_record else 4])
    simulation.deliver(IDS, 2)
    assert simulation.recorded == set(IDS) - set(IDS[3:5] if loses_a_record else IDS[4:5])


@pytest.mark.parametrize("size", range(2, BATCH))
def test_one_poison_in_fewer_ends_as_the_one_dead_letter(size: int, loses_a_record: bool) -> None:
    for poison in IDS[:size]:
        result = Simulation(IDS[:size], {poison}).run()
        assert result.recorded == result.acknowledged == set(IDS[:size]) - {poison}
        assert result.dead_letters == {poison}


@pytest.mark.parametrize("poison", IDS)
def test_where_records_cannot_be_looked_for_neighbours_are_recorded_all_the_same(
    poison: str, loses_a_record: bool
) -> None:
    result = Simulation(IDS, {poison}, lookup_works=False).run()
    assert result.recorded == set(IDS) - {poison}
    assert result.dead_letters == set(IDS)


@pytest.mark.parametrize("poison", list(combinations(IDS, 2)))
def test_of_two_poisons_every_neighbour_is_recorded_or_a_dead_letter(
    poison: tuple[str, str], loses_a_record: bool
) -> None:
    result = Simulation(IDS, set(poison)).run()
    outside = set(IDS[: IDS.index(poison[0])] + IDS[IDS.index(poison[1]) + 1 :])
    assert outside <= result.acknowledged <= result.recorded
    assert result.acknowledged | result.dead_letters == set(IDS)
    assert set(poison) <= result.dead_letters


def scattered(seed: int) -> Callable[[list[str]], list[list[str]]]:
    """Return what splits the waiting messages into batches as a queue may: anyhow."""
    chance = random.Random(seed)  # noqa: S311

    def split(ids: list[str]) -> list[list[str]]:
        mixed = chance.sample(ids, len(ids))
        batches = []
        while mixed:
            size = chance.randint(1, BATCH)
            batches.append(mixed[:size])
            mixed = mixed[size:]
        return batches

    return split


@pytest.mark.parametrize("seed", range(50))
def test_however_batches_are_mixed_nothing_is_acknowledged_without_its_record(
    seed: int, loses_a_record: bool
) -> None:
    ids = [f"{number:02}" for number in range(30)]
    split = scattered(seed)
    poison = set(split(ids)[0][:3])
    simulation = Simulation(ids, poison)
    for number in range(MOST_RECEIVES):
        for batch in split(list(simulation.waiting)):
            simulation.deliver(batch, number)
    assert simulation.acknowledged <= simulation.recorded
    assert simulation.acknowledged | set(simulation.waiting) == set(ids)
    assert poison <= set(simulation.waiting)

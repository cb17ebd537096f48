"""Which frame bears an alert, whatever the order in which frames come and however often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from business_logic.alert_rules import AlertRules
from business_logic.alerts import FRAME_KINDS, AlertKind, Occasion
from business_logic.sightings import CameraState, Sighting, judge, judge_without_past
from hypothesis import given, settings
from hypothesis import strategies as st

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
RULES = AlertRules(FRAME_KINDS, 2, 3, timedelta(seconds=300))
# What a letter of a test shows.
SHOWN = {
    "C": Occasion(AlertKind.CAMERA_COVERED),
    "U": Occasion(AlertKind.UNKNOWN_PERSON),
    "a": Occasion(AlertKind.KNOWN_PERSON, "ann"),
    "b": Occasion(AlertKind.KNOWN_PERSON, "bob"),
}


def frames(shown: str | Sequence[str], every_s: float = 1.0) -> list[Sighting]:
    """A frame for each item, which shows its letters; ``.`` is nothing."""
    return [
        Sighting(
            f"{number:020x}",
            START + timedelta(seconds=number * every_s),
            "",
            frozenset(SHOWN[letter] for letter in letters if letter != "."),
        )
        for number, letters in enumerate(shown)
    ]


def alerts(arriving: Iterable[Sighting], rules: AlertRules = RULES) -> list[tuple[int, str]]:
    """What is alerted of: the number of the frame, and the letter."""
    letters = {occasion: letter for letter, occasion in SHOWN.items()}
    state, found = CameraState(), []
    for sighting in arriving:
        state, granted = judge(state, sighting, rules)
        number = int(sighting.frame, 16)
        found += [(number, letter) for letter in sorted(letters[one] for one in granted)]
    return found


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("......", []),
        ("C.....", []),
        ("CC", [(1, "C")]),
        ("C.C", [(2, "C")]),
        ("C..C", []),
        ("C..C.C", [(5, "C")]),
        ("CCCCCCCC", [(1, "C")]),
        (".U....", [(1, "U")]),
        ("UUUUUU", [(0, "U")]),
        ("a.....", []),
        ("ab", []),
        ("ab.ab", []),
        ("aba", [(2, "a")]),
        ("abab", [(2, "a"), (3, "b")]),
        (["ab", "ab"], [(1, "a"), (1, "b")]),
        (["aU", "aU"], [(0, "U"), (1, "a")]),
        ("aC.a", []),
    ],
)
def test_frames_in_their_order(shown: Sequence[str], expected: list[tuple[int, str]]) -> None:
    assert alerts(frames(shown)) == expected


@pytest.mark.parametrize(
    ("confirmed", "window", "shown", "expected"),
    [
        (1, 1, "C.C", [(0, "C")]),
        (1, 5, ".a.", [(1, "a")]),
        (3, 3, "CC.CCC", [(5, "C")]),
        (3, 5, "C.C.C", [(4, "C")]),
        (3, 5, "C.C..C", []),
        (2, 20, "a" + 18 * "." + "a", [(19, "a")]),
        (2, 20, "a" + 19 * "." + "a", []),
    ],
)
def test_k_of_n_frames_confirm(
    confirmed: int, window: int, shown: str, expected: list[tuple[int, str]]
) -> None:
    rules = replace(RULES, confirmed_frames=confirmed, window=window)
    assert alerts(frames(shown), rules) == expected


@pytest.mark.parametrize(
    ("cooldown_s", "expected"),
    [
        (0, [(number, "C") for number in range(1, 9)]),
        (20, [(1, "C"), (3, "C"), (5, "C"), (7, "C")]),
        (25, [(1, "C"), (4, "C"), (7, "C")]),
        (86_400, [(1, "C")]),
    ],
)
def test_after_an_alert_there_is_none_of_its_kind_until_the_cooldown_is_over(
    cooldown_s: int, expected: list[tuple[int, str]]
) -> None:
    rules = replace(RULES, cooldown=timedelta(seconds=cooldown_s))
    assert alerts(frames("CCCCCCCCC", every_s=10), rules) == expected


def test_the_cooldown_of_one_person_is_not_that_of_another() -> None:
    assert alerts(frames("aabbaUU")) == [(1, "a"), (3, "b"), (5, "U")]


def test_a_quiet_camera_leaves_no_state() -> None:
    state = CameraState()
    for sighting in frames("." * 9):
        after, _ = judge(state, sighting, RULES)
        assert after == state


def test_after_something_was_seen_two_quiet_frames_are_kept_and_no_third() -> None:
    state = CameraState()
    changes = []
    for sighting in frames("..C......"):
        after, _ = judge(state, sighting, RULES)
        changes.append(after != state)
        state = after
    assert changes == [False, False, True, True, True, False, False, False, False]


def test_what_is_kept_is_bounded() -> None:
    state = CameraState()
    rules = replace(RULES, cooldown=timedelta())
    for sighting in frames(["abCU"] * 500, every_s=60):
        state, _ = judge(state, sighting, rules)
    assert len(state.sightings) == 64
    # Those of the last three hours, as far as there is room.
    assert len(state.raised) == 256
    long = replace(RULES, cooldown=timedelta(hours=1))
    for sighting in frames(["U"] * 100, every_s=4000):
        state, _ = judge(state, sighting, long)
    assert len(state.raised) == 32


def test_of_people_nothing_is_kept_where_no_alert_is_about_them() -> None:
    rules = replace(RULES, kinds=frozenset({AlertKind.CAMERA_COVERED, AlertKind.UNKNOWN_PERSON}))
    state = CameraState()
    for sighting in frames("U.CC.UUC"):
        state, _ = judge(state, sighting, rules)
    occasions = {one for sighting in state.sightings for one in sighting.seen}
    occasions |= {alert.occasion for alert in state.raised}
    assert occasions == {SHOWN["C"], SHOWN["U"]}


@pytest.mark.parametrize("shown", ["CC", "C.C", "CCC", "a.aa", ".aab"])
def test_in_every_order_what_is_confirmed_is_raised_once(shown: str) -> None:
    letter = "C" if "C" in shown else "a"
    for order in permutations(frames(shown)):
        found = alerts(order)
        assert [one for _, one in found].count(letter) == 1, order
        # The last one to come bears it, so that its record is still to be written.
        number = next(number for number, one in found if one == letter)
        assert shown[number] == letter


def test_of_frames_of_one_time_the_sequencer_tells_the_order() -> None:
    first, second, third, fourth = (
        replace(sighting, time=START, sequencer=sequencer)
        for sighting, sequencer in zip(frames("C..C"), ("04", "02", "03", "01"), strict=True)
    )
    assert alerts([first, second, third, fourth]) == []
    assert alerts([replace(first, sequencer="01A"), second, third, fourth]) == [(3, "C")]


def test_a_frame_that_comes_again_gets_its_own_alerts_again_and_no_others() -> None:
    state = CameraState()
    first, second, third = frames("aaa")
    for sighting in (first, second, third):
        state, _ = judge(state, sighting, RULES)
    for sighting, granted in ((first, set()), (second, {SHOWN["a"]}), (third, set())):
        again, found = judge(state, sighting, RULES)
        assert (again, found) == (state, granted)


def test_one_frame_confirms_nothing_however_often_it_comes() -> None:
    (only,) = frames("C")
    assert alerts([only] * 5) == []


def test_without_a_past_everything_is_raised_and_the_past_begins() -> None:
    only, second = frames(["abCU", "C"])
    state, granted = judge_without_past(only, RULES)
    assert granted == set(SHOWN.values())
    assert judge(state, only, RULES) == (state, granted)
    assert judge(state, second, RULES)[1] == set()
    assert judge_without_past(frames(".")[0], RULES) == (CameraState(), set())


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Sighting], list[Sighting], AlertRules]:
    """Frames as they were taken, and as they come: in any order, some of them again."""
    shown = draw(st.lists(st.text("CUab", max_size=3), min_size=1, max_size=12))
    taken = frames(["".join(sorted(set(one))) or "." for one in shown], every_s=10)
    again = draw(st.lists(st.sampled_from(taken), max_size=12))
    window = draw(st.integers(1, 5))
    rules = AlertRules(
        FRAME_KINDS,
        draw(st.integers(1, window)),
        window,
        timedelta(seconds=draw(st.sampled_from((0, 10, 35, 60, 86_400)))),
    )
    return taken, draw(st.permutations(taken + again)), rules


@settings(max_examples=400, deadline=None, derandomize=True)
@given(arrivals())
def test_no_order_and_no_redelivery_brings_a_second_alert_or_loses_one(
    given_frames: tuple[list[Sighting], list[Sighting], AlertRules],
) -> None:
    taken, arriving, rules = given_frames
    times = {sighting.frame: sighting.time for sighting in taken}
    borne: dict[str, frozenset[Occasion]] = {}
    state = CameraState()
    for sighting in arriving:
        state, granted = judge(state, sighting, rules)
        # The same frame, the same alerts.
        assert borne.setdefault(sighting.frame, granted) == granted
    for occasion in SHOWN.values():
        raised = sorted(times[frame] for frame, found in borne.items() if occasion in found)
        assert all(after - before >= rules.cooldown for before, after in pairwise(raised))
        for run in confirming(taken, occasion, rules):
            assert any(
                abs(time - sighting.time) <= rules.cooldown for time in raised for sighting in run
            ), f"{occasion}: nothing is raised near {run[0].time}"


def confirming(
    taken: list[Sighting], occasion: Occasion, rules: AlertRules
) -> list[list[Sighting]]:
    """The frames of each window, in the order they were taken in, that confirm an occasion."""
    awaited = rules.awaits_confirmation(occasion.kind)
    needed, length = (rules.confirmed_frames, rules.window) if awaited else (1, 1)
    windows = (taken[start : start + length] for start in range(len(taken)))
    showing = ([one for one in window if occasion in one.seen] for window in windows)
    return [found for found in showing if len(found) >= needed]

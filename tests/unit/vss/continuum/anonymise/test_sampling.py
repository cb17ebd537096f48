from __future__ import annotations

import numpy as np
import pytest
from deep_learning.errors import ConfigurationError
from hypothesis import given
from hypothesis import strategies as st

from vss.continuum.anonymise.sampling import PacketIndex, Sample, choose, runs_of

MS = 0.001


def index(times_ms: list[int], keys: list[int] | None = None, last_ms: int = 40) -> PacketIndex:
    marked = np.zeros(len(times_ms), bool)
    marked[keys or [0]] = True
    return PacketIndex(np.array(times_ms, np.int64), marked, MS, last_ms * MS)


def every(step_ms: float, seconds: float) -> list[int]:
    return [round(number * step_ms) for number in range(round(seconds * 1000 / step_ms))]


@pytest.mark.parametrize(
    ("step_ms", "seconds", "expected"),
    [
        (40, 186, 37),  # the paper's video
        (40, 185, 37),
        (40, 187.4, 37),
        (40, 187.6, 38),
        (1000 / 29.97, 60.06, 12),
        (1000 / 24, 62.6, 13),
        (1000, 60, 12),
        (7000, 70, 10),  # fewer frames than slices: none twice
        (40, 60, 12),
        (40, 1, 1),
        (40, 0.04, 1),
    ],
)
def test_one_frame_of_each_five_seconds(step_ms: float, seconds: float, expected: int) -> None:
    samples = choose(index(every(step_ms, seconds), last_ms=round(step_ms)), 5.0)
    assert [sample.number for sample in samples] == list(range(1, expected + 1))


def test_the_frame_nearest_to_the_middle_is_taken_and_time_starts_with_the_first_frame() -> None:
    samples = choose(index([90_000 + time for time in every(40, 11)]), 5.0)
    assert [sample.time_s for sample in samples] == pytest.approx([2.48, 7.48])
    assert [sample.packet for sample in samples] == [62, 187]


def test_a_pause_gives_no_frame_and_no_frame_is_taken_twice() -> None:
    samples = choose(index([*every(100, 6), 3_600_000, 3_602_000, 3_604_000]), 5.0)
    assert [sample.time_s for sample in samples] == pytest.approx([2.5, 5.9, 3602.0])


@pytest.mark.parametrize("wrong", [2**40, 2**62])
def test_an_absurd_time_stamp_asks_for_no_more_frames_than_there_are(wrong: int) -> None:
    assert 1 <= len(choose(index([0, 40, wrong]), 5.0)) <= 2


@pytest.mark.parametrize("interval", [0.0, 0.03, -1.0, 3601.0, float("nan"), float("inf")])
def test_an_interval_out_of_range_is_refused(interval: float) -> None:
    with pytest.raises(ConfigurationError, match=r"interval is .* s; allowed are 0\.04 to 3600 s"):
        choose(index([0, 40]), interval)


def test_decoding_begins_at_the_key_before_the_frame_or_before_that_for_a_leading_one() -> None:
    # Stored: key at 0, frames, key at 5000, then a frame shown before it.
    stored = index([0, 1000, 5000, 2500, 7500], keys=[0, 2])
    samples = choose(stored, 5.0)
    assert [(sample.packet, sample.start) for sample in samples] == [(3, 0), (4, 2)]


def test_runs_that_overlap_are_decoded_once() -> None:
    samples = [Sample(1, 2.5, 62, 0), Sample(2, 7.5, 187, 0), Sample(3, 12.5, 312, 250)]
    runs = runs_of(samples)
    assert [(run.start, run.end, len(run.samples)) for run in runs] == [(0, 187, 2), (250, 312, 1)]


@given(st.lists(st.integers(-(2**50), 2**50), min_size=1, max_size=60), st.floats(0.05, 3600))
def test_any_time_stamps_give_frames_in_order_each_once(times: list[int], interval: float) -> None:
    samples = choose(index(times), interval)
    packets = [sample.packet for sample in samples]
    assert 1 <= len(samples) <= len(times)
    assert len(set(packets)) == len(packets)
    assert [sample.time_s for sample in samples] == sorted(sample.time_s for sample in samples)
    assert all(0 <= sample.start <= sample.packet for sample in samples)
    assert sorted(one.packet for run in runs_of(samples) for one in run.samples) == sorted(packets)

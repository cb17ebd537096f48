"""Stages are timed by name, in order, also where they fail."""

import time

import pytest
from business_logic.stage_clock import StageClock


def test_stages_are_timed_in_order_and_repeated_ones_add_up() -> None:
    clock = StageClock()
    for name, seconds in (("decode", 0.02), ("pose", 0.0), ("decode", 0.02)):
        with clock.stage(name):
            time.sleep(seconds)
    assert list(clock.timings_ms) == ["decode", "pose"]
    assert clock.timings_ms["decode"] >= 40
    assert clock.timings_ms["pose"] < clock.timings_ms["decode"]


def test_a_stage_that_fails_is_timed_and_fails() -> None:
    clock = StageClock()
    with pytest.raises(ZeroDivisionError), clock.stage("decode"):
        fail_after(0.01)
    assert clock.timings_ms["decode"] >= 10


def fail_after(seconds: float) -> None:
    time.sleep(seconds)
    raise ZeroDivisionError

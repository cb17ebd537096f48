import json

import pytest

from vss.study.reproduction.validation import Billed, ReplayError, compare, read_journal

GB_S = 0.0000166667
REQUEST = 0.0000002


def entry(**changes: object) -> str:
    given = {"error_type": None, "failed": 0, "messages": 1, "duration_ms": 40.0, "init_ms": None}
    return json.dumps(given | changes)


def test_prediction_against_a_run() -> None:
    cold, warm = [Billed(100.0, 900.0)], [Billed(39.0), Billed(41.0)]
    run = [Billed(100.0, 900.0), *[Billed(44.0)] * 99]
    found = compare(cold, warm, run, 1024)
    # Two cold ones of a second are foreseen and 98 warm ones of 40 ms.
    assert found.predicted_usd == pytest.approx((2 * 1.0 + 98 * 0.040) * GB_S + 100 * REQUEST)
    assert found.billed_usd == pytest.approx((1.0 + 99 * 0.044) * GB_S + 100 * REQUEST)
    assert (found.invocations, found.cold) == (100, 1)
    assert found.holds


@pytest.mark.parametrize(
    ("ms", "holds"), [(36.0, False), (37.0, True), (44.0, True), (45.5, False)]
)
def test_a_tenth_is_tolerated(ms: float, holds: bool) -> None:
    warm, run = [Billed(40.0)], [Billed(ms)] * 1000
    # Cold ones as quick as warm ones, so that the durations alone decide.
    assert compare(warm, warm, run, 10_240).holds is holds


def test_journal() -> None:
    lines = [entry(init_ms=900.0), entry(duration_ms=41.0)]
    assert read_journal(lines, 2) == [Billed(40.0, 900.0), Billed(41.0)]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([entry()], "2 frames were dropped; the journal has 1 invocations"),
        ([entry(), entry(error_type="E")], "2 invocations, 1 of them failed"),
        ([entry(), entry(failed=1)], "1 of them failed"),
        ([entry(), entry(messages=2)], "2 frames"),
    ],
)
def test_a_run_that_cannot_be_compared(lines: list[str], reason: str) -> None:
    with pytest.raises(ReplayError, match=reason):
        read_journal(lines, 2)

"""Who is invoked when, and what becomes of a power value that fails."""

from __future__ import annotations

from typing import Any

import pytest

from vss.study.tuning.power_stats import Invocation
from vss.study.tuning.tuned_function import PowerValueFailed, TuningError
from vss.study.tuning.tuner import tune
from vss.study.tuning.tuning_input import TuningInput


class Scripted:
    """A function that takes as many milliseconds as MB, and fails where told."""

    architecture = "x86_64"

    def __init__(self, failing: dict[int, int]) -> None:
        self.failing, self.calls = failing, list[tuple[int, list[int]]]()

    def invoke(self, power: int, numbers: range) -> list[Invocation]:
        self.calls.append((power, list(numbers)))
        if self.failing.get(power) in numbers:
            raise PowerValueFailed(f"failed at {power}")
        return [Invocation(float(power), power) for _ in numbers]


def tuned(function: Scripted, **fields: Any) -> tuple[Any, int]:
    advanced: list[int] = []
    given = {"powerValues": [512, 256], "num": 5, **fields}
    return tune(TuningInput.of(given), function, advanced.append), sum(advanced)


def test_power_values_take_turns_of_ten() -> None:
    function = Scripted({})
    found, advanced = tuned(function, num=25)
    assert [(power, numbers[0], numbers[-1]) for power, numbers in function.calls] == [
        (512, 0, 9),
        (256, 0, 9),
        (512, 10, 19),
        (256, 10, 19),
        (512, 20, 24),
        (256, 20, 24),
    ]
    assert [len(one.invocations) for one in found.measured] == [25, 25]
    assert advanced == 50


def test_parallel_ones_come_at_once() -> None:
    function = Scripted({})
    tuned(function, num=25, parallelInvocation=True)
    assert function.calls == [(512, list(range(25))), (256, list(range(25)))]


def test_no_more_than_eight_side_by_side() -> None:
    function = Scripted({})
    powers = list(range(128, 138))
    tuned(function, powerValues=powers, num=20)
    assert [power for power, _ in function.calls] == [*powers[:8] * 2, *powers[8:] * 2]


def test_a_power_value_that_fails_is_given_up() -> None:
    function = Scripted({256: 12})
    found, advanced = tuned(function, num=30)
    assert [numbers[0] for power, numbers in function.calls if power == 256] == [0, 10]
    assert found.measured[1].failure == "failed at 256"
    assert found.measured[1].invocations == ()
    assert (found.optimum.power, advanced) == (512, 60)


def test_nothing_that_works_is_an_error_with_all_reasons() -> None:
    with pytest.raises(TuningError, match=r"512 MB: failed at 512; 256 MB: failed at 256"):
        tuned(Scripted({512: 0, 256: 4}))


def test_dry_run_decides_nothing() -> None:
    found, _ = tuned(Scripted({}), dryRun=True)
    assert (found.optimum, found.optima) == (None, {})
    assert [len(one.invocations) for one in found.measured] == [1, 1]

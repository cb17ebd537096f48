"""Our function measured on this machine: power tuning, the cost model against a replayed run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from rich.console import Console

from tests.end_to_end.frames import jpeg
from vss.local.data_plane.sandbox import detect
from vss.study.laboratory import Laboratory
from vss.study.reproduction.validation import Replay, validate
from vss.study.subject import Subject
from vss.study.tuning.command import Output, tune_local
from vss.study.tuning.local_function import LocalFunction
from vss.study.tuning.tuned_function import PowerValueFailed
from vss.study.tuning.tuning_input import TuningInput

QUIET = Console(quiet=True)
UNREADABLE = {
    "messageId": "1",
    "body": "no JSON",
    "attributes": {"ApproximateReceiveCount": "1"},
}


@pytest.fixture(scope="module")
def subject(tiny_manifest: Path, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    enforcement = detect(wanted=True)
    if not (enforcement.isolated and enforcement.limited):
        pytest.skip(f"functions cannot be sandboxed here: {enforcement.missing}")
    photograph = tmp_path_factory.mktemp("study") / "frame.jpg"
    photograph.write_bytes(jpeg(1, 720, 1280))
    return Subject(tiny_manifest, "demo", photograph)


@pytest.fixture(scope="module")
def laboratory(subject: Subject) -> Iterator[Laboratory]:
    with subject.laboratory(QUIET) as running:
        yield running


def tuned(laboratory: Laboratory, subject: Subject, **fields: object) -> LocalFunction:
    wanted = TuningInput.of(fields)
    return LocalFunction(laboratory, laboratory.deployed_package(), wanted, subject.image())


def test_one_cold_start_then_warm_ones(laboratory: Laboratory, subject: Subject) -> None:
    first, *rest = tuned(laboratory, subject).invoke(1769, range(5))
    assert first.init_ms is not None
    assert first.billed_ms >= first.init_ms + first.duration_ms
    assert [one.init_ms for one in rest] == [None] * 4


def test_only_cold_starts(laboratory: Laboratory, subject: Subject) -> None:
    found = tuned(laboratory, subject, onlyColdStarts=True).invoke(1769, range(2))
    assert all(one.init_ms for one in found)


def test_less_memory_is_less_cpu(laboratory: Laboratory, subject: Subject) -> None:
    function = tuned(laboratory, subject)
    small, large = (function.invoke(power, range(1))[0].init_ms or 0.0 for power in (442, 1769))
    # A quarter of the CPU; twice the time at the very least, whatever else this machine does.
    assert small > 2 * large > 0


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"no": "batch"}, "InvalidMessage"),
        ({"Records": [UNREADABLE]}, "handed 1 messages back"),
    ],
    ids=["fails", "hands back"],
)
def test_a_power_value_without_a_result_says_why(
    laboratory: Laboratory, subject: Subject, payload: object, reason: str
) -> None:
    with pytest.raises(PowerValueFailed, match=reason):
        tuned(laboratory, subject, payload=payload).invoke(1769, range(1))


def test_tune_writes_results_and_picture(
    laboratory: Laboratory,
    subject: Subject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One deployment is enough for all.
    monkeypatch.setattr(Subject, "laboratory", lambda *_: nullcontext(laboratory))
    wanted = TuningInput.of({"powerValues": [256, 1769], "num": 5, "includeOutputResults": True})
    document = tune_local(wanted, subject, Output(tmp_path, QUIET))
    assert document["results"]["power"] in (256, 1769)
    assert document["optima"]["speed"] == 1769
    assert [one["warm"]["count"] for one in document["powerValues"]] == [4, 4]
    assert {path.name for path in tmp_path.iterdir()} == {"result.json", "power.png", "power.svg"}


def test_predicted_cost_of_a_replayed_run(subject: Subject) -> None:
    # A quarter of a vCPU: its quota sets the pace, not what else this machine does.
    replay = Replay(frames=40, per_s=5.0, memory_mb=442, sample=20)
    found = validate(subject, subject.image(), replay, QUIET)
    assert found.invocations == 40
    assert 1 <= found.cold <= 2
    # The tenth is for `vss study validate`: on a busy machine 40 invocations scatter more.
    assert abs(found.error) < 0.3

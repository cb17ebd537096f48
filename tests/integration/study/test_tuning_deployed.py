"""`vss tune` against a deployed function: what it finds, and that it leaves nothing behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from deep_learning.errors import SurveillanceError
from rich.console import Console

from tests.scripted_lambda import Answer, Invoked, ScriptedLambda
from vss.study.tuning import deployed_function
from vss.study.tuning.command import NOTE, Output, restore_from, tune_deployed
from vss.study.tuning.deployed_function import Invoker
from vss.study.tuning.invoker import Patience
from vss.study.tuning.restoration import Restoration
from vss.study.tuning.tuned_function import TuningError
from vss.study.tuning.tuning_input import TuningInput

Json = dict[str, Any]
POWERS = [512, 1024, 2048]


def halving(invoked: Invoked) -> Answer:
    """Half the time for twice the memory up to 1,024 MB, no faster beyond; first calls are cold."""
    duration_ms = 102_400 / min(invoked.memory_mb, 1024)
    return Answer(duration_ms, init_ms=900.0 if invoked.number == 0 else None)


def tuned(function: str, folder: Path, **fields: Any) -> Json:
    given = {"lambdaARN": function, "powerValues": POWERS, "num": 5, "payload": {"a": 1}, **fields}
    stated = {name: value for name, value in given.items() if value is not None}
    return tune_deployed(TuningInput.of(stated), None, Output(folder, Console(quiet=True)))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Invoker.__init__, "__defaults__", (Patience(tries=3, first_s=0.01),))


def name_of(function: str) -> str:
    return function.rpartition(":")[2]


def test_finds_the_optimum_and_leaves_the_function_as_it_was(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    before = scripted.state(name_of(function))
    scripted.script = halving
    document = tuned(function, tmp_path, strategy="cost", includeOutputResults=True)
    assert scripted.state(name_of(function)) == before
    results = document["results"]
    # 200 ms at 512 MB and 100 ms at 1,024 MB cost the same: the faster one wins.
    assert (results["power"], results["duration"]) == (1024, 100)
    assert results["cost"] == pytest.approx(0.1 * 0.0000166667)
    assert document["optima"] == {"cost": 1024, "speed": 1024, "balanced": 1024}
    assert [one["value"] for one in results["stats"]] == POWERS
    cold, warm = (document["powerValues"][0][phase] for phase in ("cold", "warm"))
    assert (cold["count"], cold["init_ms"], cold["duration_ms"]) == (1, 900, 200)
    assert (warm["count"], warm["duration_ms"]) == (4, 200)
    # Five calls: 1,100 ms billed for the cold one, 200 for the others; at 512, 1,024, 2,048 MB.
    gb_s = (1.1 + 4 * 0.2) * 0.5 + (1.0 + 4 * 0.1) * 1 + (1.0 + 4 * 0.1) * 2
    assert results["stateMachine"]["lambdaCost"] == pytest.approx(gb_s * 0.0000166667)
    assert json.loads((tmp_path / "result.json").read_text()) == document
    assert (tmp_path / "power.png").stat().st_size > 10_000
    assert not (tmp_path / NOTE).exists()
    assert {one.payload for one in scripted.invoked} == {b'{"a": 1}'}


def test_only_cold_starts_publish_a_version_for_each_invocation(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    before = scripted.state(name_of(function))
    scripted.script = halving
    document = tuned(function, tmp_path, powerValues=[1024], onlyColdStarts=True)
    assert document["powerValues"][0]["cold"]["count"] == 5
    assert document["powerValues"][0]["warm"] is None
    assert scripted.state(name_of(function)) == before


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            Answer(error="Unhandled", body=b'{"errorType": "KeyError", "errorMessage": "\'a\'"}'),
            "failed: KeyError: 'a'",
        ),
        (
            Answer(
                error="Unhandled",
                body=b'{"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"}',
            ),
            "Sandbox.Timedout: Task timed out",
        ),
        (Answer(error="Unhandled", body=b"gibberish"), "failed and does not say how"),
        (Answer(status=429), "throttled 3 times in a row"),
        (Answer(body=b'{"batchItemFailures": [{"itemIdentifier": "1"}]}'), "handed 1 messages"),
    ],
    ids=["fails", "times out", "says nothing", "throttled", "hands back"],
)
def test_a_power_value_without_a_result_is_a_row_that_says_why(
    scripted: ScriptedLambda, function: str, tmp_path: Path, answer: Answer, reason: str
) -> None:
    before = scripted.state(name_of(function))
    scripted.script = lambda invoked: answer if invoked.memory_mb == 512 else halving(invoked)
    document = tuned(function, tmp_path)
    row = document["powerValues"][0]
    assert row["value"] == 512
    assert reason in row["error"]
    assert document["results"]["power"] == 1024
    assert scripted.state(name_of(function)) == before


def test_throttling_that_passes_is_waited_for(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    scripted.script = lambda invoked: Answer(status=429) if invoked.number == 1 else Answer()
    document = tuned(function, tmp_path, powerValues=[512])
    assert document["results"]["duration"] == 100
    assert len(scripted.invoked) == 6


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(error="Unhandled", body=b'{"errorType": "E"}'), "no power value has a result"),
        (Answer(log="not a report"), "holds no REPORT"),
    ],
)
def test_what_cannot_be_measured_at_all_leaves_nothing_changed(
    scripted: ScriptedLambda, function: str, tmp_path: Path, answer: Answer, reason: str
) -> None:
    before = scripted.state(name_of(function))
    scripted.script = lambda invoked: answer
    with pytest.raises(TuningError, match=reason):
        tuned(function, tmp_path)
    assert scripted.state(name_of(function)) == before
    assert not (tmp_path / NOTE).exists()


def test_a_function_that_does_not_exist_is_named(scripted: ScriptedLambda, tmp_path: Path) -> None:
    missing = "arn:aws:lambda:eu-west-1:123456789012:function:missing"
    with pytest.raises(TuningError, match=r"function:missing cannot be read"):
        tuned(missing, tmp_path)
    assert not (tmp_path / NOTE).exists()


def test_auto_optimize_leaves_the_optimum_and_nothing_else_changed(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    before = scripted.state(name_of(function))
    scripted.script = halving
    tuned(function, tmp_path, autoOptimize=True)
    latest = [("$LATEST", 1024, "ours")]
    published = [one for one in before["versions"] if one[0] != "$LATEST"]
    wanted = {**before, "memory": 1024, "versions": latest + published}
    assert scripted.state(name_of(function)) == wanted


@pytest.mark.parametrize("alias", ["live", "fresh"])
def test_auto_optimize_points_an_alias_to_the_optimum(
    scripted: ScriptedLambda, function: str, tmp_path: Path, alias: str
) -> None:
    scripted.script = halving
    tuned(function, tmp_path, autoOptimize=True, autoOptimizeAlias=alias)
    client, name = scripted.client(), name_of(function)
    found = client.get_function_configuration(FunctionName=name, Qualifier=alias)
    assert (found["MemorySize"], found["Description"]) == (1024, "ours")
    numbers = [version[0] for version in scripted.state(name)["versions"]]
    assert numbers == ["$LATEST", "1", found["Version"]]


def test_dry_run_invokes_once_and_decides_nothing(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    document = tuned(function, tmp_path, dryRun=True, autoOptimize=True)
    assert len(scripted.invoked) == len(POWERS)
    assert "results" not in document
    assert scripted.state(name_of(function))["memory"] == 777


def test_all_at_once(scripted: ScriptedLambda, function: str, tmp_path: Path) -> None:
    together = threading.Barrier(5, timeout=20)

    def script(invoked: Invoked) -> Answer:
        together.wait()
        return Answer()

    scripted.script = script
    assert tuned(function, tmp_path, parallelInvocation=True)["results"]["power"] == 512


def test_processors_run_before_and_after(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    before, after = (scripted.create_function(f"{name_of(function)}{end}") for end in "ba")

    def script(invoked: Invoked) -> Answer:
        made = {name_of(before): b'{"made": 1}', name_of(function): b'{"done": 1}'}
        return Answer(body=made.get(invoked.function, b"null"))

    scripted.script = script
    fields = {"preProcessorARN": before, "postProcessorARN": after}
    tuned(function, tmp_path, powerValues=[512], dryRun=True, **fields)
    assert [(one.function, one.payload) for one in scripted.invoked] == [
        (name_of(before), b'{"a": 1}'),
        (name_of(function), b'{"made": 1}'),
        (name_of(after), b'{"done": 1}'),
    ]


def test_what_somebody_else_changed_meanwhile_stays(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    def script(invoked: Invoked) -> Answer:
        scripted.client().update_function_configuration(
            FunctionName=name_of(function), MemorySize=333, Description="theirs"
        )
        return Answer()

    scripted.script = script
    tuned(function, tmp_path, powerValues=[512], dryRun=True)
    found = scripted.state(name_of(function))
    assert (found["memory"], found["description"]) == (333, "theirs")
    assert [version[0] for version in found["versions"]] == ["$LATEST", "1"]


def test_what_cannot_be_restored_is_said_and_can_be_finished_later(
    scripted: ScriptedLambda, function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scripted.state(name_of(function))

    def refuse(*arguments: object) -> None:
        raise TuningError("access is gone")

    with monkeypatch.context() as patched:
        patched.setattr(deployed_function, "restore", refuse)
        with pytest.raises(TuningError, match=r"access is gone; `vss tune --restore .*json`"):
            tuned(function, tmp_path)
    assert scripted.state(name_of(function)) != before
    restore_from(tmp_path / NOTE, None)
    assert scripted.state(name_of(function)) == before
    assert not (tmp_path / NOTE).exists()


def test_restoring_a_function_that_is_gone_is_done(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    Restoration.of(function, 128, "").write(tmp_path / NOTE)
    scripted.client().delete_function(FunctionName=name_of(function))
    restore_from(tmp_path / NOTE, None)
    assert not (tmp_path / NOTE).exists()


class Run:
    """`vss tune` as a process that is stopped in the middle of its invocations."""

    def __init__(self, scripted: ScriptedLambda, function: str, folder: Path) -> None:
        self.reached, go_on = threading.Event(), threading.Event()

        def script(invoked: Invoked) -> Answer:
            if len(scripted.invoked) > 6:
                self.reached.set()
                go_on.wait(10)
            return Answer()

        scripted.script = script
        fields = ["--lambdaARN", function, "--powerValues", "512,1024", "--num", "5"]
        command_line = ["tune", *fields, "--payload", "{}", "--out", str(folder)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vss", *command_line],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.reached.wait(60), self.process.stderr and self.process.stderr.read()
        self._go_on = go_on

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        time.sleep(0.2)
        self._go_on.set()
        status = self.process.wait(60)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status


def test_a_signal_in_the_middle_leaves_nothing_behind(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    before = scripted.state(name_of(function))
    run = Run(scripted, function, tmp_path)
    assert scripted.state(name_of(function)) != before
    assert run.end(signal.SIGTERM) == 130
    assert scripted.state(name_of(function)) == before
    assert not (tmp_path / NOTE).exists()


def test_after_a_kill_in_the_middle_restore_finishes_the_job(
    scripted: ScriptedLambda, function: str, tmp_path: Path
) -> None:
    before = scripted.state(name_of(function))
    run = Run(scripted, function, tmp_path)
    assert run.end(signal.SIGKILL) == -signal.SIGKILL
    left = scripted.state(name_of(function))
    assert left["memory"] == 1024
    assert len(left["versions"]) == len(before["versions"]) + 2
    again = ["--lambdaARN", function, "--payload", "{}", "--out", str(tmp_path)]
    refused = subprocess.run(
        [sys.executable, "-m", "vss", "tune", *again], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "a tuning was cut off" in refused.stderr
    note = str(tmp_path / NOTE)
    restored = subprocess.run(
        [sys.executable, "-m", "vss", "tune", "--restore", note],
        capture_output=True,
        text=True,
        check=True,
    )
    assert restored.stdout == f"{function} has 777 MB again\n"
    assert scripted.state(name_of(function)) == before


def test_payload_from_s3(scripted: ScriptedLambda, function: str, tmp_path: Path) -> None:
    s3 = scripted.server.client("s3")
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="payloads", CreateBucketConfiguration=place)
    s3.put_object(Bucket="payloads", Key="a/b.json", Body=b'{"from": "s3"}')
    s3.put_object(Bucket="payloads", Key="empty", Body=b" ")

    def tuned_with(key: str) -> Json:
        return tuned(
            function, tmp_path, payload=None, payloadS3=f"s3://payloads/{key}", dryRun=True
        )

    tuned_with("a/b.json")
    assert scripted.invoked[0].payload == b'{"from": "s3"}'
    for key, reason in (("none", "cannot be read"), ("empty", "is empty")):
        with pytest.raises(SurveillanceError, match=reason):
            tuned_with(key)

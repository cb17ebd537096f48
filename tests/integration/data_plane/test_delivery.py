"""Messages from a queue through a function: nothing lost, whatever the function does."""

from __future__ import annotations

import json
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.local_functions import LocalAws, RunningPlane, queue_arn, wait_until
from vss.local.data_plane import cgroup

Run = Callable[..., RunningPlane]

# Does what a message says when it comes for the first time; else it says that it handled it.
ACTING = """
import ctypes, json, os, sys, time

def act(deed):
    if deed == "raise": raise ValueError("told to")
    if deed == "exit": os._exit(3)
    if deed == "quit": sys.exit(0)
    if deed == "segfault": ctypes.string_at(0)
    if deed == "hang": time.sleep(60)
    if deed == "eat": hoard = bytearray(1 << 31); hoard[::4096] = b"x" * len(hoard[::4096])
    if deed == "flood": return "x" * 7_000_000

def handler(event, context):
    failures, answer = [], None
    for record in event["Records"]:
        deed = record["body"].split(":")[0]
        first = record["attributes"]["ApproximateReceiveCount"] == "1"
        if deed == "fail" and first or deed == "poison":
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        if first: answer = act(deed)
        if answer is None: print("handled", record["body"], flush=True)
    return answer or {"batchItemFailures": failures}
"""

SLOW = """
import time
def handler(event, context):
    print("begin", time.monotonic_ns(), flush=True)
    time.sleep(0.15)
    for record in event["Records"]: print("handled", record["body"])
    print("end", time.monotonic_ns(), flush=True)
"""


def handled(plane: RunningPlane, function: str) -> Counter[str]:
    return Counter(re.findall(r"^handled (.+)$", plane.log(function), re.MULTILINE))


def processes_of(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            place = str((process / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in command + place:
            found.append(command)
    return found


def control_groups(*planes: RunningPlane) -> list[Path]:
    names = [f"vss-function-{plane.process.pid}-*" for plane in planes]
    return [path for name in names for at in ("", "*/") for path in cgroup.ROOT.glob(f"{at}{name}")]


def succeeded(plane: RunningPlane) -> int:
    return sum(entry["messages"] - entry["failed"] for entry in plane.journal)


def test_messages_are_handled_deleted_and_noted(aws: LocalAws, name: str, run_plane: Run) -> None:
    aws.function(name, ACTING)
    url = aws.queue(name)
    aws.map(name, name)
    plane = run_plane()
    aws.send(url, [f"do:{number}" for number in range(25)])
    wait_until(lambda: aws.is_empty(url))
    assert handled(plane, name) == Counter(f"do:{number}" for number in range(25))
    wait_until(lambda: succeeded(plane) == 25)
    entries = plane.journal
    assert all(entry["error_type"] is None and entry["failed"] == 0 for entry in entries)
    assert all(entry["cold"] == (entry["init_ms"] is not None) for entry in entries)
    assert all(10 < entry["memory_peak_mb"] < 200 for entry in entries)
    environments = {entry["environment"] for entry in entries}
    assert len(environments) == sum(entry["cold"] for entry in entries) <= 2
    log = plane.log(name)
    for entry in entries:
        request = entry["request_id"]
        begin = log.index(f"START RequestId: {request} Version: $LATEST\n")
        end = log.index(f"END RequestId: {request}\n")
        assert begin < end < log.index(f"REPORT RequestId: {request}\tDuration: ")


@pytest.mark.parametrize(
    ("deed", "error_type", "message"),
    [
        ("raise", "ValueError", "told to"),
        ("exit", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
        ("quit", "Runtime.ExitError", "Runtime exited without providing a reason"),
        ("segfault", "Runtime.ExitError", "signal: segmentation fault"),
        ("hang", "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
        ("flood", "Function.ResponseSizeTooLarge", ""),
    ],
)
def test_a_failed_invocation_comes_back_and_disturbs_no_other(
    aws: LocalAws, name: str, run_plane: Run, deed: str, error_type: str, message: str
) -> None:
    aws.function(name, ACTING, Timeout=1)
    url = aws.queue(name, visibility_s=3)
    aws.map(name, name, BatchSize=1)
    plane = run_plane()
    bodies = [f"{deed}:1", *(f"do:{number}" for number in range(8))]
    aws.send(url, bodies)
    wait_until(lambda: aws.is_empty(url))
    assert handled(plane, name) == Counter(bodies)
    failures = [entry for entry in plane.journal if entry["failed"]]
    assert [(entry["error_type"], entry["failed"]) for entry in failures] == [(error_type, 1)]
    assert message in plane.log(name)
    status = "timeout" if deed == "hang" else f"error\tError Type: {error_type}"
    assert f"Status: {status}" in plane.log(name)


def test_out_of_memory_is_told_apart_and_comes_back(
    aws: LocalAws, name: str, run_sandboxed: Run
) -> None:
    aws.function(name, ACTING, MemorySize=512, Timeout=10)
    url = aws.queue(name, visibility_s=3)
    aws.map(name, name, BatchSize=1)
    plane = run_sandboxed()
    aws.send(url, ["eat:1", "do:1", "do:2"])
    wait_until(lambda: aws.is_empty(url))
    assert handled(plane, name) == Counter(["eat:1", "do:1", "do:2"])
    [failure] = [entry for entry in plane.journal if entry["failed"]]
    assert (failure["error_type"], failure["memory_peak_mb"]) == ("Runtime.OutOfMemory", 512)
    assert "Runtime exited with error: signal: killed" in plane.log(name)


def test_of_a_batch_exactly_the_failed_messages_come_back(
    aws: LocalAws, name: str, run_plane: Run
) -> None:
    aws.function(name, ACTING)
    url = aws.queue(name, visibility_s=2)
    aws.map(name, name)
    bodies = [f"{'fail' if number in (2, 5, 9) else 'do'}:{number}" for number in range(10)]
    aws.send(url, bodies)
    plane = run_plane()
    wait_until(lambda: aws.is_empty(url) and succeeded(plane) == 10)
    assert handled(plane, name) == Counter(bodies)
    batches = sorted((entry["messages"], entry["failed"]) for entry in plane.journal)
    assert batches[-1] == (10, 3)
    assert sum(messages for messages, _ in batches[:-1]) == 3


def test_without_partial_responses_the_whole_batch_succeeds_or_comes_back(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(name, ACTING)
    url = aws.queue(name, visibility_s=2)
    aws.map(name, name, FunctionResponseTypes=[])
    aws.send(url, ["do:1", "raise:2", "fail:3"])
    plane = run_unsandboxed()
    wait_until(lambda: aws.is_empty(url) and succeeded(plane) == 3)
    first, second = plane.journal
    assert (first["failed"], second["failed"]) == (3, 0)


def test_after_five_receives_a_message_is_a_dead_letter(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(name, ACTING)
    dead = aws.queue(f"{name}-dlq")
    url = aws.queue(name, visibility_s=1, dead_letters=f"{name}-dlq")
    aws.map(name, name)
    aws.send(url, ["poison:1", *(f"do:{number}" for number in range(9))])
    plane = run_unsandboxed()
    wait_until(lambda: aws.depth(dead) == (1, 0))
    assert aws.is_empty(url)
    assert sum(entry["failed"] for entry in plane.journal) == 5
    assert sum(handled(plane, name).values()) == 9


def test_maximum_concurrency_and_batches_bound_what_is_in_flight(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(name, SLOW)
    url = aws.queue(name, visibility_s=20)
    aws.map(name, name, BatchSize=2, ScalingConfig={"MaximumConcurrency": 3})
    aws.send(url, [str(number) for number in range(40)])
    plane = run_unsandboxed()
    most = 0
    while not aws.is_empty(url):
        most = max(most, aws.depth(url)[1])
        time.sleep(0.01)
    assert 2 < most <= 6
    marks = [
        (int(when), {"begin": 1, "end": -1}[what])
        for what, when in re.findall(r"^(begin|end) (\d+)$", plane.log(name), re.MULTILINE)
    ]
    running, highest = 0, 0
    for _, change in sorted(marks):
        running += change
        highest = max(highest, running)
    assert highest == 3
    assert len({entry["environment"] for entry in plane.journal}) == 3


def test_a_batching_window_gathers_messages(aws: LocalAws, name: str, run_unsandboxed: Run) -> None:
    aws.function(name, ACTING)
    url = aws.queue(name)
    aws.map(name, name, MaximumBatchingWindowInSeconds=2)
    plane = run_unsandboxed()
    for number in range(4):
        aws.send(url, [f"do:{number}"])
        time.sleep(0.2)
    wait_until(lambda: aws.is_empty(url) and succeeded(plane) == 4)
    assert [entry["messages"] for entry in plane.journal] == [4]


def test_reserved_concurrency_holds_and_throttled_messages_wait(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(name, SLOW, ReservedConcurrentExecutions=1, Timeout=1)
    url = aws.queue(name, visibility_s=6)
    aws.map(name, name, BatchSize=1)
    aws.send(url, [str(number) for number in range(8)])
    plane = run_unsandboxed()
    wait_until(lambda: aws.is_empty(url))
    assert handled(plane, name) == Counter(str(number) for number in range(8))
    assert {entry["environment"] for entry in plane.journal} == {plane.journal[0]["environment"]}


def test_throttled_longer_than_the_visibility_messages_return(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    slower = SLOW.replace("0.15", "0.9")
    aws.function(name, slower, ReservedConcurrentExecutions=1, Timeout=1)
    url = aws.queue(name, visibility_s=1)
    aws.map(name, name, BatchSize=1)
    aws.send(url, ["1", "2", "3"])
    plane = run_unsandboxed()
    wait_until(lambda: aws.is_empty(url), 30)
    assert set(handled(plane, name)) == {"1", "2", "3"}
    assert "reserved concurrency of 1 is used up" in (plane.folder / "errors").read_text()


def test_after_a_killed_data_plane_nothing_is_lost_and_nothing_left(
    aws: LocalAws, name: str, run_plane: Run, tmp_path: Path
) -> None:
    aws.function(name, SLOW, Timeout=3)
    url = aws.queue(name, visibility_s=3)
    aws.map(name, name, BatchSize=2)
    bodies = [str(number) for number in range(30)]
    first = run_plane()
    aws.send(url, bodies)
    wait_until(lambda: len(first.journal) >= 3)
    first.end(signal.SIGKILL)
    wait_until(lambda: not processes_of(tmp_path))
    assert not aws.is_empty(url)
    second = run_plane()
    wait_until(lambda: aws.is_empty(url))
    assert set(handled(second, name)) == set(bodies)
    assert second.end() == 0
    assert not control_groups(first, second)
    assert not processes_of(tmp_path)


def test_sigterm_lets_invocations_end_and_leaves_nothing(
    aws: LocalAws, name: str, run_plane: Run, tmp_path: Path
) -> None:
    aws.function(name, SLOW.replace("0.15", "1.0"), Timeout=3)
    url = aws.queue(name, visibility_s=20)
    aws.map(name, name, BatchSize=2)
    plane = run_plane()
    aws.send(url, ["1", "2"])
    wait_until(lambda: "begin" in plane.log(name))
    assert processes_of(tmp_path)
    assert plane.end() == 0
    assert set(handled(plane, name)) == {"1", "2"}
    assert aws.is_empty(url)
    assert not processes_of(tmp_path)
    assert not control_groups(plane)


def test_two_data_planes_share_a_queue(aws: LocalAws, name: str, run_unsandboxed: Run) -> None:
    aws.function(name, ACTING)
    url = aws.queue(name, visibility_s=20)
    aws.map(name, name, BatchSize=1)
    first, second = run_unsandboxed(), run_unsandboxed()
    assert first.process.pid != second.process.pid
    aws.send(url, [f"do:{number}" for number in range(40)])
    wait_until(lambda: aws.is_empty(url))
    assert set(handled(first, name)) == {f"do:{number}" for number in range(40)}


def test_a_function_that_cannot_be_loaded_acknowledges_nothing(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(name, "import nothing_like_that")
    dead = aws.queue(f"{name}-dlq")
    url = aws.queue(name, visibility_s=1, dead_letters=f"{name}-dlq")
    aws.map(name, name)
    aws.send(url, ["1"])
    plane = run_unsandboxed()
    wait_until(lambda: aws.depth(dead) == (1, 0))
    assert {entry["error_type"] for entry in plane.journal} == {"Runtime.ImportModuleError"}
    assert "No module named 'nothing_like_that'" in plane.log(name)


def test_a_queue_that_is_refused_is_polled_again_later(
    aws: LocalAws, name: str, run_unsandboxed: Run
) -> None:
    aws.function(name, ACTING)
    url = aws.queue(name)
    aws.map(name, name)
    aws.trouble = lambda target, path: "403 Forbidden" if "ReceiveMessage" in target else None
    plane = run_unsandboxed()
    aws.send(url, ["do:1"])
    wait_until(lambda: queue_arn(name) in (plane.folder / "errors").read_text())
    assert plane.process.poll() is None
    aws.trouble = None
    wait_until(lambda: aws.is_empty(url))
    assert handled(plane, name) == Counter(["do:1"])


def test_the_event_is_the_one_of_lambda(aws: LocalAws, name: str, run_unsandboxed: Run) -> None:
    source = "import json\ndef handler(event, context): print('event', json.dumps(event))"
    aws.function(name, source)
    url = aws.queue(name)
    aws.map(name, name)
    attributes = {"kind": {"DataType": "String", "StringValue": "a"}}
    sqs = aws.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="body", MessageAttributes=attributes)
    plane = run_unsandboxed()
    wait_until(lambda: aws.is_empty(url))
    [record] = json.loads(re.findall(r"^event (.+)$", plane.log(name), re.MULTILINE)[0])["Records"]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["body"] == "body"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == queue_arn(name)
    assert record["awsRegion"] == "eu-west-1"
    assert record["messageAttributes"]["kind"] == {
        "stringValue": "a",
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": "String",
    }

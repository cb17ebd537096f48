"""Traces change nothing of the function, whatever becomes of them."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from aws_xray_sdk.core import AWSXRayRecorder
from business_logic.frame_stages import FrameStages
from business_logic.telemetry import Telemetry
from deep_learning.errors import Reason, RejectedInput

from tests.handler_process import SEGMENT_ID, TRACE_ID, segments, trace_daemon


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Telemetry, list[str]]]:
    """Telemetry as in Lambda, and what its daemon gets."""
    monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
    with trace_daemon() as (variables, packets):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        recorder = AWSXRayRecorder()
        yield Telemetry(recorder), packets
        recorder.emitter._socket.close()


def settled(packets: list[str], count: int) -> list[dict[str, object]]:
    """Return the subsegments once there are as many as expected."""
    end = time.monotonic() + 5
    while time.monotonic() < end and len(segments(packets)) < count:
        time.sleep(0.01)
    return segments(packets)


def test_steps_are_nested_and_annotated(traced: tuple[Telemetry, list[str]]) -> None:
    telemetry, packets = traced
    with telemetry.subsegment("outer"):
        telemetry.annotate(camera_id="door", cold_start=True, reason=None)
        with telemetry.subsegment("inner"):
            telemetry.note("init_ms", {"libraries": 1.5})
    outer, inner = settled(packets, 2)
    assert (outer["name"], inner["name"]) == ("outer", "inner")
    assert inner["parent_id"] == outer["id"]
    assert outer["annotations"] == {"camera_id": "door", "cold_start": True}
    assert inner["metadata"] == {"vss": {"init_ms": {"libraries": 1.5}}}
    assert telemetry.trace_id == TRACE_ID


@pytest.mark.parametrize(
    ("error", "flag"),
    [(RejectedInput(Reason.EMPTY, "0.123"), "error"), (ValueError("0.123"), "fault")],
)
def test_what_fails_is_marked_and_its_text_kept_back(
    error: Exception, flag: str, traced: tuple[Telemetry, list[str]]
) -> None:
    telemetry, packets = traced
    with pytest.raises(type(error)), telemetry.subsegment("step"):
        raise error
    (step,) = settled(packets, 1)
    assert step[flag] is True
    assert "0.123" not in packets[0]
    assert "cause" not in step or not step["cause"]


def test_stages_are_timed_and_traced(traced: tuple[Telemetry, list[str]]) -> None:
    telemetry, packets = traced
    stages = FrameStages(telemetry)
    for name in ("decode", "fit"):
        with stages.stage(name):
            pass
    assert list(stages.timings_ms) == ["decode", "fit"]
    assert [stage["name"] for stage in settled(packets, 2)] == ["decode", "fit"]


@pytest.mark.parametrize("header", ["", f"Root={TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=0"])
def test_without_a_sampled_trace_nothing_is_sent(
    header: str,
    traced: tuple[Telemetry, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telemetry, packets = traced
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    with telemetry.subsegment("step"):
        telemetry.annotate(camera_id="door")
        telemetry.note("init_ms", {})
    time.sleep(0.05)
    assert packets == []
    assert caplog.records == []
    assert telemetry.trace_id == (TRACE_ID if header else None)


class Failing:
    """A recorder whose every call fails."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


def test_a_recorder_that_fails_changes_nothing() -> None:
    telemetry = Telemetry(Failing())
    with telemetry.subsegment("step"):
        telemetry.annotate(camera_id="door")
        telemetry.note("init_ms", {})
        take_up = telemetry.hand_over()
    take_up()
    assert telemetry.trace_id is None
    with pytest.raises(KeyError), telemetry.subsegment("step"):
        raise KeyError


def test_an_absent_daemon_costs_less_than_five_milliseconds_a_frame(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with trace_daemon() as (variables, _):
        pass  # The daemon is gone, its port is free.
    monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    recorder = AWSXRayRecorder()
    telemetry = Telemetry(recorder)

    def frame() -> float:
        start = time.perf_counter()
        with telemetry.subsegment("frame"):
            for step in range(3):
                with telemetry.subsegment(f"step {step}"):
                    for stage in range(3):
                        with telemetry.subsegment(f"stage {stage}"):
                            pass
        return time.perf_counter() - start

    assert statistics.median(frame() for _ in range(50)) < 0.005
    assert caplog.records == []
    recorder.emitter._socket.close()


def test_each_frame_of_a_batch_is_sent_whole(traced: tuple[Telemetry, list[str]]) -> None:
    telemetry, packets = traced
    frames, stages = 10, 12
    for _ in range(frames):
        with telemetry.subsegment("frame"):
            for stage in range(stages):
                with telemetry.subsegment(f"stage {stage}"):
                    pass
    assert len(settled(packets, frames * (stages + 1))) == frames * (stages + 1)
    assert len(packets) == frames


def begun(telemetry: Telemetry, name: str) -> Callable[[], None]:
    """Begin a frame; return what another thread ends it with."""
    with ExitStack() as stack:
        stack.enter_context(telemetry.subsegment(name))
        with telemetry.subsegment("analyse"):
            pass
        take_up, end = telemetry.hand_over(), stack.pop_all()

    def write() -> None:
        take_up()
        with end:
            with telemetry.subsegment("write"):
                pass
            telemetry.annotate(status="analysed")

    return write


def in_a_thread(action: Callable[[], None]) -> None:
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


def test_a_frame_that_ends_in_another_thread_is_sent_whole_while_the_next_one_is_open(
    traced: tuple[Telemetry, list[str]],
) -> None:
    telemetry, packets = traced
    write = begun(telemetry, "first")
    with telemetry.subsegment("second"):
        with telemetry.subsegment("analyse"):
            pass
        in_a_thread(write)
        assert [found["name"] for found in settled(packets, 3)] == ["first", "analyse", "write"]
        telemetry.annotate(status="open")
    found = settled(packets, 5)
    assert [segment["name"] for segment in found if segment["parent_id"] == SEGMENT_ID] == [
        "first",
        "second",
    ]
    first = next(segment for segment in found if segment["name"] == "first")
    inner = [segment["name"] for segment in found if segment["parent_id"] == first["id"]]
    assert inner == ["analyse", "write"]
    assert first["annotations"] == {"status": "analysed"}
    assert len(packets) == 2


def test_frames_that_overlap_in_two_threads_lose_no_part(
    traced: tuple[Telemetry, list[str]],
) -> None:
    telemetry, packets = traced
    frames = 100
    previous: threading.Thread | None = None
    for number in range(frames):
        write = begun(telemetry, f"frame {number}")
        if previous is not None:
            previous.join()
        previous = threading.Thread(target=write)
        previous.start()
    assert previous is not None
    previous.join()
    assert len(settled(packets, 3 * frames)) == 3 * frames
    assert len(packets) == frames


def test_what_is_handed_over_without_a_trace_is_nothing(
    traced: tuple[Telemetry, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    telemetry, packets = traced
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TRACE_ID};Parent={SEGMENT_ID};Sampled=0")
    in_a_thread(begun(telemetry, "frame"))
    time.sleep(0.05)
    assert packets == []

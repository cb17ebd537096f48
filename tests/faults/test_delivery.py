"""Deliveries: repeated, racing, out of order, too late. Rows 1 to 5 and 21 of the fault table."""

from __future__ import annotations

import json
import threading
import time

import pytest

from tests.faulty_s3 import Fault, FaultyS3
from tests.local_stage import FRAMES, LocalStage, batch, clear_frame, covered_frame, returned
from tests.stage_fixtures import Function, StartFunction

KEY = "incoming/door/1.jpg"


def test_the_same_message_three_times_gives_one_record_of_the_same_bytes(
    function: Function, stage: LocalStage
) -> None:
    event = stage.put_frame(KEY, clear_frame())
    seen = []
    for _ in range(3):
        assert returned(function(batch(event))) == []
        (key,) = stage.keys("records/")
        (alert,) = stage.keys("alerts/")
        seen.append((key, stage.content(key), alert, stage.content(alert)))
    assert seen[0] == seen[1] == seen[2]


def test_two_environments_racing_for_one_message_give_one_record(
    start: StartFunction, stage: LocalStage, capsys: pytest.CaptureFixture[str]
) -> None:
    event = batch(stage.put_frame(KEY, clear_frame()))
    functions = [start() for _ in range(2)]
    together, responses = threading.Barrier(2), []

    def race(function: Function) -> None:
        together.wait()
        responses.append(function(event))

    threads = [threading.Thread(target=race, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [returned(response) for response in responses] == [[], []]
    assert len(stage.keys("records/")) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    written = [line["written"] for line in lines if line.get("message") == "frame recorded"]
    assert sorted(written) == [False, True]


def test_versions_out_of_order_give_a_record_each_and_the_sequencer_tells_the_newest(
    function: Function, stage: LocalStage
) -> None:
    first = stage.put_frame(KEY, clear_frame(), sequencer="01")
    second = stage.put_frame(KEY, covered_frame(), sequencer="02")
    for event in (second, first):
        assert returned(function(batch(event))) == []
    records = sorted(stage.records(), key=lambda record: record["frame"]["sequencer"])
    assert [record["status"] for record in records] == ["analysed", "covered"]
    assert len({record["frame"]["version_id"] for record in records}) == 2


@pytest.mark.parametrize("kind", ["never there", "version removed", "delete marker", "hidden"])
def test_an_object_that_is_gone_is_a_record(
    kind: str, function: Function, stage: LocalStage
) -> None:
    event = stage.put_frame(KEY, clear_frame())
    stored = event["Records"][0]["s3"]["object"]
    if kind == "never there":
        stored["key"] = "incoming/door/other.jpg"
    elif kind == "version removed":
        stage.client.delete_object(Bucket=FRAMES, Key=KEY, VersionId=stored["versionId"])
    else:
        marker = stage.client.delete_object(Bucket=FRAMES, Key=KEY)["VersionId"]
        stored["versionId"] = marker if kind == "delete marker" else None
    assert returned(function(batch(event))) == []
    (record,) = stage.records()
    assert (record["status"], record["reason"]) == ("rejected", "object_missing")


def test_a_delete_marker_is_an_object_that_is_gone(
    function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    """Amazon S3 answers so; moto does not tell a marker from a version that never was."""
    event = stage.put_frame(KEY, clear_frame())
    header = ("x-amz-delete-marker", "true")
    path = f"/{FRAMES}/"
    s3.spoil(Fault("error", "GET", path, status=405, code="MethodNotAllowed", header=header))
    assert returned(function(batch(event))) == []
    assert [record["reason"] for record in stage.records()] == ["object_missing"]


def test_an_event_that_tells_no_more_than_the_key_is_enough(
    function: Function, stage: LocalStage
) -> None:
    event = stage.put_frame(KEY, clear_frame())
    stored = event["Records"][0]["s3"]["object"]
    for name in ("versionId", "eTag", "size", "sequencer"):
        del stored[name]
    assert returned(function(batch(event))) == []
    assert [record["status"] for record in stage.records()] == ["analysed"]


def test_the_version_of_the_event_is_analysed_though_it_was_overwritten(
    function: Function, stage: LocalStage
) -> None:
    event = stage.put_frame(KEY, clear_frame())
    stage.put_frame(KEY, covered_frame())
    assert returned(function(batch(event))) == []
    assert [record["status"] for record in stage.records()] == ["analysed"]


def test_without_a_version_an_overwritten_object_is_superseded(
    function: Function, stage: LocalStage
) -> None:
    events = [stage.put_frame(KEY, body) for body in (clear_frame(), covered_frame())]
    for event, size in zip(events, (1, 2), strict=True):
        del event["Records"][0]["s3"]["object"]["versionId"]
        event["Records"][0]["eventTime"] = f"2026-11-22T10:11:1{size}Z"
        assert returned(function(batch(event))) == []
    outcomes = [(record["status"], record["reason"]) for record in stage.records()]
    assert sorted(outcomes, key=str) == [("covered", None), ("rejected", "superseded")]


@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_a_jump_of_the_clock_changes_no_key(
    jump_s: int,
    function: Function,
    stage: LocalStage,
    s3: FaultyS3,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = stage.put_frame(KEY, clear_frame())
    assert returned(function(batch(event))) == []
    keys = stage.keys("")
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + jump_s)
    assert returned(function(batch(event))) == []
    assert stage.keys("") == keys

"""Amazon S3 refuses, fails, stalls. Rows 6, 7, 8 and 24 of the fault table."""

from __future__ import annotations

import time

import pytest
from business_logic.s3_access import RetryPolicy

from tests.faulty_s3 import Fault, FaultyS3
from tests.local_stage import (
    FRAMES,
    GALLERY,
    KEY_ARN,
    OWNER,
    RESULTS,
    LocalStage,
    batch,
    clear_frame,
    covered_frame,
    returned,
    s3_event,
)
from tests.stage_fixtures import Function

TRIES = RetryPolicy().attempts
KEY = "incoming/door/1.jpg"
READ, WRITE = ("GET", f"/{FRAMES}/"), ("PUT", f"/{RESULTS}/records/")
ALERT = ("PUT", f"/{RESULTS}/alerts/")
PASSING = {
    "503": Fault("error", *READ),
    "500": Fault("error", *READ, status=500, code="InternalError"),
    "throttled": Fault("error", *READ, status=400, code="ThrottlingException"),
    "short body": Fault("short", *READ),
    "checksum": Fault("corrupt", *READ),
    "no answer": Fault("hang", *READ, seconds=0.6),
    "connection lost": Fault("drop", *READ),
}


def times(fault: Fault, count: int) -> Fault:
    return Fault(**{**vars(fault), "times": count})


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_read_that_fails_once_is_tried_again(
    fault: Fault, function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    event = batch(stage.put_frame(KEY, clear_frame()))
    s3.spoil(times(fault, TRIES - 1))
    assert returned(function(event)) == []
    assert [record["status"] for record in stage.records()] == ["analysed"]
    assert s3.count(*READ) == TRIES


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_read_that_keeps_failing_returns_that_message_alone(
    fault: Fault, function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    bodies = [stage.put_frame(f"incoming/door/{name}.jpg", clear_frame()) for name in "abc"]
    s3.spoil(times(Fault(**{**vars(fault), "path": f"/{FRAMES}/incoming/door/b"}), TRIES))
    start = time.perf_counter()
    assert returned(function(batch(*bodies))) == ["m1"]
    assert time.perf_counter() - start < 8
    assert len(stage.records()) == 2
    assert returned(function(batch(bodies[1]))) == []
    assert len(stage.records()) == 3


@pytest.mark.parametrize("code", ["AccessDenied", "KMS.DisabledException", "NoSuchBucket"])
def test_a_refusal_is_returned_at_once_and_all_is_well_after_the_repair(
    code: str,
    function: Function,
    stage: LocalStage,
    s3: FaultyS3,
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = batch(*(stage.put_frame(f"incoming/door/{n}.jpg", clear_frame()) for n in range(2)))
    s3.spoil(Fault("error", *READ, times=2, status=403, code=code))
    assert returned(function(event)) == ["m0", "m1"]
    assert s3.count(*READ) == 2
    assert stage.keys("") == []
    output = capsys.readouterr().out
    assert code in output
    assert output.count('"FramesFailed":1') == 2
    assert returned(function(event)) == []
    assert len(stage.records()) == 2


@pytest.mark.parametrize("what", [WRITE, ALERT])
def test_a_write_that_keeps_failing_returns_the_message_and_its_retry_completes(
    what: tuple[str, str], function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    event = batch(stage.put_frame(KEY, covered_frame()))
    s3.spoil(Fault("error", *what, times=TRIES))
    assert returned(function(event)) == ["m0"]
    assert stage.keys("records/") == []
    assert returned(function(event)) == []
    assert len(stage.keys("records/")) == len(stage.keys("alerts/")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("lost_answer", *WRITE),
        Fault("error", *WRITE, status=409, code="ConditionalRequestConflict"),
        Fault("drop", *WRITE),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_write_of_unknown_outcome_is_tried_again(
    fault: Fault, function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    event = batch(stage.put_frame(KEY, clear_frame()))
    s3.spoil(fault)
    assert returned(function(event)) == []
    assert len(stage.records()) == 1


def test_a_gallery_that_cannot_be_read_returns_the_whole_batch(
    function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    event = batch(stage.put_frame(KEY, clear_frame()))
    s3.spoil(Fault("error", "GET", f"/{GALLERY}/", status=403, code="AccessDenied"))
    with pytest.raises(Exception, match="reading the gallery's index: GetObject gave 403"):
        function(event)
    assert stage.keys("") == []


def test_a_frame_larger_than_its_event_said_is_never_read_whole(
    function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    large = covered_frame() + bytes(11 * 1024 * 1024)
    event = stage.put_frame(KEY, large)
    event["Records"][0]["s3"]["object"]["size"] = 1000
    assert returned(function(batch(event))) == []
    assert [record["reason"] for record in stage.records()] == ["too_large"]


def test_a_frame_too_large_by_its_event_is_not_read_at_all(
    function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    event = stage.put_frame(KEY, b"small", size=10 * 1024 * 1024 + 1)
    assert returned(function(batch(event))) == []
    assert [record["reason"] for record in stage.records()] == ["too_large"]
    assert s3.count(*READ) == 0


def test_an_event_of_another_bucket_is_refused_and_nothing_is_read(
    function: Function, stage: LocalStage, s3: FaultyS3, capsys: pytest.CaptureFixture[str]
) -> None:
    before = s3.count("GET", "/")
    event = s3_event(KEY, bucket="somebody-elses-frames")
    assert returned(function(batch(event))) == ["m0"]
    assert "somebody-elses-frames" in capsys.readouterr().out
    assert s3.count("GET", "/") == before + 1, "the gallery alone"
    assert stage.keys("") == []


def test_every_request_names_the_owner_and_every_write_our_key(
    function: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    assert returned(function(batch(stage.put_frame(KEY, covered_frame())))) == []
    assert {headers["x-amz-expected-bucket-owner"] for _, _, headers in s3.requests} == {OWNER}
    writes = [headers for method, _, headers in s3.requests if method == "PUT"]
    assert len(writes) == 2
    for headers in writes:
        assert headers["if-none-match"] == "*"
        assert headers["x-amz-server-side-encryption"] == "aws:kms"
        assert headers["x-amz-server-side-encryption-aws-kms-key-id"] == KEY_ARN

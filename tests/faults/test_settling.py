"""A batch that came again and again though most of it is recorded. Row 10 of the fault table."""

from __future__ import annotations

import json

import pytest
from business_logic.s3_access import RetryPolicy

from tests.faulty_s3 import Fault, FaultyS3
from tests.local_stage import (
    FRAMES,
    OWNER,
    RESULTS,
    Json,
    LocalStage,
    batch,
    covered_frame,
    returned,
    s3_event,
)
from tests.stage_fixtures import Function

TRIES = RetryPolicy().attempts
READ, LIST = ("GET", f"/{FRAMES}/"), ("GET", f"/{RESULTS}")
SETTLING = 3


@pytest.fixture
def bodies(stage: LocalStage) -> list[Json]:
    """Events of ten images, a to j."""
    return [stage.put_frame(f"incoming/door/{name}.jpg", covered_frame()) for name in "abcdefghij"]


def record(function: Function, events: list[Json]) -> None:
    """Have them recorded by an invocation whose answer is lost, as if the process had died."""
    assert returned(function(batch(*events))) == []


@pytest.mark.parametrize("poison", [0, 4, 9])
def test_what_is_recorded_is_acknowledged_and_the_rest_is_not_even_read(
    poison: int, function: Function, stage: LocalStage, s3: FaultyS3, bodies: list[Json]
) -> None:
    record(function, bodies[:poison] + bodies[poison + 1 :])
    before = stage.keys("")
    reads = s3.count(*READ)
    assert returned(function(batch(*bodies, count=SETTLING))) == [f"m{poison}"]
    assert s3.count(*READ) == reads
    assert stage.keys("") == before
    assert s3.count(*LIST) == len(bodies)
    headers = [headers for method, path, headers in s3.requests if path.startswith(LIST[1])]
    assert {found["x-amz-expected-bucket-owner"] for found in headers} == {OWNER}


def test_the_message_that_is_left_is_handled_by_itself_without_a_look(
    function: Function, stage: LocalStage, s3: FaultyS3, bodies: list[Json]
) -> None:
    assert returned(function(batch(bodies[0], count=SETTLING + 1))) == []
    assert len(stage.records()) == 1
    assert s3.count(*LIST) == 0


@pytest.mark.parametrize("count", [1, 2])
def test_before_the_third_receive_nothing_is_looked_for(
    count: int, function: Function, s3: FaultyS3, bodies: list[Json]
) -> None:
    record(function, bodies)
    assert returned(function(batch(*bodies, count=count))) == []
    assert s3.count(*READ) == 2 * len(bodies)
    assert s3.count(*LIST) == 0


def test_where_nothing_is_recorded_the_batch_is_handled(
    function: Function, stage: LocalStage, bodies: list[Json]
) -> None:
    assert returned(function(batch(*bodies, count=SETTLING))) == []
    assert len(stage.records()) == len(bodies)


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (Fault("error", *LIST, status=403, code="AccessDenied"), 1),
        (Fault("error", *LIST, times=TRIES), TRIES),
        (Fault("drop", *LIST, times=TRIES), TRIES),
    ],
    ids=["refused", "503", "connection lost"],
)
def test_where_it_cannot_be_told_what_is_recorded_the_batch_is_handled(
    fault: Fault,
    tries: int,
    function: Function,
    stage: LocalStage,
    s3: FaultyS3,
    bodies: list[Json],
    capsys: pytest.CaptureFixture[str],
) -> None:
    record(function, bodies[1:])
    s3.spoil(fault)
    assert returned(function(batch(*bodies, count=SETTLING))) == []
    assert len(stage.records()) == len(bodies)
    assert s3.count(*LIST) == tries
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (told,) = [line for line in lines if line.get("message") == "record not looked for"]
    assert "ListObjectsV2" in told["error"] or "Connection" in told["error"]


def test_a_listing_that_fails_once_is_tried_again(
    function: Function, s3: FaultyS3, bodies: list[Json]
) -> None:
    record(function, bodies[1:])
    s3.spoil(Fault("error", *LIST))
    assert returned(function(batch(*bodies, count=SETTLING))) == ["m0"]


def test_a_message_of_several_images_is_settled_once_all_of_them_are_recorded(
    function: Function, bodies: list[Json]
) -> None:
    first, second, third = bodies[:3]
    both = {"Records": first["Records"] + second["Records"]}
    record(function, [first, third])
    assert returned(function(batch(both, third, count=SETTLING))) == ["m0"]
    record(function, [second])
    assert returned(function(batch(both, third, count=SETTLING))) == []


@pytest.mark.parametrize(
    ("other", "back"),
    [
        ("no JSON", True),
        ({"Records": []}, True),
        (s3_event("incoming/door/k.jpg", bucket="somebody-elses-frames"), True),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": FRAMES}, False),
        (s3_event("incoming/door/k.jpg", name="ObjectRemoved:Delete"), False),
    ],
)
def test_of_messages_without_an_image_those_are_settled_that_need_no_work(
    other: Json | str, back: bool, function: Function, stage: LocalStage, bodies: list[Json]
) -> None:
    record(function, bodies[:1])
    expected = ["m1", "m2"] if back else ["m1"]
    assert returned(function(batch(*bodies[:2], other, count=SETTLING))) == expected
    assert len(stage.records()) == 1


def test_a_key_that_begins_with_the_record_s_is_not_the_record(
    function: Function, stage: LocalStage, bodies: list[Json]
) -> None:
    record(function, bodies[:1])
    (key,) = stage.keys("records/")
    stage.client.delete_object(Bucket=RESULTS, Key=key)
    stage.client.put_object(Bucket=RESULTS, Key=key + ".old", Body=b"{}")
    assert returned(function(batch(*bodies[:2], count=SETTLING))) == []
    assert key in stage.keys("records/")


def test_a_record_that_exists_has_its_alert(
    function: Function, stage: LocalStage, s3: FaultyS3, bodies: list[Json]
) -> None:
    """The process may end between any two writes: the alert's is the first."""
    s3.spoil(Fault("error", "PUT", f"/{RESULTS}/records/", times=TRIES))
    assert returned(function(batch(bodies[0]))) == ["m0"]
    assert (len(stage.keys("alerts/")), stage.keys("records/")) == (1, [])
    s3.spoil(Fault("error", "PUT", f"/{RESULTS}/alerts/", times=TRIES))
    assert returned(function(batch(bodies[1]))) == ["m0"]
    assert (len(stage.keys("alerts/")), stage.keys("records/")) == (1, [])
    assert returned(function(batch(*bodies[:2], count=SETTLING))) == []
    assert len(stage.keys("alerts/")) == len(stage.keys("records/")) == 2

"""What comes by the queue: bodies of every shape, keys of every kind. Rows 11, 16, 17 and 23."""

from __future__ import annotations

import json
import random
import unicodedata
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from tests.faulty_s3 import Fault, FaultyS3
from tests.local_stage import (
    FRAMES,
    TIME,
    Context,
    Json,
    LocalStage,
    batch,
    clear_frame,
    covered_frame,
    returned,
    s3_event,
)
from tests.stage_fixtures import Function

KEY = "incoming/door/1.jpg"
TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": FRAMES, "Time": TIME}


def by_sns(event: Json) -> Json:
    topic = "arn:aws:sns:eu-west-1:123456789012:frames"
    return {"Type": "Notification", "TopicArn": topic, "Message": json.dumps(event)}


def by_event_bridge(key: str, version_id: str, size: int) -> Json:
    return {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "time": "2026-11-22T10:11:12Z",
        "detail": {
            "bucket": {"name": FRAMES},
            "object": {"key": key, "size": size, "etag": "e", "version-id": version_id},
        },
    }


@pytest.mark.parametrize(
    ("body", "back"),
    [
        ("no JSON", True),
        ("", True),
        ("[" * 100_000, True),
        ("null", True),
        ({}, True),
        ({"Records": []}, True),
        ({"Records": [1]}, True),
        (TEST_EVENT, False),
        (by_sns(TEST_EVENT), False),
        (s3_event(KEY, name="ObjectRemoved:Delete"), False),
        (s3_event(KEY, name="ObjectRemoved:DeleteMarkerCreated"), False),
        (s3_event(KEY, name="ObjectTagging:Put"), True),
        (s3_event(KEY, time="yesterday"), True),
        (s3_event(KEY, size="large"), True),
        ({"source": "aws.s3", "detail-type": "Object Deleted"}, False),
        ({"source": "aws.s3", "detail-type": "Object Restore Completed"}, True),
        ({"source": "aws.ec2", "detail-type": "Object Created"}, True),
        ({"Type": "Notification", "TopicArn": "t", "Message": "no JSON"}, True),
    ],
)
def test_a_message_without_an_image_is_acknowledged_or_returned_and_nothing_is_written(
    body: Json | str, back: bool, function: Function, stage: LocalStage
) -> None:
    assert returned(function(batch(body or " "))) == (["m0"] if back else [])
    assert stage.keys("") == []


def test_images_are_found_in_every_wrapping(function: Function, stage: LocalStage) -> None:
    frame = covered_frame()
    direct, wrapped, bridged, first, second = (
        stage.put_frame(f"incoming/door/a +%41 {number}.jpg", frame) for number in range(5)
    )
    version_id = bridged["Records"][0]["s3"]["object"]["versionId"]
    several = {"Records": first["Records"] + second["Records"]}
    bodies = (
        direct,
        by_sns(wrapped),
        by_event_bridge("incoming/door/a +%41 2.jpg", version_id, len(frame)),
        several,
    )
    assert returned(function(batch(*bodies))) == []
    records = stage.records()
    assert [record["status"] for record in records] == ["covered"] * 5
    assert [record["frame"]["key"][-5] for record in records] == list("01234")


KEYS = {
    "space": "incoming/door/two words.jpg",
    "plus": "incoming/door/1+1.jpg",
    "percent": "incoming/door/100%25.jpg",
    "composed": unicodedata.normalize("NFC", "incoming/door/Tür.jpg"),
    "decomposed": unicodedata.normalize("NFD", "incoming/door/Tür.jpg"),
    "emoji": "incoming/door/🚪.jpg",
    "dots": "incoming/door/../../records/x.jpg",
    "double slash": "incoming/door//x.jpg",
    "longest": "incoming/door/" + "k" * (1024 - 18) + ".jpg",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_every_key_finds_its_object_and_a_safe_key_for_its_record(
    key: str, function: Function, stage: LocalStage, capsys: pytest.CaptureFixture[str]
) -> None:
    event = stage.put_frame(key, covered_frame())
    capsys.readouterr()
    assert returned(function(batch(event))) == []
    (record,) = stage.records()
    assert (record["frame"]["key"], record["status"]) == (key, "covered")
    (record_key,) = stage.keys("records/")
    assert record_key.startswith("records/door/2026/11/22/101112123-")
    assert record_key.isascii()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["key"] for line in lines if line.get("message") == "frame recorded"] == [key]


def test_a_line_end_in_a_key_forges_no_log_line(
    function: Function, stage: LocalStage, s3: FaultyS3, capsys: pytest.CaptureFixture[str]
) -> None:
    key = 'incoming/door/a\n{"level":"FORGED"}\r\x1b[2J.jpg'
    s3.spoil(Fault("answer", "GET", f"/{FRAMES}/{key}", content=covered_frame()))
    assert returned(function(batch(s3_event(key, covered_frame())))) == []
    (record,) = stage.records()
    assert (record["frame"]["key"], record["status"]) == (key, "covered")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["key"] for line in lines if line.get("message") == "frame recorded"] == [key]


@pytest.mark.parametrize(
    "key", ["incoming/door.jpg", "incoming/door/", "incoming/../x.jpg", "other/door/x.jpg"]
)
def test_a_key_without_a_camera_is_a_record(
    key: str, function: Function, stage: LocalStage
) -> None:
    assert returned(function(batch(stage.put_frame(key, clear_frame())))) == []
    (record,) = stage.records()
    assert (record["reason"], record["frame"]["camera_id"]) == ("bad_key", None)
    assert stage.keys("records/_/2026/11/22/101112123-")


@pytest.mark.parametrize(
    ("fault", "seconds", "begun"),
    [
        (Fault("slow", "GET", f"/{FRAMES}/", seconds=0.3), 1.6, 1),
        # The second image is analysed while the first one's alert is on its way.
        (Fault("slow", "PUT", "/", seconds=0.35), 1.8, 2),
    ],
    ids=["read", "written"],
)
def test_a_slow_image_returns_those_behind_it_before_the_time_is_up(
    fault: Fault,
    seconds: float,
    begun: int,
    function: Function,
    stage: LocalStage,
    s3: FaultyS3,
) -> None:
    bodies = [stage.put_frame(f"incoming/door/{n}.jpg", covered_frame()) for n in range(3)]
    s3.spoil(fault)
    context = Context(seconds)
    invocation = function.environment.begin_invocation(context)
    response = function.surveillance.process(batch(*bodies), invocation)
    assert returned(response) == ["m1", "m2"][begun - 1 :]
    assert context.get_remaining_time_in_millis() > 500
    assert len(stage.records()) == begun
    assert returned(function(batch(*bodies[begun:]))) == []
    assert len(stage.records()) == 3


def powertools_response(event: Json, failing: set[str]) -> Json:
    """Return what the batch processor of Powertools answers."""

    def handle(record: Any) -> None:
        if record.message_id in failing:
            raise ValueError(record.message_id)

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=event, record_handler=handle, processor=processor, context=None
    )


@pytest.mark.parametrize(
    ("size", "failing"),
    [(1, 0), (1, 1), (10, 0), (10, 3), (10, 10)],
)
def test_the_response_is_that_of_powertools(
    size: int, failing: int, function: Function, stage: LocalStage
) -> None:
    chosen = set(random.Random(size * 100 + failing).sample(range(size), failing))  # noqa: S311
    bodies = [TEST_EVENT if number not in chosen else {"no": "event"} for number in range(size)]
    event = batch(*bodies)
    expected = powertools_response(event, {f"m{number}" for number in chosen})
    response = function(event)
    assert returned(response) == returned(expected)
    assert response.keys() == expected.keys()


def test_an_empty_batch_has_nothing_to_return(function: Function) -> None:
    assert function(batch()) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Records": None},
        {"Records": [{"body": "x"}]},
        {"Records": [{"body": "x", "attributes": {"ApproximateReceiveCount": "-1"}}]},
        {"detail": "scheduled"},
    ],
)
def test_what_is_no_batch_is_an_error_and_never_acknowledged(
    event: Json, function: Function
) -> None:
    with pytest.raises(Exception, match=r"no batch of an SQS|attributes is missing|'-1', not a"):
        function(event)

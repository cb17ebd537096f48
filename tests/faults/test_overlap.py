"""Images of a batch overlap, and yet each has its own record and its own failure."""

from __future__ import annotations

import json
import threading

import pytest
from business_logic.s3_access import RetryPolicy

from tests.faulty_s3 import Fault, FaultyS3
from tests.local_stage import (
    FRAMES,
    RESULTS,
    Json,
    LocalStage,
    batch,
    clear_frame,
    covered_frame,
    returned,
)
from tests.stage_fixtures import Function

TRIES = RetryPolicy().attempts


@pytest.fixture
def bodies(stage: LocalStage) -> list[Json]:
    """Events of images of all kinds, a to e."""
    images = (clear_frame(0), covered_frame(), b"no image", clear_frame(1), clear_frame(2))
    return [
        stage.put_frame(f"incoming/door/{name}.jpg", image)
        for name, image in zip("abcde", images, strict=True)
    ]


def found(stage: LocalStage) -> dict[str, Json]:
    """Return what was written, less the times."""
    documents = {key: json.loads(stage.content(key)) for key in stage.keys("")}
    for document in documents.values():
        for name in ("timings_ms", "cold_start"):
            document.pop(name, None)
    return documents


def test_a_batch_leaves_what_its_messages_leave_one_by_one(
    function: Function, stage: LocalStage, bodies: list[Json]
) -> None:
    assert returned(function(batch(*bodies))) == []
    together = found(stage)
    for key in together:
        stage.client.delete_object(Bucket=RESULTS, Key=key)
    for body in bodies:
        assert returned(function(batch(body))) == []
    assert together == found(stage)
    assert len(stage.records()) == len(bodies)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("number", range(5))
def test_an_image_that_cannot_be_read_returns_its_own_message(
    number: int,
    count: int,
    function: Function,
    stage: LocalStage,
    s3: FaultyS3,
    bodies: list[Json],
) -> None:
    path = f"/{FRAMES}/incoming/door/{'abcde'[number]}.jpg"
    s3.spoil(Fault("error", "GET", path, status=403, code="AccessDenied"))
    assert returned(function(batch(*bodies, count=count))) == [f"m{number}"]
    assert len(stage.records()) == len(bodies) - 1


@pytest.mark.parametrize(
    ("kind", "number"),
    # The third image is rejected: no alert.
    [("records", number) for number in range(5)] + [("alerts", number) for number in (0, 1, 3, 4)],
)
def test_a_result_that_cannot_be_written_returns_its_own_message(
    kind: str,
    number: int,
    function: Function,
    stage: LocalStage,
    s3: FaultyS3,
    bodies: list[Json],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert returned(function(batch(bodies[number]))) == []
    (spoilt,) = stage.keys(f"{kind}/")
    for key in stage.keys(""):
        stage.client.delete_object(Bucket=RESULTS, Key=key)
    capsys.readouterr()
    s3.spoil(Fault("error", "PUT", f"/{RESULTS}/{spoilt}", times=TRIES))
    assert returned(function(batch(*bodies))) == [f"m{number}"]
    assert len(stage.records()) == len(bodies) - 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line["key"] for line in lines if line.get("message") == "frame recorded"]
    assert told == [record["frame"]["key"] for record in stage.records()]
    (failure,) = [line for line in lines if line.get("message") == "message returned"]
    assert failure["message_id"] == f"m{number}"
    assert sum(line.get("FramesFailed", 0) for line in lines) == 1


def test_between_two_invocations_no_thread_is_left(function: Function, bodies: list[Json]) -> None:
    function(batch(*bodies))
    names = [thread.name for thread in threading.enumerate()]
    assert [name for name in names if name.startswith(("reader", "writer"))] == []

"""The state of a camera: shared, raced for, damaged, refused; and the record is the commit mark."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from business_logic.s3_access import RetryPolicy
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue, Role

from tests.faulty_s3 import Fault, FaultyS3
from tests.galleries import index_content
from tests.local_stage import (
    KEY_ARN,
    OWNER,
    RESULTS,
    Json,
    LocalStage,
    batch,
    clear_frame,
    covered_frame,
    returned,
)
from tests.stage_fixtures import Function, StartFunction

TRIES = RetryPolicy().attempts
STATE = "state/door.json"
READ_STATE, WRITE_STATE = ("GET", f"/{RESULTS}/state/"), ("PUT", f"/{RESULTS}/state/")
WRITE_ALERT, WRITE_RECORD = ("PUT", f"/{RESULTS}/alerts/"), ("PUT", f"/{RESULTS}/records/")
START = datetime(2026, 11, 22, 10, tzinfo=UTC)
AS_DEPLOYED = {
    "VSS_ALERTS": "camera_covered,unknown_person,known_person",
    "VSS_CONFIRMED_FRAMES": "2",
    "VSS_CONFIRMATION_WINDOW": "3",
    "VSS_ALERT_COOLDOWN_S": "300",
}
REFUSED = {"status": 403, "code": "AccessDenied"}


@pytest.fixture
def debounced(start: StartFunction) -> Function:
    """The function with the settings of a deployment."""
    return start(**AS_DEPLOYED)


def taken(stage: LocalStage, bodies: list[bytes], every_s: int = 1) -> list[Json]:
    """Store images of one camera, one after the other."""
    times = [START + timedelta(seconds=number * every_s) for number in range(len(bodies))]
    return [
        stage.put_frame(f"incoming/door/{number:02}.jpg", body, time=time.isoformat())
        for number, (body, time) in enumerate(zip(bodies, times, strict=True))
    ]


def covered(stage: LocalStage, count: int) -> list[Json]:
    return taken(stage, [covered_frame()] * count)


def states(stage: LocalStage) -> Json:
    found: Json = json.loads(stage.content(STATE))
    return found


def test_a_covered_camera_alerts_once_for_many_frames(
    debounced: Function, stage: LocalStage
) -> None:
    events = covered(stage, 12)
    assert returned(debounced(batch(*events[:1]))) == []
    assert stage.keys("alerts/") == []
    assert returned(debounced(batch(*events[1:7]))) == []
    for event in events[7:]:
        assert returned(debounced(batch(event))) == []
    (alert,) = stage.documents("alerts/camera_covered/door/")
    assert alert["event_time"] == "2026-11-22T10:00:01.000+00:00"
    assert alert["record"]["key"] in stage.keys("records/")
    assert len(stage.keys("records/")) == 12


def test_a_known_person_is_told_of_once_confirmed_and_a_stranger_at_once(
    debounced: Function, stage: LocalStage, tiny_manifest
) -> None:
    pipeline = debounced.surveillance.networks.pipeline
    template = pipeline.embeddings(clear_frame(0), StageClock())[0]
    network = Catalogue.read(tiny_manifest, "demo").entry(Role.FACE_EMBEDDING).weights.sha384
    stage.put_gallery(index_content({"person-4711": [template]}, network))
    events = taken(stage, [clear_frame(0), clear_frame(2), clear_frame(0), clear_frame(0)])
    for event, kinds in zip(
        events,
        ([], ["unknown_person"], ["known_person", "unknown_person"], None),
        strict=True,
    ):
        assert returned(debounced(batch(event))) == []
        if kinds is not None:
            assert [key.split("/")[1] for key in stage.keys("alerts/")] == kinds
    (alert,) = stage.documents("alerts/known_person/")
    assert alert["person_ids"] == ["person-4711"]
    assert alert["event_time"] == "2026-11-22T10:00:02.000+00:00"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_every_order_there_is_one_alert(
    order: tuple[int, ...], debounced: Function, stage: LocalStage
) -> None:
    events = taken(stage, [covered_frame(), clear_frame(), covered_frame()])
    for number in order:
        assert returned(debounced(batch(events[number]))) == []
    assert returned(debounced(batch(*events))) == []
    assert len(stage.keys("alerts/camera_covered/")) == 1


def test_environments_that_race_leave_one_alert(
    start: StartFunction, stage: LocalStage, s3: FaultyS3
) -> None:
    functions = [start(**AS_DEPLOYED) for _ in range(3)]
    events = covered(stage, 9)
    together, responses = threading.Barrier(3), []

    def race(number: int) -> None:
        together.wait()
        responses.append(functions[number](batch(*events[number::3])))

    threads = [threading.Thread(target=race, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [returned(response) for response in responses] == [[], [], []]
    assert len(stage.keys("records/")) == 9
    assert len(stage.keys("alerts/")) == 1
    assert len(states(stage)["sightings"]) == 9
    # Each frame was written once; whoever was overtaken tried again.
    assert s3.count(*WRITE_STATE) >= 9


@pytest.mark.parametrize("what", [WRITE_STATE, WRITE_ALERT, WRITE_RECORD])
def test_a_process_that_dies_between_any_two_writes_loses_no_alert(
    what: tuple[str, str], debounced: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    first, second, third = covered(stage, 3)
    assert returned(debounced(batch(first))) == []
    s3.spoil(Fault("error", *what, times=TRIES))
    assert returned(debounced(batch(second))) == ["m0"]
    assert len(stage.keys("records/")) == 1
    assert len(stage.keys("alerts/")) == (1 if what == WRITE_RECORD else 0)
    # A later frame passes it by; the alert is still the first one's that was granted it.
    assert returned(debounced(batch(third))) == []
    assert returned(debounced(batch(second, count=2))) == []
    (alert,) = stage.documents("alerts/")
    bearer = 2 if what == WRITE_STATE else 1
    assert alert["event_time"] == f"2026-11-22T10:00:0{bearer}.000+00:00"
    assert len(stage.keys("records/")) == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault("lost_answer", *WRITE_STATE),
        Fault("drop", *WRITE_STATE),
        Fault("error", *WRITE_STATE, status=409, code="ConditionalRequestConflict"),
        Fault("error", *READ_STATE),
        Fault("short", *READ_STATE),
    ],
    ids=lambda fault: f"{fault.kind} {fault.method}",
)
def test_a_state_that_fails_once_is_tried_again(
    fault: Fault, debounced: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    events = covered(stage, 3)
    assert returned(debounced(batch(events[0]))) == []
    s3.spoil(fault)
    assert returned(debounced(batch(*events[1:]))) == []
    assert len(stage.keys("alerts/")) == 1
    assert len(states(stage)["sightings"]) == 3


def test_a_state_that_keeps_failing_returns_its_message_alone(
    debounced: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    door = stage.put_frame("incoming/door/1.jpg", covered_frame())
    yard = stage.put_frame("incoming/yard/1.jpg", covered_frame())
    s3.spoil(Fault("error", "GET", f"/{RESULTS}/{STATE}", times=TRIES))
    assert returned(debounced(batch(door, yard))) == ["m0"]
    assert [key.split("/")[1] for key in stage.keys("records/")] == ["yard"]


@pytest.mark.parametrize("content", [b"", b"no JSON", b'{"format":"vss.state/0"}'])
def test_a_damaged_state_alerts_and_begins_anew(
    content: bytes, debounced: Function, stage: LocalStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.client.put_object(Bucket=RESULTS, Key=STATE, Body=content)
    for event in covered(stage, 2):
        assert returned(debounced(batch(event))) == []
    assert len(stage.keys("alerts/")) == 1
    assert len(states(stage)["sightings"]) == 2
    assert "state begins anew, alerts without it" in capsys.readouterr().out


@pytest.mark.parametrize("what", [READ_STATE, WRITE_STATE])
def test_without_leave_for_the_state_every_frame_alerts_and_is_recorded(
    what: tuple[str, str],
    debounced: Function,
    stage: LocalStage,
    s3: FaultyS3,
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = covered(stage, 3)
    assert returned(debounced(batch(events[0]))) == []
    s3.spoil(Fault("error", *what, times=100, **REFUSED))
    assert returned(debounced(batch(*events[1:]))) == []
    assert len(stage.keys("records/")) == 3
    assert len(stage.keys("alerts/")) == 2
    assert capsys.readouterr().out.count("alerts without a state") == 2


def test_a_state_that_is_not_there_may_look_forbidden(
    debounced: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    """S3 answers so to who may not list the bucket, as the function may not."""
    s3.spoil(Fault("error", *READ_STATE, **REFUSED))
    for event in covered(stage, 2):
        assert returned(debounced(batch(event))) == []
    assert len(stage.keys("alerts/")) == 1


def test_a_frame_that_changes_nothing_is_looked_up_and_not_written(
    debounced: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    # A stranger is told of at once, then left at that for the cooldown.
    events = taken(stage, [clear_frame(0)] * 5 + [b"no image"])
    assert returned(debounced(batch(events[0]))) == []
    (reads, writes) = s3.count(*READ_STATE), s3.count(*WRITE_STATE)
    for event in events[1:]:
        assert returned(debounced(batch(event))) == []
    assert len(stage.keys("alerts/unknown_person/")) == 1
    assert (s3.count(*READ_STATE) - reads, s3.count(*WRITE_STATE) - writes) == (5, 0)
    assert states(stage)["sightings"] == []


def test_a_state_names_its_owner_and_our_key_and_what_it_depends_on(
    debounced: Function, stage: LocalStage, s3: FaultyS3
) -> None:
    for event in covered(stage, 2):
        assert returned(debounced(batch(event))) == []
    first, second = (
        headers
        for method, path, headers in s3.requests
        if (method, path) == ("PUT", f"/{RESULTS}/{STATE}")
    )
    assert first["if-none-match"] == "*"
    assert "if-match" in second
    for headers in (first, second):
        assert headers["x-amz-expected-bucket-owner"] == OWNER
        assert headers["x-amz-server-side-encryption-aws-kms-key-id"] == KEY_ARN

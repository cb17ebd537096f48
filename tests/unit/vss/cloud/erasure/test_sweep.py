"""A person is erased everywhere, whenever it is cut off; everybody else stays as they were."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from business_logic.gallery_index import format_index
from business_logic.photograph_keys import PhotographKey
from deep_learning.errors import ConfigurationError

from tests.traces_of_persons import (
    leave_document,
    leave_in_gallery,
    leave_messages,
    leave_record,
    message,
    peek,
    photograph,
    places_of,
    read_index,
    with_template,
)
from vss.cloud.deployment import Deployment, DeploymentError
from vss.cloud.erasure.kinds import Kind
from vss.cloud.erasure.progress import Count, Progress
from vss.cloud.erasure.removal import Observer
from vss.cloud.erasure.sweep import Erased, Patience, erase_person

ANN, BEN = "ann-4711", "ben-4711"
CALLS = 70
"""Of S3 and SQS, that an erasure of what is left here takes."""
AT_ONCE = Patience(settle_s=0, poll_s=0)
# Messages that a removal held when it was cut off come back after a second.
RESUMING = Patience(settle_s=1.1, poll_s=0)

EVERYTHING = {
    Kind.PHOTOGRAPH: Count(2, 4),
    Kind.TEMPLATE: Count(2, 2),
    Kind.REPORT: Count(2, 2),
    Kind.INDEX_ENTRY: Count(2, 2),
    Kind.INDEX_VERSION: Count(1, 4),
    Kind.MESSAGE: Count(2, 2),
    Kind.RECORD: Count(2, 2),
    Kind.ALERT: Count(2, 2),
    Kind.STATE: Count(1, 2),
}


def erase(deployment: Deployment, patience: Patience = AT_ONCE) -> Erased:
    return erase_person(deployment, ANN, patience, Observer())


@pytest.fixture
def populated(deployment: Deployment) -> Deployment:
    """Two people with all that may be there of them, and much that is about neither."""
    gallery = deployment.outputs["GalleryBucket"]
    for person_id in (ANN, BEN):
        leave_in_gallery(deployment, person_id)
        leave_messages(deployment, person_id)
    # Put again, deleted, and so with two versions and the mark of a deletion.
    deployment.s3.put_object(Bucket=gallery, Key=f"photos/{ANN}/1.jpg", Body=photograph(ANN, 1))
    deployment.s3.delete_object(Bucket=gallery, Key=f"photos/{ANN}/1.jpg")
    leave_record(deployment, "door", "ann alone", ANN)
    leave_record(deployment, "door", "both", ANN, BEN, None)
    leave_record(deployment, "door", "ben alone", BEN)
    leave_record(deployment, "yard", "nobody")
    for person_id in (ANN, BEN):
        raised = [{"kind": "known_person", "person_id": person_id}]
        leave_document(deployment, "state/door.json", {"raised": raised})
    leave_document(deployment, "state/yard.json", {"raised": {BEN: 1}, "camera_id": ANN})
    return deployment


def the_rest(deployment: Deployment) -> Mapping[str, Any]:
    """All current objects by key, and the messages."""
    found: dict[str, Any] = {}
    for output in ("GalleryBucket", "ResultsBucket"):
        bucket = deployment.outputs[output]
        for item in deployment.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            content = deployment.s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            found[item["Key"]] = content
    for output in ("EnrolmentQueueUrl", "EnrolmentDeadLetterQueueUrl"):
        found[output] = peek(deployment, output)
    return found


def test_nothing_of_the_person_is_left(populated: Deployment) -> None:
    erased = erase(populated)
    assert dict(erased.progress.counts()) == EVERYTHING
    # A camera may be called as a person is.
    assert places_of(populated, [ANN, ANN[::-1]]) == ["ResultsBucket state/yard.json"]
    erased.progress.forget()
    assert not any(key.startswith("erasures/") for key in the_rest(populated))


def test_everybody_else_stays_as_they_were(populated: Deployment) -> None:
    before = the_rest(populated)
    erase(populated).progress.forget()
    after = the_rest(populated)
    gone = {key for key in before if key not in after}
    assert {PhotographKey(ANN, "0.jpg").template, "state/door.json"} <= gone
    alerts = {key for key in gone if key.startswith("alerts/")}
    assert alerts == {
        f"alerts/known_person/door/2026/11/22/{n}.json" for n in ("ann alone", "both")
    }
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed == {
        "index/gallery",
        "EnrolmentQueueUrl",
        "EnrolmentDeadLetterQueueUrl",
        "records/door/2026/11/22/ann alone.json",
        "records/door/2026/11/22/both.json",
    }
    assert after["EnrolmentQueueUrl"] == [message(BEN, 0)]
    index = read_index(populated)
    assert (index.person_ids, index.counts.tolist()) == ((BEN,), [2])


def test_a_record_keeps_all_but_the_name_and_the_scores(populated: Deployment) -> None:
    key = "records/door/2026/11/22/both.json"
    before = json.loads(the_rest(populated)[key])
    erase(populated)
    after = json.loads(the_rest(populated)[key])
    nameless = {"status": "erased", "person_id": None, "score": None, "margin": None}
    before["persons"][0]["face"] = nameless
    assert after == before


class Crash(BaseException):
    """The process ends here."""


def crash_at(deployment: Deployment, call: int) -> Callable[[], int]:
    """Let S3 and SQS not be reached from a call on; return what counts the calls."""
    calls = 0

    def before_call(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls >= call:
            raise Crash

    for client in (deployment.s3, deployment.sqs):
        client.meta.events.register("before-call", before_call, unique_id="crash")
    return lambda: calls


def mend(deployment: Deployment) -> None:
    for client in (deployment.s3, deployment.sqs):
        client.meta.events.unregister("before-call", unique_id="crash")


@pytest.mark.parametrize("call", range(2, CALLS, 10))
def test_cut_off_anywhere_it_is_finished_by_the_next_run(populated: Deployment, call: int) -> None:
    crash_at(populated, call)
    with pytest.raises(Crash):
        erase(populated)
    mend(populated)
    erased = erase(populated, RESUMING)
    assert dict(erased.progress.counts()) == EVERYTHING
    assert places_of(populated, [ANN, ANN[::-1]]) == ["ResultsBucket state/yard.json"]


def test_cut_off_again_and_again_it_is_finished(populated: Deployment) -> None:
    for call in range(12, CALLS, 10):
        crash_at(populated, call)
        with suppress(Crash):
            erase(populated)
        mend(populated)
    assert dict(erase(populated, RESUMING).progress.counts()) == EVERYTHING


def test_there_are_as_many_calls_as_the_tests_above_think(populated: Deployment) -> None:
    calls = crash_at(populated, 10 * CALLS)
    erase(populated)
    mend(populated)
    assert abs(calls() - CALLS) <= 8, calls()


def test_progress_tells_nothing_of_the_person(populated: Deployment) -> None:
    crash_at(populated, CALLS // 2)
    with pytest.raises(Crash):
        erase(populated)
    mend(populated)
    kept = {key: text for key, text in the_rest(populated).items() if key.startswith("erasures/")}
    ((key, text),) = kept.items()
    assert ANN not in key + text.decode()
    assert "photos/" not in text.decode()
    assert Progress.find(populated, BEN).begun is None
    assert Progress.find(populated, ANN).begun is not None


def test_a_second_removal_at_the_same_time_is_told(populated: Deployment) -> None:
    first = Progress.find(populated, ANN)
    first.note(Kind.RECORD, [("a", "1")])
    second = Progress.find(populated, ANN)
    first.note(Kind.RECORD, [("b", "1")])
    with pytest.raises(DeploymentError, match="another removal of the same person"):
        second.note(Kind.RECORD, [("c", "1")])


def test_whoever_is_unknown_is_told_so(populated: Deployment) -> None:
    before = the_rest(populated)
    with pytest.raises(ConfigurationError, match=r"nothing of a person 'cid' is in stage dev"):
        erase_person(populated, "cid", AT_ONCE, Observer())
    with pytest.raises(ConfigurationError, match="person id 'a/b'; allowed are"):
        erase_person(populated, "a/b", AT_ONCE, Observer())
    assert the_rest(populated) == before


def test_what_functions_write_meanwhile_is_found_by_a_later_sweep(populated: Deployment) -> None:
    """A template, a report and a record that come while the first sweep's end is waited for."""
    late = iter([True])
    waited: list[float] = []

    def waiting(seconds: float) -> None:
        waited.append(seconds)
        if next(late, False):
            bucket = populated.outputs["GalleryBucket"]
            for key in (f"templates/{ANN}/late.jpg.json", f"reports/{ANN}/late.jpg.json"):
                populated.s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
            leave_record(populated, "yard", "late", ANN)

    erase_person(populated, ANN, Patience(0.3, 0), Observer(waiting=waiting))
    assert places_of(populated, [ANN]) == ["ResultsBucket state/yard.json"]
    assert len(waited) == 2
    assert all(0.2 < seconds <= 0.3 for seconds in waited)


def test_an_index_that_was_read_before_can_no_longer_be_written(populated: Deployment) -> None:
    """So an enrolment that began before the photographs went is refused, and finds them gone."""
    bucket = populated.outputs["GalleryBucket"]
    read = populated.s3.get_object(Bucket=bucket, Key="index/gallery")
    outdated = with_template(read_index(populated), ANN, b"late")
    # Not in the index yet: that the person is not in it must not keep it from being changed.
    content = format_index(read_index(populated).without(ANN))
    read = populated.s3.put_object(Bucket=bucket, Key="index/gallery", Body=content)
    erase(populated)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        populated.s3.put_object(
            Bucket=bucket,
            Key="index/gallery",
            Body=format_index(outdated),
            IfMatch=read["ETag"],
        )


def test_who_is_enrolled_again_and_again_ends_the_removal(populated: Deployment) -> None:
    bucket = populated.outputs["GalleryBucket"]

    def enrolled_again(_: float) -> None:
        populated.s3.put_object(Bucket=bucket, Key=f"photos/{ANN}/new.jpg", Body=b"x")

    with pytest.raises(DeploymentError, match="somebody enrols them"):
        erase_person(populated, ANN, AT_ONCE, Observer(waiting=enrolled_again))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"persons": "ann-4711', "is no JSON object"),
        ('["ann-4711"]', "is no JSON object"),
        ('{"persons": "ann-4711"}', "is no record"),
        ('{"person": "ann-4711"}', "is no record"),
    ],
)
def test_what_may_tell_of_the_person_is_not_passed_over(
    populated: Deployment, content: str, message: str
) -> None:
    results, key = populated.outputs["ResultsBucket"], "records/door/x.json"
    populated.s3.put_object(Bucket=results, Key=key, Body=content.encode())
    with pytest.raises(DeploymentError, match=f"{key} {message}; look at it"):
        erase(populated)


def test_it_is_told_how_it_goes(populated: Deployment) -> None:
    told: dict[Kind, int] = {}
    looked: list[int] = []
    observer = Observer(told.__setitem__, looked.append)
    erase_person(populated, ANN, AT_ONCE, observer)
    assert told == {kind: count.versions for kind, count in EVERYTHING.items()}
    # Four records, and again the two that were written anew.
    assert looked == [4, 6]

"""A person is removed from the deployed app: nothing of them is found, everybody else is."""

import base64
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from business_logic.gallery_index import GalleryIndex, parse_index, photograph_digest
from business_logic.gallery_store import INDEX_KEY
from deep_learning.catalogue import Catalogue, Role
from deep_learning.errors import ConfigurationError

from model_assets.training.day import REGISTERED, frames, references
from tests.end_to_end.conftest import Deploy
from tests.end_to_end.enrolment import TERMS, Taken, enrol
from tests.end_to_end.frames import event_of, eventually
from tests.end_to_end.identification import analyse, faces
from tests.traces_of_persons import places_of
from vss.cloud import persons_commands
from vss.cloud.deployment import Deployment
from vss.cloud.emptying import empty_buckets
from vss.cloud.enrolment import put_photographs
from vss.cloud.erasure.kinds import Kind
from vss.cloud.erasure.removal import Observer
from vss.cloud.erasure.sweep import Patience, erase_person
from vss.cloud.photograph_files import PhotographFile
from vss.cloud.redrive import QUEUE_PAIRS, waiting
from vss.cloud.trace import recent_trace_ids
from vss.local.deployment import Running
from vss.paths import MANIFEST

SETTINGS = {
    "model_set": "demo",
    "timeout_s": 10,
    "alerts": ["camera_covered", "unknown_person", "known_person"],
    "confirmed_frames": 1,
}
GONE, KEPT = REGISTERED
FRAMES = 6
ALONE, OTHER, BOTH = 1, 2, 5
"""Numbers of the day's frames: the one who goes, the one who stays, both."""


def encoded(image: np.ndarray, quality: int = 92) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


class Crash(BaseException):
    """The removal ends here."""


class Elsewhere(BaseException):
    """The removal went on to the end of a sweep."""


def cut_off(deployment: Deployment, kind: Kind) -> None:
    """Remove the person, and end where something of a kind is about to be erased."""

    def told(noted: Kind, _: int) -> None:
        if noted is kind:
            raise Crash

    def waiting(_: float) -> None:
        raise Elsewhere

    with pytest.raises(Crash):
        erase_person(deployment, GONE, Patience(0), Observer(told=told, waiting=waiting))


class Story:
    """What happened, once, for all tests to look at."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running, self.deployment, self.folder = running, running.deployment, folder
        self.day = [encoded(picture.image, 88) for picture in islice(frames(), FRAMES)]
        self.photographs = [
            Taken(picture.path.split("/")[0], Path(picture.path).stem, encoded(picture.image))
            for picture in references()
        ]

    def play(self) -> None:
        reports = enrol(self.deployment, self.photographs)
        assert {report["status"] for report in reports} == {"enrolled"}
        self.before = [faces(record) for record in self._analyse("before")]
        self.traces = self._texts()
        assert eventually(self._is_idle)
        self._leave_messages()
        self.found = places_of(self.deployment, self.traces)
        for kind in Kind:
            cut_off(self.deployment, kind)
        # One more, on its way through the function while the person is removed.
        again = PhotographFile(Path("new.jpg"), encoded(self._picture(), 80), "new.jpg")
        put_photographs(self.deployment, GONE, [again], TERMS, lambda _: None)
        self.receipt_path = self.folder / "receipt.json"
        persons_commands.remove(self.deployment, GONE, self.receipt_path)
        self.receipt: dict[str, Any] = json.loads(self.receipt_path.read_text())
        # What a function works on cannot be seen in its queue.
        assert eventually(self._is_idle)
        self.left = places_of(self.deployment, [*self.traces, "erasures/"])
        self.after = self._analyse("after")

    def _leave_messages(self) -> None:
        """Let one delivery of a photograph wait, and another have been given up."""
        bucket = self.deployment.outputs["GalleryBucket"]
        listed = self.deployment.s3.list_object_versions(Bucket=bucket, Prefix=f"photos/{GONE}/")
        photograph = listed["Versions"][0]["Key"], listed["Versions"][0]["VersionId"]
        body = event_of(self.deployment, photograph, "2026-11-22T10:00:00Z", "GalleryBucket")
        for output in ("EnrolmentQueueUrl", "EnrolmentDeadLetterQueueUrl"):
            url = self.deployment.outputs[output]
            self.deployment.sqs.send_message(QueueUrl=url, MessageBody=body)

    def _analyse(self, camera: str) -> list[dict[str, Any]]:
        shown = [self.day[number] for number in (ALONE, OTHER, BOTH)]
        return analyse(self.running, camera, shown)

    def _picture(self) -> np.ndarray:
        content = next(taken.content for taken in self.photographs if taken.person_id == GONE)
        return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)

    def _texts(self) -> list[str | bytes]:
        """All by which the person may be told: id, photographs, their digests, templates."""
        index = self.index()
        templates = [bytes(row.tobytes()) for row in index.templates[index.of(GONE)]]
        contents = [taken.content for taken in self.photographs if taken.person_id == GONE]
        digests = [photograph_digest(content).to_bytes(8, "little") for content in contents]
        coded = [base64.b64encode(template) for template in templates]
        return [GONE, *contents, *digests, *templates, *coded]

    def index(self) -> GalleryIndex:
        network = Catalogue.read(MANIFEST, "demo").entry(Role.FACE_EMBEDDING).weights.sha384
        bucket = self.deployment.outputs["GalleryBucket"]
        stored = self.deployment.s3.get_object(Bucket=bucket, Key=INDEX_KEY)
        return parse_index(stored["Body"].read(), network)

    def _is_idle(self) -> bool:
        return not any(waiting(self.deployment, pair) for pair in QUEUE_PAIRS)


@pytest.fixture(scope="module")
def story(deploy: Deploy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    running = deploy(SETTINGS, MANIFEST)
    story = Story(running, tmp_path_factory.mktemp("erasure"))
    story.play()
    yield story
    deploy()
    empty_buckets(running.deployment, lambda _bucket, _count: None)


def test_there_was_much_to_erase(story: Story) -> None:
    assert story.before == [[GONE], [KEPT], story.before[2]]
    assert set(story.before[2]) == {GONE, KEPT}
    places = {place.split("/")[0] for place in story.found}
    assert places >= {
        "GalleryBucket photos",
        "GalleryBucket templates",
        "GalleryBucket reports",
        "GalleryBucket index",
        "ResultsBucket records",
        "ResultsBucket alerts",
        "ResultsBucket state",
    }
    assert "EnrolmentDeadLetterQueueUrl" in story.found


def test_nothing_of_the_person_is_left_in_any_bucket_or_queue(story: Story) -> None:
    assert story.left == []


def test_neither_log_nor_trace_ever_told_of_the_person(story: Story) -> None:
    for function in ("surveillance", "enrolment"):
        log = (story.running.folder / "logs" / f"vss-dev-{function}.log").read_text()
        assert "REPORT RequestId" in log
        assert GONE not in log
    assert GONE not in (story.running.folder / "invocations.jsonl").read_text()
    ids = recent_trace_ids(story.deployment, 30)
    assert ids
    for first in range(0, len(ids), 5):
        answer = story.deployment.xray.batch_get_traces(TraceIds=ids[first : first + 5])
        assert GONE not in json.dumps(answer, default=str)


def test_the_one_is_unknown_now_and_the_other_is_known_as_before(story: Story) -> None:
    assert [faces(record) for record in story.after[:2]] == [[None], [KEPT]]
    assert set(faces(story.after[2])) == {None, KEPT}
    index = story.index()
    assert index.person_ids == (KEPT,)
    of_kept = [taken.content for taken in story.photographs if taken.person_id == KEPT]
    assert set(index.photographs.tolist()) == {photograph_digest(content) for content in of_kept}


def test_past_records_keep_all_but_the_name(story: Story) -> None:
    bucket = story.deployment.outputs["ResultsBucket"]
    listed = story.deployment.s3.list_objects_v2(Bucket=bucket, Prefix="records/before/")
    statuses = []
    for item in listed["Contents"]:
        content = story.deployment.s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        people = json.loads(content)["persons"]
        statuses += [(one["face"]["status"], one["face"]["person_id"]) for one in people]
        assert all(one["face"]["box"] for one in people)
    assert sorted(statuses, key=str) == sorted(
        [("erased", None), ("identified", KEPT), ("erased", None), ("identified", KEPT)], key=str
    )


def test_the_receipt_covers_all_and_can_be_checked(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = {item["what"]: item["objects"] for item in story.receipt["erased"]}
    enrolled = sum(taken.person_id == GONE for taken in story.photographs)
    assert counts[Kind.PHOTOGRAPH] == enrolled + 1
    assert counts[Kind.INDEX_ENTRY] >= enrolled
    assert counts[Kind.RECORD] == 2
    assert all(counts[kind] for kind in (Kind.TEMPLATE, Kind.REPORT, Kind.ALERT, Kind.STATE))
    assert counts[Kind.MESSAGE] >= 1
    persons_commands.verify(story.deployment, story.receipt_path)
    assert "The signature fits" in capsys.readouterr().out


def test_whoever_is_gone_cannot_be_removed_again(story: Story) -> None:
    with pytest.raises(ConfigurationError, match=f"nothing of a person '{GONE}' is in"):
        persons_commands.remove(story.deployment, GONE, story.folder / "again.json")

"""A photograph ends as a template in the index or as a refusal, each with its report."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from business_logic.calendar import today
from business_logic.enrolment_terms import EnrolmentTerms
from business_logic.gallery_index import GalleryIndex, format_index, parse_index
from business_logic.gallery_store import INDEX_KEY
from deep_learning.catalogue import Catalogue, Role
from deep_learning.errors import ConfigurationError
from enrolment.process import Enrolment

from tests.enrolment_photographs import blurred, encoded, portrait
from tests.faulty_s3 import Fault, FaultyS3
from tests.local_stage import GALLERY, Json, LocalStage
from tests.unit.enrolment.conftest import VARIABLES, Enrol
from vss.paths import MANIFEST

ANN, BEN = 3, 4
NETWORK = Catalogue.read(MANIFEST, "demo").entry(Role.FACE_EMBEDDING).weights.sha384


def report_of(stage: LocalStage, person_id: str, name: str) -> Json:
    key = f"reports/{person_id}/{name}.json"
    return json.loads(stage.client.get_object(Bucket=GALLERY, Key=key)["Body"].read())


def index_of(stage: LocalStage) -> GalleryIndex:
    content = stage.client.get_object(Bucket=GALLERY, Key=INDEX_KEY)["Body"].read()
    return parse_index(content, NETWORK)


def nobody_is_enrolled(stage: LocalStage) -> bool:
    listing = stage.client.list_objects_v2(Bucket=GALLERY)
    keys = [item["Key"] for item in listing.get("Contents", [])]
    return not any(key.startswith(("index/", "templates/")) for key in keys)


def failed(response: Json) -> int:
    return len(response["batchItemFailures"])


def test_good_photographs_are_enrolled_with_their_last_day(enrol: Enrol, stage: LocalStage) -> None:
    photographs = {
        "photos/p-1/front.jpg": encoded(portrait(ANN)),
        "photos/p-1/side.jpg": encoded(portrait(ANN, 22)),
        "photos/p-2/front.jpg": encoded(portrait(BEN)),
    }
    until = today() + timedelta(days=7)
    assert failed(enrol(photographs, EnrolmentTerms("contract", until))) == 0
    index = index_of(stage)
    assert (index.version, index.person_ids) == (3, ("p-1", "p-2"))
    assert index.counts.tolist() == [2, 1]
    assert set(index.until) == {until.toordinal()}
    assert float(index.templates[0] @ index.templates[1]) > 0.6
    report = report_of(stage, "p-1", "side.jpg")
    assert (report["status"], report["reason"]) == ("enrolled", None)
    assert report["photograph"]["key"] == "photos/p-1/side.jpg"
    assert report["quality"]["inter_ocular_px"] > 24
    template = stage.client.get_object(Bucket=GALLERY, Key="templates/p-2/front.jpg.json")
    document = json.loads(template["Body"].read())
    assert (document["basis"], document["until"]) == ("contract", until.isoformat())


@pytest.mark.parametrize(
    ("content", "terms", "reason"),
    [
        (b"", EnrolmentTerms("x", date.max), "empty"),
        (b"GIF89a....", EnrolmentTerms("x", date.max), "unsupported_format"),
        (encoded(np.full((480, 640, 3), 90, np.uint8)), EnrolmentTerms("x", date.max), "no_face"),
        (
            encoded(blurred(9)(portrait(ANN))),
            EnrolmentTerms("x", date.max),
            "blurred",
        ),
        (encoded(portrait(ANN)), None, "no_basis"),
        (encoded(portrait(ANN)), EnrolmentTerms("x", date(2020, 1, 1)), "expired"),
    ],
)
def test_what_is_unfit_is_refused_with_the_reason(
    content: bytes, terms: EnrolmentTerms | None, reason: str, enrol: Enrol, stage: LocalStage
) -> None:
    assert failed(enrol({"photos/p-1/a.jpg": content}, terms)) == 0
    report = report_of(stage, "p-1", "a.jpg")
    assert (report["status"], report["reason"]) == ("refused", reason)
    assert report["text"]
    assert nobody_is_enrolled(stage)


def test_a_photograph_of_somebody_else_is_refused_either_way(
    enrol: Enrol, stage: LocalStage
) -> None:
    front, side = encoded(portrait(ANN)), encoded(portrait(ANN, 22))
    other = encoded(portrait(BEN))
    enrol({"photos/p-1/1.jpg": front, "photos/p-1/2.jpg": other, "photos/p-2/3.jpg": side})
    assert report_of(stage, "p-1", "2.jpg")["reason"] == "unlike_own"
    assert report_of(stage, "p-2", "3.jpg")["reason"] == "like_other"
    assert index_of(stage).person_ids == ("p-1",)


def test_a_delivery_that_comes_twice_changes_nothing_but_the_version(
    enrol: Enrol, stage: LocalStage
) -> None:
    photographs = {"photos/p-1/1.jpg": encoded(portrait(ANN))}
    enrol(photographs)
    enrol(photographs)
    assert index_of(stage).counts.tolist() == [1]


def test_what_cannot_be_read_or_written_comes_again_and_is_not_named(
    enrol: Enrol, stage: LocalStage, s3: FaultyS3, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.spoil(Fault("error", "GET", f"/{GALLERY}/photos/", status=403, code="AccessDenied"))
    assert failed(enrol({"photos/secret-person/1.jpg": encoded(portrait(ANN))})) == 1
    s3.spoil(Fault("error", "PUT", f"/{GALLERY}/index/", status=403, code="AccessDenied"))
    assert failed(enrol({"photos/secret-person/1.jpg": encoded(portrait(ANN))})) == 1
    assert failed(enrol({"photos/secret person/1.jpg": b"x"})) == 1
    printed = capsys.readouterr().out
    assert printed.count("TransientError AccessDenied") == 2
    assert "secret" not in printed


def test_a_photograph_that_is_gone_leaves_nothing_behind(enrol: Enrol, stage: LocalStage) -> None:
    def gone() -> None:
        stage.client.delete_object(Bucket=GALLERY, Key="photos/p-1/1.jpg")

    assert failed(enrol({"photos/p-1/1.jpg": encoded(portrait(ANN))}, before_it_begins=gone)) == 0
    assert stage.client.list_objects_v2(Bucket=GALLERY)["KeyCount"] == 0


@pytest.mark.parametrize(
    ("requests", "left"),
    [
        (["GET"], set()),
        (["GET", "GET"], set()),
        (["HEAD"], set()),
        # The template is written when the index turns out to have changed; a later sweep finds it.
        (["PUT"], {"templates/p-1/1.jpg.json"}),
        (["PUT", "PUT"], {"templates/p-1/1.jpg.json"}),
    ],
)
def test_who_is_removed_while_being_enrolled_is_not_in_the_index(
    requests: list[str], left: set[str], enrol: Enrol, stage: LocalStage, s3: FaultyS3
) -> None:
    """The removal takes place before the last of the requests."""
    enrol({"photos/p-2/1.jpg": encoded(portrait(BEN))})

    def remove() -> None:
        stage.client.delete_object(Bucket=GALLERY, Key="photos/p-1/1.jpg")
        content = format_index(index_of(stage).without("p-1"))
        stage.client.put_object(Bucket=GALLERY, Key=INDEX_KEY, Body=content)

    for method in requests[:-1]:
        s3.meanwhile(method, lambda: None)
    s3.meanwhile(requests[-1], remove)
    assert failed(enrol({"photos/p-1/1.jpg": encoded(portrait(ANN))})) == 0
    assert index_of(stage).person_ids == ("p-2",)
    keys = {item["Key"] for item in stage.client.list_objects_v2(Bucket=GALLERY)["Contents"]}
    assert {key for key in keys if "p-1" in key} == left


def test_a_setting_that_is_missing_or_unknown_is_named(start: Callable[..., Enrolment]) -> None:
    with pytest.raises(ConfigurationError, match="VSS_GALLERY_KEY_ARN is 'x'; allowed"):
        start(VSS_GALLERY_KEY_ARN="x")
    with pytest.raises(ConfigurationError, match="VSS_SCOPE: no such setting here"):
        start(VSS_SCOPE="global")
    assert "VSS_SCOPE" not in VARIABLES

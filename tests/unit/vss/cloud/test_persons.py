"""Who is enrolled, by what photographs; the copy of all there is of a person."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from business_logic.enrolment_terms import EnrolmentTerms
from deep_learning.errors import ConfigurationError

from tests.traces_of_persons import leave_in_gallery, leave_record, photograph
from vss.cloud.deployment import Deployment
from vss.cloud.export import export_person
from vss.cloud.persons import KnownPerson, list_persons, read_person


def calls_of(deployment: Deployment) -> Counter[str]:
    """Count the calls of S3 from now on."""
    calls: Counter[str] = Counter()
    deployment.s3.meta.events.register("before-call", lambda model, **_: calls.update([model.name]))
    return calls


def put_photograph(deployment: Deployment, key: str, terms: EnrolmentTerms | None = None) -> None:
    metadata: dict[str, Any] = {} if terms is None else {"Metadata": terms.metadata()}
    bucket = deployment.outputs["GalleryBucket"]
    deployment.s3.put_object(Bucket=bucket, Key=key, Body=b"x", **metadata)


def test_nobody_is_listed_where_nobody_is(deployment: Deployment) -> None:
    assert list_persons(deployment) == []


def test_people_are_listed_by_one_object_and_one_listing(deployment: Deployment) -> None:
    leave_in_gallery(deployment, "ben", photographs=1)
    leave_in_gallery(deployment, "ann", photographs=12)
    put_photograph(deployment, "photos/refused/1.jpg")
    calls = calls_of(deployment)
    assert list_persons(deployment) == [
        KnownPerson("ann", 12, date(2030, 1, 1)),
        KnownPerson("ben", 1, date(2030, 1, 1)),
        KnownPerson("refused", 0, None),
    ]
    assert calls == {"ListObjectsV2": 1, "GetObject": 1}


def test_a_person_is_shown_by_photographs(deployment: Deployment) -> None:
    leave_in_gallery(deployment, "ann")
    put_photograph(deployment, "photos/ann/2.jpg")
    leave_in_gallery(deployment, "anna")
    found = read_person(deployment, "ann")
    assert [item.key.name for item in found] == ["0.jpg", "1.jpg", "2.jpg"]
    assert [item.template is None for item in found] == [False, False, True]
    assert [item.report is None for item in found] == [False, False, True]


def test_whoever_is_unknown_is_told_so(deployment: Deployment, tmp_path: Path) -> None:
    leave_in_gallery(deployment, "anna")
    message = "nobody with the id 'ann' is in stage dev on local AWS"
    with pytest.raises(ConfigurationError, match=message):
        read_person(deployment, "ann")
    with pytest.raises(ConfigurationError, match=message):
        export_person(deployment, "ann", tmp_path, lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_an_export_has_all_of_the_person_and_nothing_of_others(
    deployment: Deployment, tmp_path: Path
) -> None:
    for person_id in ("ann", "anna"):
        leave_in_gallery(deployment, person_id, photographs=1)
        leave_record(deployment, "yard", person_id, person_id)
    terms = EnrolmentTerms("consent é", date(2030, 1, 1))
    put_photograph(deployment, "photos/ann/with terms.jpg", terms)
    leave_record(deployment, "door", "both", "ann", "anna", None)
    written = export_person(deployment, "ann", tmp_path, lambda _: None)
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {str(path.relative_to(tmp_path)) for path in written}
    assert files == {
        "photos/0.jpg",
        "photos/with terms.jpg",
        "templates/0.jpg.json",
        "reports/0.jpg.json",
        "terms.json",
        "sightings.json",
    }
    assert (tmp_path / "photos" / "0.jpg").read_bytes() == photograph("ann", 0)
    stated = json.loads((tmp_path / "terms.json").read_text())
    assert stated["photos/ann/with terms.jpg"] == {"basis": "consent é", "until": "2030-01-01"}
    assert "vss-basis has 0 characters" in stated["photos/ann/0.jpg"]["refused"]
    sightings = json.loads((tmp_path / "sightings.json").read_text())
    assert [item["camera_id"] for item in sightings] == ["door", "yard"]
    assert {item["person"]["face"]["person_id"] for item in sightings} == {"ann"}
    assert "anna" not in (tmp_path / "sightings.json").read_text()

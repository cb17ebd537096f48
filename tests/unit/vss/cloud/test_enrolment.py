"""Photographs put with their terms, reports awaited, and what the command says of both."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from business_logic.calendar import today
from business_logic.enrolment_terms import EnrolmentTerms
from deep_learning.errors import ConfigurationError

from vss.cloud import persons_commands
from vss.cloud.deployment import Deployment
from vss.cloud.enrolment import Photograph, await_reports, checked_terms, put_photographs
from vss.cloud.photograph_files import PhotographFile

JPEG = b"\xff\xd8\xff\xe0"
TERMS = ("form 17", date.max)
FILES = [PhotographFile(Path(f"{name}.jpg"), name.encode(), f"{name}.jpg") for name in "ab"]


def put(deployment: Deployment) -> list[Photograph]:
    terms = EnrolmentTerms("consent é", date(2030, 1, 1))
    return put_photographs(deployment, "ann", FILES, terms, lambda _: None)


def report(
    deployment: Deployment, key: str, version_id: str, status: str = "enrolled", text: str = ""
) -> None:
    """Report on a photograph, as the function does."""
    document = {
        "photograph": {"key": key, "version_id": version_id},
        "status": status,
        "text": text or None,
    }
    deployment.s3.put_object(
        Bucket=deployment.outputs["GalleryBucket"],
        Key=f"reports/ann/{key.rpartition('/')[2]}.json",
        Body=json.dumps(document).encode(),
    )


def test_terms_travel_with_the_photograph(deployment: Deployment) -> None:
    first, _ = put(deployment)
    bucket = deployment.outputs["GalleryBucket"]
    stored = deployment.s3.head_object(Bucket=bucket, Key=str(first.key))
    assert EnrolmentTerms.read(stored["Metadata"], today()).basis == "consent é"
    assert stored["VersionId"] == first.version_id
    assert stored["SSEKMSKeyId"] == deployment.outputs["GalleryKeyArn"]


@pytest.mark.parametrize("person_id", ["", "a/b", ".hidden", "ann smith", "a" * 65])
def test_what_is_no_id_is_refused(deployment: Deployment, person_id: str) -> None:
    with pytest.raises(ConfigurationError, match="An id, not a name"):
        put_photographs(deployment, person_id, FILES, EnrolmentTerms(*TERMS), lambda _: None)


@pytest.mark.parametrize(
    ("basis", "until", "message"),
    [
        ("  ", date.max, "1 to 500"),
        ("x" * 501, date.max, "501 characters"),
        ("x", date(2020, 1, 1), "has ended"),
    ],
)
def test_terms_that_allow_nothing_are_refused(basis: str, until: date, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        checked_terms(basis, until)


def test_reports_are_awaited_and_those_of_older_photographs_are_not_taken(
    deployment: Deployment,
) -> None:
    first, second = put(deployment)
    report(deployment, str(first.key), "of an older version")
    report(deployment, str(second.key), second.version_id)
    later = Timer(0.7, report, (deployment, str(first.key), first.version_id))
    later.start()
    found = [
        photograph.path.name for photograph, _ in await_reports(deployment, [first, second], 20)
    ]
    later.join()
    assert found == ["b.jpg", "a.jpg"]


def test_waiting_ends_though_a_report_is_missing(deployment: Deployment) -> None:
    first, second = put(deployment)
    report(deployment, str(second.key), second.version_id)
    found = [photograph for photograph, _ in await_reports(deployment, [first, second], 0)]
    assert found == [second]


@pytest.fixture
def photographs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setenv("COLUMNS", "300")
    paths = [tmp_path / "one.jpg", tmp_path / "two.jpg"]
    for path in paths:
        path.write_bytes(JPEG + path.name.encode())
    return paths


def answer(deployment: Deployment, results: dict[bytes, tuple[str, str]]) -> None:
    """Let each photograph that is put or copied be reported on, by what its content ends with."""

    def asked(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = dict(params)

    def done(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        key = context["asked"]["Key"]
        if not key.startswith("photos/"):
            return
        bucket = deployment.outputs["GalleryBucket"]
        content = deployment.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        for ending, (status, text) in results.items():
            if content.endswith(ending):
                report(deployment, key, parsed["VersionId"], status, text)

    for operation in ("PutObject", "CopyObject"):
        deployment.s3.meta.events.register(f"provide-client-params.s3.{operation}", asked)
        deployment.s3.meta.events.register(f"after-call.s3.{operation}", done)


def test_each_photograph_is_shown_with_what_became_of_it(
    deployment: Deployment, photographs: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    answer(deployment, {b"one.jpg": ("enrolled", ""), b"two.jpg": ("refused", "no face was found")})
    assert persons_commands.enrol(deployment, "ann", photographs, TERMS, 5) == 1
    said = "".join(capsys.readouterr().out.split())
    assert "one.jpgaccepted" in said
    assert "two.jpgrefusednofacewasfound" in said


def test_accepted_photographs_alone_end_well(
    deployment: Deployment, photographs: list[Path]
) -> None:
    answer(deployment, {b".jpg": ("enrolled", "")})
    assert persons_commands.enrol(deployment, "ann", photographs, TERMS, 5) == 0


def test_a_report_that_does_not_come_is_told(
    deployment: Deployment, photographs: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    answer(deployment, {b"one.jpg": ("enrolled", "")})
    assert persons_commands.enrol(deployment, "ann", photographs, TERMS, 0.6) == 1
    printed = capsys.readouterr()
    assert "no report" in printed.out
    assert "1 of 2 reports have not come within 0.6 s" in printed.err


def test_nothing_is_put_where_something_is_wrong(
    deployment: Deployment, photographs: list[Path]
) -> None:
    photographs[1].write_bytes(b"GIF89a")
    for person_id, terms in (("ann", TERMS), ("ann", ("", date.max)), ("a b", TERMS)):
        with pytest.raises(ConfigurationError):
            persons_commands.enrol(deployment, person_id, photographs, terms, 5)
    listed = deployment.s3.list_objects_v2(Bucket=deployment.outputs["GalleryBucket"])
    assert listed["KeyCount"] == 0


def test_all_photographs_are_renewed_and_shown(
    deployment: Deployment, photographs: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    put(deployment)
    answer(deployment, {b"a": ("enrolled", ""), b"b": ("refused", "blurred")})
    assert persons_commands.renew_all(deployment, 5) == 1
    said = "".join(capsys.readouterr().out.split())
    assert "photos/ann/a.jpgaccepted" in said
    assert "photos/ann/b.jpgrefusedblurred" in said

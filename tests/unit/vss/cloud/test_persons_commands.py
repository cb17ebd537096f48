"""The commands about people: what they print, what they write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError
from typer.testing import CliRunner

from tests.traces_of_persons import leave_in_gallery, leave_record, places_of
from tests.unit.vss.cloud.conftest import Deployed
from vss.cli import app
from vss.cloud import persons_commands
from vss.cloud.deployment import Deployment
from vss.cloud.erasure.receipt import ReceiptError


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    return "".join(capsys.readouterr().out.split())


@pytest.fixture
def enrolled(deployed: Deployed) -> Deployment:
    deployment = deployed({})
    for number, person_id in enumerate(("ann-1", "ben-1")):
        leave_in_gallery(deployment, person_id)
        leave_record(deployment, "door", f"{number}", person_id)
    return deployment


def test_people_and_photographs_are_listed(
    enrolled: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    persons_commands.show_persons(enrolled)
    assert "ann-122030-01-01ben-122030-01-01" in shown(capsys)
    bucket = enrolled.outputs["GalleryBucket"]
    refused = {"status": "refused", "text": "the face is blurred"}
    key = "reports/ann-1/0.jpg.json"
    enrolled.s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(refused).encode())
    template = {"until": "2030-01-01", "basis": "form 17"}
    key = "templates/ann-1/1.jpg.json"
    enrolled.s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(template).encode())
    enrolled.s3.delete_object(Bucket=bucket, Key="reports/ann-1/1.jpg.json")
    enrolled.s3.delete_object(Bucket=bucket, Key="templates/ann-1/0.jpg.json")
    persons_commands.show_person(enrolled, "ann-1")
    said = shown(capsys)
    assert "0.jpgrefusedthefaceisblurred" in said
    assert "1.jpgnoreport2030-01-01form17" in said


def test_an_export_says_how_much_it_wrote(
    enrolled: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    persons_commands.export(enrolled, "ann-1", tmp_path / "ann")
    assert "8filesarein" in shown(capsys)


def test_a_removal_ends_with_a_receipt_that_can_be_checked(
    enrolled: Deployment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "receipt.json"
    persons_commands.remove(enrolled, "ann-1", path)
    said = shown(capsys)
    assert "photograph22s3://" in said
    assert "Whatremains,anduntilwhen" in said
    assert places_of(enrolled, ["ann-1", "erasures/"]) == []
    persons_commands.verify(enrolled, path)
    assert "Thesignaturefits" in shown(capsys)
    changed = json.loads(path.read_text())
    changed["erased"][0]["objects"] = 7
    path.write_text(json.dumps(changed))
    with pytest.raises(ReceiptError):
        persons_commands.verify(enrolled, path)
    with pytest.raises(ConfigurationError, match="nothing of a person 'ann-1'"):
        persons_commands.remove(enrolled, "ann-1", tmp_path / "again.json")
    assert not (tmp_path / "again.json").exists()


def test_a_receipt_is_named_after_person_and_time(
    enrolled: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    persons_commands.remove(enrolled, "ben-1", None)
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("erasure-ben-1-2")


def test_where_the_receipt_cannot_be_kept_the_progress_is(
    enrolled: Deployment, tmp_path: Path
) -> None:
    """Run again, the receipt covers what was erased before."""
    with pytest.raises(FileNotFoundError):
        persons_commands.remove(enrolled, "ann-1", tmp_path / "absent" / "receipt.json")
    persons_commands.remove(enrolled, "ann-1", tmp_path / "receipt.json")
    receipt = json.loads((tmp_path / "receipt.json").read_text())
    assert receipt["erased"][0]["objects"] == 2
    assert places_of(enrolled, ["ann-1", "erasures/"]) == []


def test_nothing_is_erased_where_the_receipt_would_take_the_place_of_another_file(
    enrolled: Deployment, tmp_path: Path
) -> None:
    (tmp_path / "receipt.json").write_text("another")
    with pytest.raises(ConfigurationError, match="a new file"):
        persons_commands.remove(enrolled, "ann-1", tmp_path / "receipt.json")
    assert places_of(enrolled, ["ann-1"])


@pytest.mark.parametrize("command", ["list", "show", "export", "remove", "renew", "verify"])
def test_the_commands_are_there(command: str) -> None:
    result = CliRunner().invoke(app, ["persons", command, "--help"])
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--until", "2030-01-01"], "--basis"),
        (["--basis", "x"], "--until"),
        (["--basis", "x", "--until", "tomorrow"], "tomorrow"),
    ],
)
def test_an_enrolment_needs_its_terms(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["enrol", "ann", "a.jpg", *arguments])
    assert result.exit_code == 2
    assert said in result.output

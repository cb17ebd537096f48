"""A workflow in AWS is removed only with its buckets empty, or emptied on demand."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.local_stage import AWS_VARIABLES
from tests.stage_fixtures import moto_endpoint
from tests.workflow_files import CHAIN, write_workflow
from vss.cli import app
from vss.continuum.cloud import deployment

__all__ = ["moto_endpoint"]
STACK = "vss-dev-workflow-chain"
TEMPLATE = {
    "Resources": {
        "Full": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full"}},
        "Empty": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "nothing-in-it"}},
        "Kept": {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "Retain",
            "Properties": {"BucketName": "kept"},
        },
    }
}
Remove = Callable[..., Result]


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program stands for the CDK CLI; the file it writes its arguments into."""
    said, program = tmp_path / "said", tmp_path / "cdk"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {said}\n")
    program.chmod(0o755)
    monkeypatch.setattr(deployment, "CLI", program)
    return said


@pytest.fixture
def session(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """An AWS with the stack: a bucket with two versions, an empty one, one that is kept."""
    reset = urllib.request.Request(f"{moto_endpoint}/moto-api/reset", method="POST")  # noqa: S310
    with urllib.request.urlopen(reset):  # noqa: S310
        pass
    for name, value in {**AWS_VARIABLES, "AWS_ENDPOINT_URL": moto_endpoint}.items():
        monkeypatch.setenv(name, value)
    found = boto3.Session()
    found.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(TEMPLATE))
    s3 = found.client("s3")
    for bucket in ("full", "kept"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.delete_object(Bucket="full", Key="a")
    return found


@pytest.fixture
def remove(tmp_path: Path, session: boto3.Session, called: Path) -> Remove:
    path = write_workflow(tmp_path, CHAIN)

    def run(*words: str, answer: str = "") -> Result:
        return CliRunner().invoke(
            app, ["workflow", "remove", str(path), "--aws", *words], input=answer
        )

    return run


def versions(session: boto3.Session, bucket: str) -> int:
    found = session.client("s3").list_object_versions(Bucket=bucket)
    return len([*found.get("Versions", []), *found.get("DeleteMarkers", [])])


def test_full_buckets_are_named_with_what_to_do_and_nothing_is_removed(
    remove: Remove, session: boto3.Session, called: Path
) -> None:
    result = remove()
    assert result.exit_code == 1
    for part in (
        f"stack {STACK} is not removed: full hold objects",
        "aws s3 sync s3://full full",
        "--empty-buckets",
    ):
        assert part in result.stderr
    assert "kept" not in result.stderr.replace("Keep", "")
    assert not called.exists()
    assert versions(session, "full") == 2


@pytest.mark.parametrize(("words", "answer"), [(("--yes",), ""), ((), "y\n")])
def test_buckets_are_emptied_on_demand_all_versions_of_them(
    remove: Remove, session: boto3.Session, called: Path, words: tuple[str, ...], answer: str
) -> None:
    result = remove("--empty-buckets", *words, answer=answer)
    assert result.exit_code == 0, result.output
    assert called.read_text().splitlines()[:2] == ["destroy", STACK]
    assert (versions(session, "full"), versions(session, "kept")) == (0, 1)


def test_who_says_no_keeps_all(remove: Remove, session: boto3.Session, called: Path) -> None:
    assert remove("--empty-buckets", answer="n\n").exit_code == 1
    assert not called.exists()
    assert versions(session, "full") == 2


def test_empty_buckets_hold_up_nothing(
    remove: Remove, session: boto3.Session, called: Path
) -> None:
    remove("--empty-buckets", "--yes")
    called.unlink()
    assert remove().exit_code == 0
    assert called.exists()

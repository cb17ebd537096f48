"""``vss workflow edge``: from the store that the file declares to the stack's bucket in AWS."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.workflow_files import CHAIN, write_workflow
from tests.workflow_storage import (  # noqa: F401
    ACCESS_KEY,
    REGION,
    SECRET_KEY,
    WorkflowStorage,
    _storage_server,
    storage,
)
from vss.cli import app

REAL = "vss-dev-wf-videos-123456789012-eu-west-1"
TEMPLATE = {
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": REAL}}},
    "Outputs": {"A": {"Value": {"Ref": "Bucket"}, "Description": "bucket videos"}},
}
Edge = Callable[..., Result]


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def edge(
    storage: WorkflowStorage,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Edge:
    """AWS with the stack, a server at the edge with one video; both are the same server."""
    values = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    values |= {"KEY": ACCESS_KEY, "SECRET": SECRET_KEY, "AWS_DEFAULT_REGION": REGION}
    values["AWS_ENDPOINT_URL"] = storage.upstream
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    boto3.client("cloudformation").create_stack(
        StackName="vss-dev-workflow-chain", TemplateBody=json.dumps(TEMPLATE)
    )
    storage.bucket("videos")
    storage.put("videos", "raw/a.mp4", b"film")
    path = write_workflow(tmp_path, CHAIN.replace("http://127.0.0.1:9000", storage.faults.endpoint))

    def run(*words: object) -> Result:
        given = [path, "--until-idle", "--state", tmp_path / "state", *words]
        return CliRunner().invoke(app, ["workflow", "edge", *map(str, given)])

    return run


def test_what_comes_at_the_edge_goes_to_the_bucket_in_aws(
    edge: Edge,
    storage: WorkflowStorage,  # noqa: F811
) -> None:
    result = edge()
    assert result.exit_code == 0, result.output
    assert storage.objects(REAL) == {"images/a.mp4": b"film"}
    assert storage.tags(REAL, "images/a.mp4") == {"anonymised": "true"}
    assert set(storage.objects("videos")) == {"raw/a.mp4"}
    assert result.stdout.startswith("not enforced here: ")
    assert SECRET_KEY not in result.output


def test_what_was_given_up_is_tried_again_on_demand(
    edge: Edge,
    storage: WorkflowStorage,  # noqa: F811
    tmp_path: Path,
) -> None:
    script = (tmp_path / "copy.sh").read_text()
    (tmp_path / "copy.sh").write_text("exit 1")
    assert "is given up" in edge().stdout
    (tmp_path / "copy.sh").write_text(script)
    assert edge().exit_code == 0
    assert storage.objects(REAL) == {}
    assert "1 inputs that were given up are tried again" in edge("--retry-failed").stdout
    assert set(storage.objects(REAL)) == {"images/a.mp4"}


def test_a_store_that_does_not_push_is_looked_at(
    edge: Edge,
    storage: WorkflowStorage,  # noqa: F811
) -> None:
    # This one answers no request for a topic.
    result = edge("--notify", "127.0.0.1:0")
    assert "minio.here is looked at: it does not push" in result.stdout
    assert set(storage.objects(REAL)) == {"images/a.mp4"}


@pytest.mark.parametrize("address", ["here", ":80", "a:b", "a:70000"])
def test_an_address_is_host_and_port(edge: Edge, address: str) -> None:
    result = edge("--notify", address)
    assert result.exit_code == 2
    assert f"--notify is {address!r}; allowed: HOST:PORT" in result.stderr


def test_without_the_stack_nothing_is_begun(
    edge: Edge,
    storage: WorkflowStorage,  # noqa: F811
) -> None:
    result = edge("--stage", "prod")
    assert result.exit_code == 1
    assert "stack vss-prod-workflow-chain cannot be read" in result.stderr
    assert storage.faults.count("GET", "/videos") == 0

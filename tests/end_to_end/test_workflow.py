"""A workflow in the local AWS beside the stage, and both of its halves on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.end_to_end.conftest import SETTINGS
from tests.workflow_files import write_workflow
from vss.continuum.cloud.deployment import (
    WorkflowStack,
    apply_here,
    buckets,
    remove_here,
    stack_outputs,
)
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.fdl.loading import load
from vss.continuum.on_this_machine import make_buckets, run_edge, services_here
from vss.local.deployment import LocalOptions, Running

# As the paper's: a cluster whose server is not declared, keys that are placeholders.
BOTH = """
functions:
  aws:
  - lambda:
      name: copy
      memory: 256
      timeout: 20
      init_script: copy.sh
      input:
      - {storage_provider: s3, path: copies/in}
      output:
      - {storage_provider: s3, path: copies/out}
  - lambda:
      name: again
      memory: 256
      timeout: 20
      init_script: copy.sh
      input:
      - {storage_provider: s3, path: copies/out}
      output:
      - {storage_provider: s3, path: results, suffix: [.txt]}
  oscar:
  - my_oscar:
      name: edge
      image: any
      script: copy.sh
      annotations: {vss/object-tags: anonymised=true}
      input:
      - {storage_provider: minio, path: edge-videos/in}
      output:
      - {storage_provider: s3.my_s3, path: copies/in}
storage_providers:
  s3:
    my_s3: {access_key: xxxxxx, secret_key: xxxxxx}
"""
WAIT_S = 60.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> WorkflowStack:
    path = write_workflow(tmp_path_factory.mktemp("workflow"), BOTH, "both.yaml")
    return WorkflowStack.read(path, "dev")


@pytest.fixture(scope="module")
def options(running: Running, tiny_manifest: Path) -> LocalOptions:
    return LocalOptions(settings=SETTINGS, manifest=tiny_manifest, folder=running.folder)


@pytest.fixture(scope="module")
def deployed(
    running: Running, stack: WorkflowStack, options: LocalOptions
) -> Iterator[dict[str, str]]:
    """The names of the workflow's buckets in the local AWS."""
    said: list[str] = []
    apply_here(stack, options, said.append, said.append)
    deployment = running.deployment
    yield dict(buckets(stack_outputs(stack, deployment.session, deployment.endpoint)))
    remove_here(stack, options, said.append, said.append)
    with pytest.raises(Exception, match="does not exist"):
        stack_outputs(stack, deployment.session, deployment.endpoint)


def keys(running: Running, bucket: str, prefix: str = "") -> list[str]:
    listing = running.deployment.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [item["Key"] for item in listing.get("Contents", [])]


def wait_for(running: Running, bucket: str, key: str) -> None:
    until = time.monotonic() + WAIT_S
    while key not in keys(running, bucket):
        assert time.monotonic() < until, f"{key} did not come; there is {keys(running, bucket)}"
        time.sleep(0.2)


@pytest.mark.parametrize("tags", ["", "anonymised=false", "other=true"])
def test_what_is_not_tagged_as_anonymised_is_refused(
    running: Running, deployed: dict[str, str], tags: str
) -> None:
    given = {"Tagging": tags} if tags else {}
    with pytest.raises(ClientError, match="AccessDenied"):
        running.deployment.s3.put_object(
            Bucket=deployed["copies"], Key="in/refused.txt", Body=b"x", **given
        )
    assert keys(running, deployed["copies"], "in/refused") == []


def test_an_object_goes_through_both_functions_and_filters(
    running: Running, deployed: dict[str, str]
) -> None:
    for name in ("a b+ü.txt", "c.jpg"):
        running.deployment.s3.put_object(
            Bucket=deployed["copies"], Key=f"in/{name}", Body=b"x", Tagging="anonymised=true"
        )
    wait_for(running, deployed["results"], "a b+ü.txt")
    wait_for(running, deployed["copies"], "out/c.jpg")
    assert keys(running, deployed["results"]) == ["a b+ü.txt"]


def test_both_halves_on_this_machine(
    running: Running, stack: WorkflowStack, deployed: dict[str, str], tmp_path: Path
) -> None:
    loaded, deployment = load(stack.file), running.deployment
    services = services_here(loaded, deployed, running.state)
    make_buckets(services, deployment)
    deployment.s3.put_object(Bucket="edge-videos", Key="in/film.txt", Body=b"film")
    said: list[str] = []
    settings = RunnerSettings(tmp_path, poll_interval_s=0.1)
    run_edge(services, settings, {}, until_idle=True, say=said.append)
    wait_for(running, deployed["results"], "film.txt")
    tags = deployment.s3.get_object_tagging(Bucket=deployed["copies"], Key="in/film.txt")
    assert tags["TagSet"] == [{"Key": "anonymised", "Value": "true"}]
    assert running.state.secret_access_key not in "".join(said)


def test_the_stage_goes_on_beside_the_workflow(running: Running, deployed: dict[str, str]) -> None:
    assert deployed
    names = {f["FunctionName"] for f in running.deployment.awslambda.list_functions()["Functions"]}
    assert {"vss-dev-surveillance", "vss-dev-enrolment", "vss-dev-wf-copy"} <= names

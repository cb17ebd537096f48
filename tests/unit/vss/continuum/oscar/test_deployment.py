"""Services of a workflow on their clusters: created, changed, removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from tests.oscar_server import PASSWORD, USER, OscarServer, oscar_server
from tests.workflow_files import PAPER, write_workflow
from vss.continuum.fdl.loading import LoadedWorkflow, load
from vss.continuum.oscar.deployment import (
    cluster_services,
    create_services,
    remove_services,
    without_undeclared_clusters,
)

BUCKETS = {"scar-mask-detector": "vss-dev-wf-scar-mask-detector-1-eu"}
NAME = "oscar-anon-and-split"


@pytest.fixture
def server() -> Iterator[OscarServer]:
    with oscar_server() as found:
        yield found


def workflow(folder: Path, endpoint: str, fields: str = "") -> LoadedWorkflow:
    user = f"auth_user: {USER}, auth_password: env:PASSWORD"
    cluster = f"clusters:\n  my_oscar: {{endpoint: '{endpoint}', {fields or user}}}\n"
    return load(write_workflow(folder, PAPER.read_text() + cluster, PAPER.name))


def test_service_is_created_with_the_buckets_of_aws_and_changed_when_applied_again(
    server: OscarServer, tmp_path: Path
) -> None:
    loaded, said = workflow(tmp_path, server.endpoint), []
    variables = {"PASSWORD": PASSWORD}
    services = cluster_services(loaded, variables)
    for _ in range(2):
        create_services(loaded, services, BUCKETS, variables, said.append)
    definition = server.services[NAME]
    assert [entry["path"] for entry in definition["output"]] == [
        "oscar-anon-and-split/output",
        "vss-dev-wf-scar-mask-detector-1-eu/intermediate",
    ]
    assert definition["script"].startswith("#!/bin/sh\n")
    assert said == [f"service {NAME} is on cluster my_oscar"] * 2
    assert (server.count("POST", "/system/services"), server.count("PUT", "/system/services")) == (
        1,
        1,
    )


def test_removing_what_is_gone_is_no_error(server: OscarServer, tmp_path: Path) -> None:
    services = cluster_services(workflow(tmp_path, server.endpoint), {"PASSWORD": PASSWORD})
    server.add_service(NAME)
    said: list[str] = []
    for _ in range(2):
        remove_services(services, said.append)
    assert said == [
        f"service {NAME} is removed from cluster my_oscar",
        f"service {NAME} was not on cluster my_oscar",
    ]
    assert NAME not in server.services


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("auth_user: me", "needs both auth_user and auth_password"),
        ("auth_user: me, auth_password: env:GONE", "secret 'env:GONE': the variable is not set"),
    ],
)
def test_missing_credentials_are_told_before_anything_is_done(
    tmp_path: Path, fields: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        cluster_services(workflow(tmp_path, "http://127.0.0.1:1", fields), {})


def test_a_cluster_that_is_not_declared_is_named(tmp_path: Path) -> None:
    loaded = load(write_workflow(tmp_path, PAPER.read_text(), PAPER.name))
    with pytest.raises(ConfigurationError, match=r"declare it below clusters\.my_oscar"):
        cluster_services(loaded, {})


def test_nothing_is_to_be_removed_of_a_cluster_that_is_not_declared(tmp_path: Path) -> None:
    loaded = load(write_workflow(tmp_path, PAPER.read_text(), PAPER.name))
    assert cluster_services(without_undeclared_clusters(loaded), {}) == ()

"""The JSON Schema for editors: current, strict, and true to the examples."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.fdl_documents import FILES, in_aws, on_cluster
from vss.continuum.fdl.schema import SCHEMA_FILE, fdl_schema, keys_at, schema_text

VALIDATOR = Draft202012Validator(fdl_schema())


def test_the_file_is_current() -> None:
    wanted = "run `python -m vss.continuum.fdl.schema`"
    assert SCHEMA_FILE.read_text() == schema_text(), wanted


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_example_fulfils_it(path: Path) -> None:
    errors = [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(path.read_text()))]
    assert errors == []


@pytest.mark.parametrize(
    "text",
    [
        "storage_providers: {}",
        in_aws("memroy: 512"),
        in_aws("memory: 64"),
        in_aws("memory: '512'"),
        in_aws("execution_mode: fargate"),
        in_aws("input: [{storage_provider: gcs, path: abc/d}]"),
        on_cluster("memory: lots"),
        on_cluster("isolation_level: pod"),
        on_cluster("expose: {api_port: 70000}"),
        on_cluster("federation: {members: [{type: oscar, cluster: a}]}"),
        on_cluster(cluster="my edge"),
        in_aws() + "\nstorage_providers: {s3: {a: {access_key: b}}}",
        in_aws() + "\nclusters: {a: {}}",
    ],
)
def test_it_refuses_what_the_models_refuse(text: str) -> None:
    assert not VALIDATOR.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ((), {"functions", "storage_providers", "clusters"}),
        (("functions", "aws", 0), {"lambda", "iam", "batch"}),
        (("functions", "aws", 3, "lambda", "container"), {"image", "alpine"}),
        (("functions", "oscar", 0, "edge"), {"script", "replicas", "token"}),
        (("functions", "oscar", 0, "edge", "federation", "members", 1), {"cluster_id"}),
        (("storage_providers", "minio", "a"), {"endpoint", "verify"}),
        (("clusters", "a"), {"ssl_verify"}),
    ],
)
def test_the_keys_of_a_map_are_known_by_its_path(
    path: tuple[str | int, ...], some: set[str]
) -> None:
    assert some <= set(keys_at(path))


def test_maps_of_free_keys_have_no_keys() -> None:
    assert keys_at(("functions", "oscar", 0, "edge", "labels")) == ()

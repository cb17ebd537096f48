"""Defaults under a file: maps merge, lists are joined, null counts as absent."""

from pathlib import Path

import pytest

from tests.fdl_documents import in_aws, on_cluster
from vss.continuum.fdl.errors import FdlError
from vss.continuum.fdl.loading import LoadedWorkflow, load
from vss.continuum.fdl.merging import merge
from vss.continuum.fdl.reader import read
from vss.continuum.fdl.tree import plain

DEFAULTS = """
aws:
  iam: {role: 'arn:aws:iam::123456789012:role/default'}
  lambda:
    memory: 1024
    environment: {Variables: {A: '1', B: '2'}}
    layers: ['arn:aws:lambda:us-east-1:123456789012:layer:first:1']
oscar:
  memory: 1Gi
  labels: {tier: edge}
clusters: {edge: {endpoint: 'https://default'}}
storage_providers: {s3: {a: {access_key: env:A, secret_key: env:B}}}
"""


@pytest.mark.parametrize(
    ("low", "high", "merged"),
    [
        ("{a: 1}", "{b: 2}", {"a": 1, "b": 2}),
        ("{a: 1}", "{a: 2}", {"a": 2}),
        ("{a: 1}", "{a: null}", {"a": 1}),
        ("{a: null}", "{a: 1}", {"a": 1}),
        ("{a: {b: 1, c: 2}}", "{a: {c: 3}}", {"a": {"b": 1, "c": 3}}),
        ("{a: [1]}", "{a: [2, 3]}", {"a": [1, 2, 3]}),
        ("{a: [1]}", "{a: {b: 2}}", {"a": {"b": 2}}),
        ("{a: {b: 1}}", "{a: text}", {"a": "text"}),
    ],
)
def test_a_map_over_another(low: str, high: str, merged: object) -> None:
    assert plain(merge(read(low.encode(), "low"), read(high.encode(), "high"))) == merged


def over_defaults(tmp_path: Path, text: str, defaults: str = DEFAULTS) -> LoadedWorkflow:
    (tmp_path / "w.yaml").write_text(text)
    (tmp_path / "defaults.yaml").write_text(defaults)
    return load(tmp_path / "w.yaml", tmp_path / "defaults.yaml")


def test_defaults_hold_where_a_function_in_aws_is_silent(tmp_path: Path) -> None:
    layer = "arn:aws:lambda:us-east-1:123456789012:layer:second:1"
    text = in_aws("timeout: 20", "environment: {Variables: {B: '3'}}", f"layers: ['{layer}']")
    (function,) = over_defaults(tmp_path, text).workflow.functions.aws
    assert (function.lambda_.memory, function.lambda_.timeout) == (1024, 20)
    assert function.lambda_.environment.variables == {"A": "1", "B": "3"}
    assert [arn.split(":")[-2] for arn in function.lambda_.layers] == ["first", "second"]
    assert function.iam.role.endswith("role/default")


def test_defaults_hold_where_a_service_is_silent(tmp_path: Path) -> None:
    workflow = over_defaults(tmp_path, on_cluster("labels: {a: b}", "cpu: 2")).workflow
    service = workflow.functions.oscar[0].service
    assert (service.memory, service.cpu) == ("1Gi", "2")
    assert service.labels == {"tier": "edge", "a": "b"}
    assert workflow.clusters["edge"].endpoint == "https://default"


def test_an_error_in_the_defaults_stands_there(tmp_path: Path) -> None:
    with pytest.raises(FdlError) as refused:
        over_defaults(tmp_path, in_aws(), "aws:\n  lambda:\n    memory: 1")
    (problem,) = refused.value.problems
    assert problem.place.source.endswith("defaults.yaml")
    assert (problem.place.line, problem.path) == (3, "aws.lambda.memory")


def test_defaults_have_no_other_sections(tmp_path: Path) -> None:
    with pytest.raises(FdlError, match="functions: is unknown in defaults; allowed: aws, oscar"):
        over_defaults(tmp_path, in_aws(), "functions: {}")

"""What a function would make, by kind and name."""

from pathlib import Path

import pytest

from stacks.naming import Naming
from tests.fdl_documents import in_aws, loaded, on_cluster, services
from tests.infrastructure.synthesis import synthesise_workflow
from tests.workflow_files import CHAIN, chain, write_workflow
from vss.continuum.fdl.loading import load
from vss.continuum.plan.resources import buckets, names_in_aws, resources

NAMING = Naming("dev")
FUNCTION = ["Lambda function", "log group", "queue", "dead-letter queue", "alarms"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (in_aws(), FUNCTION),
        (in_aws("container: {image: a/b}"), [*FUNCTION, "from image"]),
        (
            in_aws("container: {image: vss/mask_detection}"),
            [*FUNCTION, "from the layers of this project:"],
        ),
        (on_cluster(), ["service"]),
        (
            on_cluster("input: [{storage_provider: minio, path: abc/d}]"),
            ["service", "bucket notification"],
        ),
        (on_cluster("volume: {size: 1Gi, mount_path: /d}"), ["service", "volume"]),
        (on_cluster("expose: {api_port: 80}"), ["service", "exposed interface"]),
        (
            on_cluster("kserve: {type: llm_inference, storage_uri: 'hf://a'}"),
            ["service", "model server"],
        ),
        (on_cluster(cluster="local"), ["edge runner"]),
    ],
)
def test_a_function_makes(text: str, kinds: list[str]) -> None:
    (node,) = loaded(text).graph.nodes
    assert [resource.kind for resource in resources(node, NAMING)] == kinds


def test_resources_have_the_names_that_they_get_in_the_stack(tmp_path: Path) -> None:
    workflow = load(write_workflow(tmp_path, CHAIN))
    made = {
        resource.name
        for node in workflow.graph.nodes
        for resource in resources(node, NAMING)
        if node.place == "aws" and not resource.kind.startswith(("from", "alarms"))
    }
    buckets_of_it = names_in_aws(workflow.graph.nodes, NAMING)
    assert set(buckets_of_it) == {"videos", "results"}
    named = {real.partition("<")[0] for real in buckets_of_it.values()}
    template = str(synthesise_workflow(tmp_path, chain(tmp_path)).template("workflow-chain"))
    for name in made | named:
        assert f"'{name}" in template, name


def test_buckets_are_counted_once() -> None:
    graph = loaded(
        services(
            ("local", "a", ["minio aaa/x"], ["s3 bbb/x", "minio aaa/y"]),
            ("aws", "b", ["s3 bbb/x"], ["s3 ccc/x", "webdav.w ddd/x"]),
        )
    ).graph
    assert buckets(graph.nodes) == {"minio": ("aaa",), "s3": ("bbb", "ccc")}

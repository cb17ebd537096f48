"""What a function would make, by kind and name."""

import pytest

from tests.fdl_documents import beside_lambda, in_aws, loaded, on_cluster, services
from vss.continuum.plan.resources import Resource, buckets, resources

BATCH = "\n    batch: {compute_resources: {security_group_ids: [sg-1], subnets: [subnet-1]}}"
FUNCTION = ["Lambda function", "log group", "role"]
QUEUES = ["queue", "dead-letter queue"]
JOB = ["Batch job definition", "Batch job queue", "Batch compute environment"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (in_aws(), FUNCTION),
        (in_aws("input: [{storage_provider: s3, path: abc/d}]"), FUNCTION + QUEUES),
        (in_aws("container: {image: a/b}"), [*FUNCTION, "container image"]),
        (beside_lambda("api_gateway: {name: a}"), [*FUNCTION, "HTTP interface"]),
        (in_aws("execution_mode: lambda-batch") + BATCH, FUNCTION + JOB),
        (in_aws("execution_mode: batch") + BATCH, ["role", *JOB]),
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
    assert [resource.kind for resource in resources(node)] == kinds


def test_resources_are_named_after_the_function() -> None:
    (node,) = loaded(in_aws("input: [{storage_provider: s3, path: abc/d}]")).graph.nodes
    assert Resource("log group", "/aws/lambda/f") in resources(node)
    assert Resource("dead-letter queue", "f-dead-letters") in resources(node)


def test_buckets_are_counted_once() -> None:
    graph = loaded(
        services(
            ("local", "a", ["minio aaa/x"], ["s3 bbb/x", "minio aaa/y"]),
            ("aws", "b", ["s3 bbb/x"], ["s3 ccc/x", "webdav.w ddd/x"]),
        )
    ).graph
    assert buckets(graph.nodes) == {"minio": ("aaa",), "s3": ("bbb", "ccc")}

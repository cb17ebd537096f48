"""Where a function runs and what it may use, in words."""

import pytest

from tests.fdl_documents import in_aws, loaded, on_cluster
from vss.continuum.plan.overview import place_in_words, size_in_words

JOB = "\n    batch: {memory: 12288, vcpus: 4}"


@pytest.mark.parametrize(
    ("text", "place", "size"),
    [
        (in_aws("region: eu-west-1"), "AWS Lambda, eu-west-1", "512 MB, 300 s"),
        (in_aws("execution_mode: lambda-batch"), "AWS Lambda, us-east-1", "512 MB, 300 s"),
        (in_aws("execution_mode: batch"), "AWS Batch, us-east-1", "1024 MiB, 1 vCPU"),
        (in_aws("execution_mode: batch") + JOB, "AWS Batch, us-east-1", "12288 MiB, 4 vCPU"),
        (on_cluster("cpu: 2"), "OSCAR cluster edge", "256Mi, 2 CPU"),
        (on_cluster(cluster="local"), "this machine", "256Mi, 0.2 CPU"),
    ],
)
def test_a_function_has_a_place_and_a_size(text: str, place: str, size: str) -> None:
    (node,) = loaded(text).graph.nodes
    assert place_in_words(node) == place
    assert size_in_words(node) == size

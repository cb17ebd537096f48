"""Which function's files trigger which, and what is refused of it."""

import pytest

from tests.fdl_documents import WORKFLOWS, loaded, services
from vss.continuum.fdl.errors import FdlError
from vss.continuum.fdl.graph import WorkflowGraph
from vss.continuum.fdl.loading import load

MINIO = "{endpoint: 'https://%s', access_key: env:A, secret_key: env:B}"
TWO_SERVERS = f"\nstorage_providers: {{minio: {{a: {MINIO % 'a'}, b: {MINIO % 'b'}}}}}"
ONE_SERVER = f"\nstorage_providers: {{minio: {{a: {MINIO % 'a'}, b: {MINIO % 'a'}}}}}"


def edges(graph: WorkflowGraph) -> list[str]:
    return [f"{edge.producer.key} > {edge.consumer.key}" for edge in graph.edges]


def pair(output: str, entry: str, extra: str = "") -> list[str]:
    text = services(
        ("local", "a", ["minio first/in"], [output]), ("local", "b", [entry], ["minio last/out"])
    )
    return edges(loaded(text + extra).graph)


@pytest.mark.parametrize(
    ("output", "entry", "joined"),
    [
        ("s3 abc/d", "s3 abc/d", True),
        ("s3.mine abc/d", "s3 abc/d", True),
        ("S3.mine abc/d/", "s3.yours abc/d", True),
        ("s3 abc/d/e", "s3 abc/d", True),
        ("s3 abc/d", "s3 abc/d/e", False),
        ("s3 abc/dd", "s3 abc/d", False),
        ("s3 abc/d", "minio abc/d", False),
        ("s3 abc/d", "s3 abd/d", False),
        ("minio abc/d", "minio.x abc/d", True),
    ],
)
def test_functions_are_joined_by_type_and_path(output: str, entry: str, joined: bool) -> None:
    assert pair(output, entry) == (["local/a > local/b"] if joined else [])


@pytest.mark.parametrize(("extra", "joined"), [(TWO_SERVERS, False), (ONE_SERVER, True)])
def test_two_servers_that_are_declared_are_two(extra: str, joined: bool) -> None:
    assert bool(pair("minio.a abc/d", "minio.b abc/d", extra)) is joined


def test_the_papers_file_is_two_nodes_and_one_edge() -> None:
    graph = load(WORKFLOWS / "paper_mask_detection.yaml").graph
    assert [node.key for node in graph.nodes] == [
        "aws/scar-mask-detector",
        "my_oscar/oscar-anon-and-split",
    ]
    (edge,) = graph.edges
    assert (edge.producer.name, edge.consumer.name) == (
        "oscar-anon-and-split",
        "scar-mask-detector",
    )
    assert (edge.output.storage_provider, edge.input.storage_provider) == ("s3.my_s3", "s3")
    assert [entry.path for _, entry in graph.sources] == ["oscar-anon-and-split/input"]
    assert [entry.path for _, entry in graph.results] == [
        "scar-mask-detector/result",
        "oscar-anon-and-split/output",
    ]
    assert [entry.path for _, entry in graph.dangling] == ["oscar-anon-and-split/output"]


# Functions (cluster, name, inputs, outputs), edges, layers.
GRAPHS = {
    "alone": ([("aws", "a", ["s3 aaa/x"], ["s3 bbb/x"])], [], [0]),
    "chain": (
        [
            ("local", "a", ["s3 aaa/x"], ["s3 bbb/x"]),
            ("local", "b", ["s3 bbb/x"], ["s3 ccc/x"]),
            ("aws", "c", ["s3 ccc/x"], ["s3 ddd/x"]),
        ],
        ["local/a > local/b", "local/b > aws/c"],
        [2, 0, 1],
    ),
    "several producers": (
        [
            ("local", "a", ["s3 aaa/x"], ["s3 ccc/x"]),
            ("local", "b", ["s3 bbb/x"], ["s3 ccc/x"]),
            ("local", "c", ["s3 ccc/x"], ["s3 ddd/x"]),
        ],
        ["local/a > local/c", "local/b > local/c"],
        [0, 0, 1],
    ),
    "several consumers": (
        [
            ("local", "a", ["s3 aaa/x"], ["s3 bbb/x"]),
            ("local", "b", ["s3 bbb/x"], ["s3 ccc/x"]),
            ("aws", "c", ["s3 bbb/x"], ["s3 ddd/x"]),
        ],
        ["local/a > aws/c", "local/a > local/b"],
        [1, 0, 1],
    ),
    "diamond": (
        [
            ("local", "a", ["s3 aaa/x"], ["s3 bbb/x", "s3 ccc/x"]),
            ("local", "b", ["s3 bbb/x"], ["s3 ddd/x"]),
            ("local", "c", ["s3 ccc/x"], ["s3 ddd/x"]),
            ("local", "d", ["s3 ddd/x"], ["s3 eee/x"]),
        ],
        ["local/a > local/b", "local/a > local/c", "local/b > local/d", "local/c > local/d"],
        [0, 1, 1, 2],
    ),
    "shortcut": (
        [
            ("local", "a", ["s3 aaa/x"], ["s3 bbb/x", "s3 ccc/x"]),
            ("local", "b", ["s3 bbb/x"], ["s3 ccc/x"]),
            ("local", "c", ["s3 ccc/x"], ["s3 ddd/x"]),
        ],
        ["local/a > local/b", "local/a > local/c", "local/b > local/c"],
        [0, 1, 2],
    ),
    "same name in two places": (
        [
            ("local", "a", ["s3 aaa/x"], ["s3 bbb/x"]),
            ("aws", "a", ["s3 bbb/x"], ["s3 ccc/x"]),
        ],
        ["local/a > aws/a"],
        [1, 0],
    ),
}


@pytest.mark.parametrize(("functions", "joined", "layers"), GRAPHS.values(), ids=GRAPHS)
def test_the_graph_of_a_workflow(
    functions: list[tuple[str, str, list[str], list[str]]], joined: list[str], layers: list[int]
) -> None:
    graph = loaded(services(*functions)).graph
    assert sorted(edges(graph)) == sorted(joined)
    assert [graph.layers()[node.key] for node in graph.nodes] == layers


@pytest.mark.parametrize(
    ("functions", "way"),
    [
        (
            [
                ("local", "a", ["s3 aaa/x"], ["s3 bbb/x"]),
                ("local", "b", ["s3 bbb/x"], ["s3 aaa/x"]),
            ],
            {"local/a", "local/b"},
        ),
        (
            [
                ("local", "a", ["s3 aaa/x"], ["s3 bbb/x"]),
                ("aws", "b", ["s3 bbb/x"], ["s3 ccc/x"]),
                ("local", "c", ["s3 ccc/x", "s3 ddd/x"], ["s3 aaa/x/deep"]),
                ("local", "d", ["s3 eee/x"], ["s3 ddd/x"]),
            ],
            {"local/a", "aws/b", "local/c"},
        ),
    ],
)
def test_a_cycle_is_refused_and_named(
    functions: list[tuple[str, str, list[str], list[str]]], way: set[str]
) -> None:
    with pytest.raises(FdlError, match="is in a cycle that never ends") as refused:
        loaded(services(*functions))
    (problem,) = refused.value.problems
    named = problem.message.partition(": ")[2].partition(";")[0].split(" → ")
    assert named[0] == named[-1]
    assert set(named) == way
    assert len(named) == len(way) + 1

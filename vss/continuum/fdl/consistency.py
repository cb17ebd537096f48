"""What must hold between the functions of a workflow, else it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from vss.continuum.fdl.graph import FunctionNode, WorkflowGraph
from vss.continuum.fdl.models import OscarFunction, ProviderType, Workflow
from vss.continuum.fdl.tree import KeyPath

Finding = tuple[KeyPath, str]
_OSCAR_INPUTS = (ProviderType.MINIO, ProviderType.WEBDAV, ProviderType.RUCIO)
_LOCAL_STORAGE = (ProviderType.S3, ProviderType.MINIO)


def contradictions(workflow: Workflow, graph: WorkflowGraph) -> Iterator[Finding]:
    """Yield all that cannot be, with the path that it is about."""
    yield from _names_given_twice(graph)
    yield from _cluster_ids(workflow)
    for node in graph.nodes:
        if isinstance(node.definition, OscarFunction):
            yield from _storage(node, is_local=node.definition.is_local)
    yield from _loops(graph)


def _names_given_twice(graph: WorkflowGraph) -> Iterator[Finding]:
    first: dict[str, FunctionNode] = {}
    for node in graph.nodes:
        if node.key in first:
            yield (*node.path, "name"), f"is {node.name!r} a second time in {node.place}"
        first.setdefault(node.key, node)


def _cluster_ids(workflow: Workflow) -> Iterator[Finding]:
    for index, function in enumerate(workflow.functions.oscar):
        own = function.service.cluster_id
        if own not in (None, function.cluster):
            path = ("functions", "oscar", index, function.cluster, "cluster_id")
            yield path, f"is {own!r}; allowed: {function.cluster}, the cluster it stands below"


def _storage(node: FunctionNode, *, is_local: bool) -> Iterator[Finding]:
    if (
        is_local
        and isinstance(node.definition, OscarFunction)
        and not node.definition.service.script
    ):
        yield node.path, "has no script; allowed: one, for the edge runner of this machine runs it"
    for index, entry in enumerate(node.inputs):
        path = (*node.path, "input", index, "storage_provider")
        allowed = _LOCAL_STORAGE if is_local else _OSCAR_INPUTS
        if entry.provider_type not in allowed:
            whose = "the edge runner of this machine" if is_local else "an OSCAR cluster"
            yield (
                path,
                f"is {entry.storage_provider!r}; allowed as input of {whose}: "
                + ", ".join(allowed),
            )
    for index, entry in enumerate(node.outputs):
        if is_local and entry.provider_type not in _LOCAL_STORAGE:
            path = (*node.path, "output", index, "storage_provider")
            allowed_words = ", ".join(_LOCAL_STORAGE)
            yield (
                path,
                f"is {entry.storage_provider!r}; allowed as output of the edge runner of this "
                f"machine: {allowed_words}",
            )


def _loops(graph: WorkflowGraph) -> Iterator[Finding]:
    for edge in graph.loops:
        index = edge.producer.outputs.index(edge.output)
        yield (
            (*edge.producer.path, "output", index, "path"),
            f"is {edge.output.path!r}, at or below the function's own input {edge.input.path!r}: "
            "each file it writes would trigger it again, without end; allowed: a path outside",
        )
    cycle = graph.cycle()
    if cycle:
        way = " → ".join(node.key for node in cycle)
        yield (
            cycle[0].path,
            f"is in a cycle that never ends: {way}; allowed: outputs that lead to no earlier input",
        )

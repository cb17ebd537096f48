"""Warnings about storage that joins functions, or nearly does."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from vss.continuum.fdl.consistency import Finding
from vss.continuum.fdl.graph import FunctionNode, WorkflowGraph
from vss.continuum.fdl.models import ProviderType, StoragePath
from vss.continuum.fdl.storage import DEFAULT_PROVIDER

_ALIKE = 0.75


def joint_warnings(graph: WorkflowGraph) -> Iterator[Finding]:
    """Yield warnings about what joins the functions of a valid workflow, or nearly does."""
    yield from _servers_of_two_clusters(graph)
    yield from _unread_outputs(graph)
    yield from _overlapping_inputs(graph)


def _servers_of_two_clusters(graph: WorkflowGraph) -> Iterator[Finding]:
    for edge in graph.edges:
        places = {edge.producer.place, edge.consumer.place}
        ids = {edge.output.provider_id, edge.input.provider_id}
        is_minio = edge.output.provider_type is ProviderType.MINIO
        if is_minio and len(places) > 1 and ids == {DEFAULT_PROVIDER}:
            index = edge.producer.outputs.index(edge.output)
            yield (
                (*edge.producer.path, "output", index, "storage_provider"),
                f"is the server of {edge.producer.place}, but {edge.consumer.key} reads that of "
                f"{edge.consumer.place}; name it: minio.<id>",
            )


def _unread_outputs(graph: WorkflowGraph) -> Iterator[Finding]:
    hints = {(node.key, output): entry for node, output, entry in _near_misses(graph)}
    for node, output in graph.results:
        meant = hints.get((node.key, output.path))
        path = (*node.path, "output", node.outputs.index(output), "path")
        if meant is not None:
            yield path, f"is read by no function; is {meant.storage_provider} {meant.path} meant?"
    for node, output in graph.dangling:
        if (node.key, output.path) not in hints:
            path = (*node.path, "output", node.outputs.index(output), "path")
            yield path, "is read by no function; it is kept as a result"


def _near_misses(graph: WorkflowGraph) -> Iterator[tuple[FunctionNode, str, StoragePath]]:
    """Yield outputs that nobody reads, each with an input that nobody feeds and is much alike."""
    for node, output in graph.results:
        for reader, entry in graph.sources:
            if reader.key != node.key and _is_alike(output, entry):
                yield node, output.path, entry


def _is_alike(output: StoragePath, entry: StoragePath) -> bool:
    if output.path == entry.path:
        return True
    one, other = output.path.split("/"), entry.path.split("/")
    if len(one) != len(other) or output.provider_type != entry.provider_type:
        return False
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(pairs) == 1 and bool(get_close_matches(pairs[0][0], pairs[0][1:], cutoff=_ALIKE))


def _overlapping_inputs(graph: WorkflowGraph) -> Iterator[Finding]:
    seen: list[tuple[FunctionNode, StoragePath]] = []
    for node in graph.nodes:
        for index, entry in enumerate(node.inputs):
            for other, earlier in seen:
                if other.place == node.place and other.key != node.key and _overlap(entry, earlier):
                    yield (
                        (*node.path, "input", index, "path"),
                        f"overlaps the input {earlier.path!r} of {other.key}: a store sends an "
                        "event of a file to one of them only, or refuses both",
                    )
            seen.append((node, entry))


def _overlap(one: StoragePath, other: StoragePath) -> bool:
    first, second = f"{one.path}/", f"{other.path}/"
    is_same_store = one.storage_provider == other.storage_provider
    return is_same_store and (first.startswith(second) or second.startswith(first))

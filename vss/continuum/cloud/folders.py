"""Folders of S3 buckets in a workflow, and which of them take anonymised objects alone.

A service on a cluster says by its annotation ``vss/object-tags: anonymised=true`` that all it
writes is anonymised. The folders in S3 that it writes then refuse whatever lacks that tag; the
edge runner gives it to what the service made, and to nothing else.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from stacks.workflow_design import TAG, TAG_VALUE, Folder
from vss.continuum.edge.services import OBJECT_TAGS
from vss.continuum.fdl.graph import FunctionNode, WorkflowGraph
from vss.continuum.fdl.models import OscarFunction, ProviderType, StoragePath


def folder(entry: StoragePath) -> Folder:
    """Return the folder of an input or output in S3."""
    return Folder(entry.bucket, entry.key_prefix)


def is_anonymising(node: FunctionNode) -> bool:
    """Return whether a function vouches for what it writes."""
    definition = node.definition
    if not isinstance(definition, OscarFunction):
        return False
    tags = parse_qsl(definition.service.annotations.get(OBJECT_TAGS, ""))
    return (TAG, TAG_VALUE) in tags


def anonymised_folders(graph: WorkflowGraph) -> tuple[Folder, ...]:
    """Return the folders in S3 that anonymising services write, sorted."""
    found = {f for node in graph.nodes if is_anonymising(node) for f in _written(node)}
    return tuple(sorted(found))


def arrival_folders(graph: WorkflowGraph) -> tuple[Folder, ...]:
    """Return the folders in S3 that are filled from outside AWS, sorted.

    Clusters fill them or, where nothing of the workflow does, people.
    """
    from_clusters = {
        found
        for node in graph.nodes
        if isinstance(node.definition, OscarFunction)
        for found in _written(node)
    }
    from_people = {
        folder(entry) for _, entry in graph.sources if entry.provider_type is ProviderType.S3
    }
    return tuple(sorted(from_clusters | from_people))


def _written(node: FunctionNode) -> set[Folder]:
    return {folder(entry) for entry in node.outputs if entry.provider_type is ProviderType.S3}

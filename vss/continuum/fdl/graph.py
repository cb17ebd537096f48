"""The functions of a workflow and the storage that joins them.

A file that one function writes triggers each function whose input is the same folder of the same
kind of storage, or one above it: the notifications of S3 and MinIO are by prefix. Ids of providers
do not count, since the same account is ``s3`` in AWS and ``s3.my_s3`` on a cluster; two servers
whose declared addresses differ are two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from vss.continuum.fdl.models import (
    AwsFunction,
    MinioProvider,
    OscarFunction,
    StoragePath,
    StorageProviders,
    Workflow,
)
from vss.continuum.fdl.tree import KeyPath

AWS_PLACE = "aws"


@dataclass(frozen=True, slots=True)
class FunctionNode:
    """A function of the workflow.

    Attributes:
        place: ``aws``, or the id of its OSCAR cluster; ``local`` is this machine.
        path: of its settings in the file: functions.aws[0].lambda, functions.oscar[0].my_oscar.
        definition: the function itself.
    """

    name: str
    place: str
    path: KeyPath
    definition: AwsFunction | OscarFunction

    @property
    def key(self) -> str:
        """What tells it from all others."""
        return f"{self.place}/{self.name}"

    @property
    def inputs(self) -> tuple[StoragePath, ...]:
        """Where it is triggered from."""
        definition = self.definition
        if isinstance(definition, AwsFunction):
            return definition.lambda_.input
        return definition.service.input

    @property
    def outputs(self) -> tuple[StoragePath, ...]:
        """Where it writes."""
        definition = self.definition
        if isinstance(definition, AwsFunction):
            return definition.lambda_.output
        return definition.service.output


@dataclass(frozen=True, slots=True)
class Edge:
    """Files that ``producer`` writes to ``output`` trigger ``consumer`` by its ``input``."""

    producer: FunctionNode
    output: StoragePath
    consumer: FunctionNode
    input: StoragePath


@dataclass(frozen=True, slots=True)
class WorkflowGraph:
    """Functions as nodes, storage as edges; a loop of one function is no edge, see ``loops``."""

    nodes: tuple[FunctionNode, ...]
    edges: tuple[Edge, ...]
    loops: tuple[Edge, ...]

    def is_read(self, node: FunctionNode, output: StoragePath) -> bool:
        """Return whether an output triggers another function."""
        return any(edge.producer == node and edge.output == output for edge in self.edges)

    def is_fed(self, node: FunctionNode, entry: StoragePath) -> bool:
        """Return whether another function writes what an input reads."""
        return any(edge.consumer == node and edge.input == entry for edge in self.edges)

    @property
    def sources(self) -> Iterator[tuple[FunctionNode, StoragePath]]:
        """Inputs that no function feeds: the workflow begins there."""
        return (
            (node, entry)
            for node in self.nodes
            for entry in node.inputs
            if not self.is_fed(node, entry)
        )

    @property
    def results(self) -> Iterator[tuple[FunctionNode, StoragePath]]:
        """Outputs that no function reads: the workflow ends there."""
        return (
            (node, output)
            for node in self.nodes
            for output in node.outputs
            if not self.is_read(node, output)
        )

    @property
    def dangling(self) -> Iterator[tuple[FunctionNode, StoragePath]]:
        """Results beside an output that is read: maybe meant to be read as well."""
        return (
            (node, output)
            for node, output in self.results
            if any(self.is_read(node, other) for other in node.outputs)
        )

    def cycle(self) -> tuple[FunctionNode, ...]:
        """Return the functions of one cycle, in order, the first one again at its end."""
        by_key = {node.key: node for node in self.nodes}
        try:
            self._sorter().prepare()
        except CycleError as error:
            return tuple(by_key[key] for key in error.args[1])
        return ()

    def layers(self) -> dict[str, int]:
        """Return for each node's key how many functions come before it at most.

        Raises:
            graphlib.CycleError: there is a cycle.
        """
        layers: dict[str, int] = {}
        for key in self._sorter().static_order():
            before = [edge.producer.key for edge in self.edges if edge.consumer.key == key]
            layers[key] = max((layers[producer] + 1 for producer in before), default=0)
        return layers

    def _sorter(self) -> TopologicalSorter[str]:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for node in self.nodes:
            sorter.add(node.key)
        for edge in self.edges:
            sorter.add(edge.consumer.key, edge.producer.key)
        return sorter


def workflow_graph(workflow: Workflow) -> WorkflowGraph:
    """Return the graph of a workflow."""
    nodes = tuple(_nodes(workflow))
    pairs = [
        Edge(producer, output, consumer, entry)
        for producer in nodes
        for output in producer.outputs
        for consumer in nodes
        for entry in consumer.inputs
        if feeds(output, entry, workflow.storage_providers)
    ]
    return WorkflowGraph(
        nodes,
        tuple(edge for edge in pairs if edge.producer != edge.consumer),
        tuple(edge for edge in pairs if edge.producer == edge.consumer),
    )


def _nodes(workflow: Workflow) -> Iterator[FunctionNode]:
    for index, function in enumerate(workflow.functions.aws):
        path: KeyPath = ("functions", "aws", index, "lambda")
        yield FunctionNode(function.name, AWS_PLACE, path, function)
    for index, service in enumerate(workflow.functions.oscar):
        path = ("functions", "oscar", index, service.cluster)
        yield FunctionNode(service.name, service.cluster, path, service)


def feeds(output: StoragePath, entry: StoragePath, providers: StorageProviders) -> bool:
    """Return whether a file written to ``output`` is an event of the input ``entry``."""
    return (
        output.provider_type == entry.provider_type
        and f"{output.path}/".startswith(f"{entry.path}/")
        and not _differ(output, entry, providers)
    )


def _differ(output: StoragePath, entry: StoragePath, providers: StorageProviders) -> bool:
    """Return whether both are declared, at two addresses."""
    one, other = providers.find(output), providers.find(entry)
    return (
        isinstance(one, MinioProvider)
        and isinstance(other, MinioProvider)
        and one.endpoint.rstrip("/") != other.endpoint.rstrip("/")
    )

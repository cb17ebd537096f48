"""A workflow as a tree in the terminal."""

from __future__ import annotations

from rich.markup import escape
from rich.tree import Tree

from vss.continuum.fdl.aws_services import Batch
from vss.continuum.fdl.graph import AWS_PLACE, FunctionNode, WorkflowGraph
from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import AwsFunction, StoragePath
from vss.continuum.fdl.oscar import LOCAL_CLUSTER
from vss.continuum.plan.resources import buckets, resources
from vss.continuum.plan.wording import counted


def place_in_words(node: FunctionNode) -> str:
    """Return where a function runs."""
    if isinstance(node.definition, AwsFunction):
        settings = node.definition.lambda_
        service = "AWS Batch" if settings.execution_mode == "batch" else "AWS Lambda"
        return f"{service}, {settings.region}"
    return "this machine" if node.place == LOCAL_CLUSTER else f"OSCAR cluster {node.place}"


def size_in_words(node: FunctionNode) -> str:
    """Return what a run of a function may use."""
    if isinstance(node.definition, AwsFunction):
        settings = node.definition.lambda_
        if settings.execution_mode == "batch":
            job = node.definition.batch or Batch()
            return f"{job.memory} MiB, {job.vcpus} vCPU"
        return f"{settings.memory} MB, {settings.timeout} s"
    service = node.definition.service
    return f"{service.memory}, {service.cpu} CPU"


def overview(loaded: LoadedWorkflow) -> Tree:
    """Return the workflow as a tree: functions in their order, each with what it reads, writes."""
    graph = loaded.graph
    root = Tree(f"[bold]{escape(loaded.path.name)}[/bold]  {_counts(graph)}")
    layers = graph.layers()
    for node in sorted(graph.nodes, key=lambda node: (layers[node.key], graph.nodes.index(node))):
        root.add(_function(loaded, node))
    stores = root.add("buckets")
    for provider, names in buckets(graph.nodes).items():
        stores.add(f"{escape(provider)}: {escape(', '.join(names))}")
    return root


def _counts(graph: WorkflowGraph) -> str:
    in_aws = sum(node.place == AWS_PLACE for node in graph.nodes)
    at_edge = len(graph.nodes) - in_aws
    return f"{in_aws} in AWS, {at_edge} at the edge, {counted(len(graph.edges), 'storage edge')}"


def _function(loaded: LoadedWorkflow, node: FunctionNode) -> Tree:
    style = "dark_orange" if node.place == AWS_PLACE else "green"
    branch = Tree(
        f"[bold {style}]{escape(node.name)}[/]  {escape(place_in_words(node))}  "
        f"[dim]{escape(size_in_words(node))}[/dim]"
    )
    for entry in node.inputs:
        branch.add(f"reads   {_location(entry)}  [dim]{_trigger(loaded.graph, node, entry)}[/dim]")
    for output in node.outputs:
        readers = [
            edge.consumer.key
            for edge in loaded.graph.edges
            if edge.producer == node and edge.output == output
        ]
        goal = f"→ {', '.join(readers)}" if readers else "a result"
        branch.add(f"writes  {_location(output)}{_filters(output)}  [dim]{escape(goal)}[/dim]")
    script = loaded.script(node)
    if script is not None:
        branch.add(f"runs    {escape(script.name)}")
    made = ", ".join(f"{resource.kind} {resource.name}" for resource in resources(node))
    branch.add(f"makes   {escape(made)}")
    return branch


def _location(entry: StoragePath) -> str:
    return f"{escape(entry.storage_provider)} {escape(entry.path)}"


def _trigger(graph: WorkflowGraph, node: FunctionNode, entry: StoragePath) -> str:
    makers = [
        edge.producer.key for edge in graph.edges if edge.consumer == node and edge.input == entry
    ]
    return escape(f"each file, from {', '.join(makers)}" if makers else "each file put there")


def _filters(output: StoragePath) -> str:
    parts = [
        f"{words} {', '.join(values)}"
        for words, values in (("beginning with", output.prefix), ("ending in", output.suffix))
        if values
    ]
    return escape(f" ({'; '.join(parts)})") if parts else ""

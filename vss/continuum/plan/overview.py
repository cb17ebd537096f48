"""A workflow as a tree in the terminal."""

from __future__ import annotations

from rich.markup import escape
from rich.tree import Tree

from stacks.naming import Naming
from stacks.workflow_names import workflow_concern, workflow_name
from vss.continuum.cloud.design import refused
from vss.continuum.fdl.aws_services import Batch
from vss.continuum.fdl.graph import AWS_PLACE, FunctionNode, WorkflowGraph
from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import AwsFunction, ProviderType, StoragePath
from vss.continuum.fdl.oscar import LOCAL_CLUSTER
from vss.continuum.plan.resources import buckets, names_in_aws, resources
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


def overview(loaded: LoadedWorkflow, stage: str) -> Tree:
    """Return the workflow as a tree: functions in their order, each with what it reads, writes.

    What is made in AWS has the names that it gets in ``stage``.
    """
    graph, naming = loaded.graph, Naming(stage)
    root = Tree(f"[bold]{escape(loaded.path.name)}[/bold]  {_counts(graph)}")
    layers = graph.layers()
    for node in sorted(graph.nodes, key=lambda node: (layers[node.key], graph.nodes.index(node))):
        root.add(_function(loaded, node, naming))
    stores, real = root.add("buckets"), names_in_aws(graph.nodes, naming)
    for provider, names in buckets(graph.nodes).items():
        shown = [f"{name} ({real[name]})" if name in real else name for name in names]
        is_s3 = provider.partition(".")[0].lower() == ProviderType.S3
        stores.add(escape(f"{provider}: {', '.join(shown if is_s3 else names)}"))
    if loaded.workflow.functions.aws:
        concern = workflow_concern(workflow_name(loaded.path.stem))
        root.add(f"stack in AWS: {escape(naming.stack(concern))}")
        for finding in refused(loaded):
            root.add(f"[red]apply refuses[/] {escape(str(finding))}")
    return root


def _counts(graph: WorkflowGraph) -> str:
    in_aws = sum(node.place == AWS_PLACE for node in graph.nodes)
    at_edge = len(graph.nodes) - in_aws
    return f"{in_aws} in AWS, {at_edge} at the edge, {counted(len(graph.edges), 'storage edge')}"


def _function(loaded: LoadedWorkflow, node: FunctionNode, naming: Naming) -> Tree:
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
    made = ", ".join(f"{resource.kind} {resource.name}" for resource in resources(node, naming))
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

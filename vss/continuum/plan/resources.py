"""The resources that deploying a function would make, by kind and name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vss.continuum.fdl.graph import FunctionNode
from vss.continuum.fdl.models import AwsFunction, OscarFunction
from vss.continuum.fdl.serving import Expose


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that is made for a function."""

    kind: str
    name: str


def resources(node: FunctionNode) -> tuple[Resource, ...]:
    """Return what is made for a function; buckets are of the workflow, see ``buckets``."""
    definition = node.definition
    if isinstance(definition, AwsFunction):
        return tuple(_aws(definition))
    return tuple(_oscar(definition))


def buckets(nodes: tuple[FunctionNode, ...]) -> dict[str, tuple[str, ...]]:
    """Return the buckets that functions read or write, sorted, by their storage provider."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        for entry in (*node.inputs, *node.outputs):
            if entry.provider_type.has_buckets:
                found.setdefault(entry.storage_provider, set()).add(entry.bucket)
    return {provider: tuple(sorted(names)) for provider, names in sorted(found.items())}


def _aws(function: AwsFunction) -> Iterator[Resource]:
    name, settings = function.name, function.lambda_
    if settings.execution_mode != "batch" or settings.input:
        yield Resource("Lambda function", name)
        yield Resource("log group", f"/aws/lambda/{name}")
    yield Resource("role", name)
    if settings.input:
        yield Resource("queue", name)
        yield Resource("dead-letter queue", f"{name}-dead-letters")
    if settings.execution_mode != "lambda":
        for kind in ("job definition", "job queue", "compute environment"):
            yield Resource(f"Batch {kind}", name)
    if settings.container is not None:
        yield Resource("container image", settings.container.image)
    if function.api_gateway.name is not None:
        yield Resource("HTTP interface", f"{function.api_gateway.name}: /scar/launch")


def _oscar(function: OscarFunction) -> Iterator[Resource]:
    service = function.service
    if function.is_local:
        yield Resource("edge runner", function.name)
        return
    yield Resource("service", function.name)
    if service.input:
        yield Resource("bucket notification", function.name)
    if service.volume is not None:
        yield Resource("volume", service.volume.name or function.name)
    if isinstance(service.expose, Expose):
        yield Resource("exposed interface", function.name)
    if service.kserve is not None:
        yield Resource("model server", service.kserve.storage_uri)

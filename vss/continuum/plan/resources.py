"""The resources that deploying a function would make, by kind and name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stacks.naming import Naming
from stacks.workflow_design import ImageRuntime, ProjectRuntime
from stacks.workflow_names import bucket_purpose, function_purpose
from vss.continuum.cloud.images import runtime_of
from vss.continuum.fdl.graph import FunctionNode
from vss.continuum.fdl.models import AwsFunction, OscarFunction
from vss.continuum.fdl.serving import Expose


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that is made for a function."""

    kind: str
    name: str


def resources(node: FunctionNode, naming: Naming) -> tuple[Resource, ...]:
    """Return what is made for a function, by the names that it gets.

    Buckets are of the workflow, see ``buckets``.
    """
    definition = node.definition
    if isinstance(definition, AwsFunction):
        return tuple(_aws(definition, naming))
    return tuple(_oscar(definition))


def buckets(nodes: tuple[FunctionNode, ...]) -> dict[str, tuple[str, ...]]:
    """Return the buckets that functions read or write, sorted, by their storage provider."""
    found: dict[str, set[str]] = {}
    for node in nodes:
        for entry in (*node.inputs, *node.outputs):
            if entry.provider_type.has_buckets:
                found.setdefault(entry.storage_provider, set()).add(entry.bucket)
    return {provider: tuple(sorted(names)) for provider, names in sorted(found.items())}


def names_in_aws(nodes: Iterable[FunctionNode], naming: Naming) -> dict[str, str]:
    """Return the names that the stack's buckets get, by those in the file.

    Its buckets are those that a function in AWS reads or writes.
    """
    in_aws = [node for node in nodes if isinstance(node.definition, AwsFunction)]
    names = {entry.bucket for node in in_aws for entry in (*node.inputs, *node.outputs)}
    found = {name: naming.bucket_pattern(bucket_purpose(naming, name)) for name in names}
    return {
        name: real.replace("${AWS::AccountId}", "<account>").replace("${AWS::Region}", "<region>")
        for name, real in found.items()
    }


def _aws(function: AwsFunction, naming: Naming) -> Iterator[Resource]:
    purpose, runtime = function_purpose(naming, function.name), runtime_of(function.lambda_)
    real = naming.function(purpose)
    yield Resource("Lambda function", real)
    yield Resource("log group", naming.function_log_group(purpose))
    yield Resource("queue", naming.queue(purpose))
    yield Resource("dead-letter queue", naming.dead_letter_queue(purpose))
    yield Resource("alarms", naming.alarm(f"{purpose}-…"))
    if isinstance(runtime, ImageRuntime):
        yield Resource("from image", f"{runtime.repository}:{runtime.version}")
    elif isinstance(runtime, ProjectRuntime):
        yield Resource("from the layers of this project:", runtime.package)


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

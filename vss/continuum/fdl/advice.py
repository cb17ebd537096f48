"""Warnings: what other tools drop or change without a word, and what is probably not meant."""

from __future__ import annotations

from collections.abc import Iterator

from vss.continuum.fdl.consistency import Finding
from vss.continuum.fdl.graph import FunctionNode, WorkflowGraph
from vss.continuum.fdl.joints import joint_warnings
from vss.continuum.fdl.limits import API_GATEWAY_TIMEOUT_S
from vss.continuum.fdl.models import (
    AwsFunction,
    OscarFunction,
    ProviderType,
    StoragePath,
    Workflow,
)
from vss.continuum.fdl.storage import DEFAULT_PROVIDER, Location

# The role of the function, the server of the cluster: these need no entry.
_NEED_NO_ENTRY = (ProviderType.S3, ProviderType.MINIO)


def advice(workflow: Workflow, graph: WorkflowGraph) -> Iterator[Finding]:
    """Yield warnings about a valid workflow, secrets apart."""
    for node in graph.nodes:
        yield from _providers(workflow, node)
        yield from _inputs(node)
        yield from _outputs(node)
        if isinstance(node.definition, AwsFunction):
            yield from _aws(node, node.definition)
        else:
            yield from _oscar(workflow, node, node.definition)
    yield from _unused_providers(workflow, graph)
    yield from joint_warnings(graph)


def _entries(node: FunctionNode) -> Iterator[tuple[str, int, StoragePath]]:
    for kind, entries in (("input", node.inputs), ("output", node.outputs)):
        for index, entry in enumerate(entries):
            yield kind, index, entry


def _is_declared(workflow: Workflow, location: Location) -> bool:
    if location.provider_id == DEFAULT_PROVIDER and location.provider_type in _NEED_NO_ENTRY:
        return True
    return workflow.storage_providers.find(location) is not None


def _providers(workflow: Workflow, node: FunctionNode) -> Iterator[Finding]:
    for kind, index, entry in _entries(node):
        if not _is_declared(workflow, entry):
            wanted = f"storage_providers.{entry.provider_type}.{entry.provider_id}"
            yield (
                (*node.path, kind, index, "storage_provider"),
                f"names {entry.storage_provider}, but there is no {wanted}; other tools then drop "
                f"the {kind} silently",
            )


def _inputs(node: FunctionNode) -> Iterator[Finding]:
    for index, entry in enumerate(node.inputs):
        for key in ("suffix", "prefix"):
            if getattr(entry, key):
                yield (
                    (*node.path, "input", index, key),
                    "is ignored: only outputs are filtered; every file triggers the function",
                )
        if entry in node.inputs[:index]:
            yield (*node.path, "input", index), "is given twice"


def _outputs(node: FunctionNode) -> Iterator[Finding]:
    for index, entry in enumerate(node.outputs):
        if entry in node.outputs[:index]:
            yield (*node.path, "output", index), "is given twice"
        for read in node.inputs:
            is_above = f"{read.path}/".startswith(f"{entry.path}/")
            if read.provider_type == entry.provider_type and is_above:
                yield (
                    (*node.path, "output", index, "path"),
                    f"is above the function's own input {read.path!r}: a file that the script "
                    "writes into a folder of that name triggers it again",
                )


def _aws(node: FunctionNode, function: AwsFunction) -> Iterator[Finding]:
    settings, called = function.lambda_, function.api_gateway.name is not None
    for index, entry in enumerate(settings.input):
        if entry.provider_type is not ProviderType.S3:
            yield (
                (*node.path, "input", index, "storage_provider"),
                f"is {entry.storage_provider}: only s3 triggers a function in AWS; other tools "
                "then drop the input silently",
            )
    if not settings.input and not called:
        yield node.path, "has no input: it runs only when it is invoked"
    if not settings.output and not called:
        yield node.path, "has no output: nothing that it makes is kept"
    if called and settings.timeout > API_GATEWAY_TIMEOUT_S:
        yield (
            (*node.path, "timeout"),
            f"is {settings.timeout} s, but a call through the API gateway ends after "
            f"{API_GATEWAY_TIMEOUT_S} s",
        )
    yield from _batch((*node.path[:-1], "batch"), function)


def _batch(path: tuple[str | int, ...], function: AwsFunction) -> Iterator[Finding]:
    mode = function.lambda_.execution_mode
    if mode == "lambda" and function.batch is not None:
        yield path, "is ignored: execution_mode is lambda"
    if mode != "lambda":
        network = function.batch.compute_resources if function.batch is not None else None
        if network is None or not network.subnets or not network.security_group_ids:
            yield (
                (*path, "compute_resources"),
                "lacks subnets and security_group_ids, which execution_mode "
                f"{mode} requires; give them here or by --defaults",
            )


def _oscar(workflow: Workflow, node: FunctionNode, function: OscarFunction) -> Iterator[Finding]:
    service = function.service
    is_called = service.expose is not None or service.kserve is not None
    if not function.is_local and function.cluster not in workflow.clusters:
        yield node.path, f"is on a cluster without an entry clusters.{function.cluster}"
    if not service.input and not is_called:
        yield node.path, "has no input: it runs only when it is invoked"
    if not service.output and not is_called:
        yield node.path, "has no output: nothing that it makes is kept"
    for index, entry in enumerate(service.input):
        is_foreign = entry.provider_id != DEFAULT_PROVIDER
        if entry.provider_type is ProviderType.MINIO and is_foreign and not function.is_local:
            yield (
                (*node.path, "input", index, "storage_provider"),
                f"is {entry.storage_provider}: a cluster takes events of its own server only",
            )
    if service.allowed_users and service.visibility != "restricted":
        yield (
            (*node.path, "allowed_users"),
            f"is ignored: visibility is {service.visibility}, not restricted",
        )
    for index, member in enumerate(service.federation.members if service.federation else ()):
        if member.type == "oscar" and member.cluster_id not in workflow.clusters:
            yield (
                (*node.path, "federation", "members", index, "cluster_id"),
                f"names {member.cluster_id}, but there is no clusters.{member.cluster_id}",
            )


def _unused_providers(workflow: Workflow, graph: WorkflowGraph) -> Iterator[Finding]:
    used = {
        (entry.provider_type, entry.provider_id)
        for node in graph.nodes
        for _, _, entry in _entries(node)
    }
    for function in workflow.functions.oscar:
        if function.service.mount is not None:
            used.add((function.service.mount.provider_type, function.service.mount.provider_id))
    for kind in ProviderType:
        for name in getattr(workflow.storage_providers, kind):
            if (kind, name) not in used:
                yield ("storage_providers", kind, name), "is used by no function"

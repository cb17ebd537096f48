"""Creates the services of a workflow on their OSCAR clusters, and removes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from deep_learning.errors import ConfigurationError

from vss.continuum.fdl.graph import FunctionNode
from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import Cluster, OscarFunction, OscarService, ProviderType, StoragePath
from vss.continuum.oscar.access import BasicAccess, ClusterAddress
from vss.continuum.oscar.client import OscarClient
from vss.continuum.oscar.definition import secret_of, service_definition
from vss.continuum.oscar.errors import NotFound


@dataclass(frozen=True, slots=True)
class ClusterService:
    """A service of the workflow and the cluster that it belongs on.

    Attributes:
        name: of the service.
        cluster: id of the cluster.
        address: of the cluster, with credentials.
        service: as the file has it.
        script: its text.
    """

    name: str
    cluster: str
    address: ClusterAddress
    service: OscarService
    script: str


def cluster_services(
    loaded: LoadedWorkflow, variables: Mapping[str, str]
) -> tuple[ClusterService, ...]:
    """Return the services on clusters, those of this machine excepted.

    Args:
        loaded: the workflow.
        variables: what ``env:`` references look into.

    Raises:
        ConfigurationError: a cluster is not declared or lacks credentials, or a script cannot be
            read.
    """
    return tuple(
        _service(loaded, node, node.definition, variables)
        for node in loaded.graph.nodes
        if isinstance(node.definition, OscarFunction) and not node.definition.is_local
    )


def without_undeclared_clusters(loaded: LoadedWorkflow) -> LoadedWorkflow:
    """Return the workflow without the services that can be on no cluster: it is not declared."""
    declared = loaded.workflow.clusters
    nodes = tuple(
        node
        for node in loaded.graph.nodes
        if not isinstance(node.definition, OscarFunction) or node.definition.cluster in declared
    )
    return replace(loaded, graph=replace(loaded.graph, nodes=nodes))


def create_services(
    loaded: LoadedWorkflow,
    services: tuple[ClusterService, ...],
    buckets: Mapping[str, str],
    variables: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    """Create each service, or change the one of its name.

    Args:
        loaded: the workflow.
        services: of ``cluster_services``.
        buckets: names of the workflow's buckets in AWS, by those in the file.
        variables: what ``env:`` references look into.
        say: told what was done, in a line each.

    Raises:
        OscarError: a cluster refuses.
        ConfigurationError: a secret is not where the file says.
    """
    for one in services:
        providers = loaded.workflow.storage_providers
        service = with_real_buckets(one.service, buckets)
        definition = service_definition(service, one.script, providers, variables)
        with OscarClient(one.address) as client:
            warning = client.apply(definition)
        say(f"service {one.name} is on cluster {one.cluster}")
        if warning:
            say(f"warning: cluster {one.cluster}: {warning}")


def remove_services(services: tuple[ClusterService, ...], say: Callable[[str], None]) -> None:
    """Remove each service that is there.

    Raises:
        OscarError: a cluster refuses.
    """
    for one in services:
        with OscarClient(one.address) as client:
            try:
                client.remove(one.name)
                say(f"service {one.name} is removed from cluster {one.cluster}")
            except NotFound:
                say(f"service {one.name} was not on cluster {one.cluster}")


def script_of(loaded: LoadedWorkflow, node: FunctionNode) -> str:
    """Return the text of a function's script, empty where it has none.

    Raises:
        ConfigurationError: it cannot be read.
    """
    path = loaded.script(node)
    try:
        return "" if path is None else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"script {str(path)!r} of {node.name!r}: {error}") from error


def with_real_buckets(service: OscarService, buckets: Mapping[str, str]) -> OscarService:
    """Return the service with the S3 buckets it reads and writes named as they are in AWS."""
    inputs, outputs = (
        tuple(_real(entry, buckets) for entry in entries)
        for entries in (service.input, service.output)
    )
    return service.model_copy(update={"input": inputs, "output": outputs})


def _real(entry: StoragePath, buckets: Mapping[str, str]) -> StoragePath:
    real = buckets.get(entry.bucket)
    if entry.provider_type is not ProviderType.S3 or real is None:
        return entry
    return entry.model_copy(update={"path": "/".join(filter(None, (real, entry.folders)))})


def _service(
    loaded: LoadedWorkflow,
    node: FunctionNode,
    function: OscarFunction,
    variables: Mapping[str, str],
) -> ClusterService:
    script = script_of(loaded, node)
    cluster = loaded.workflow.clusters.get(function.cluster)
    if cluster is None:
        raise ConfigurationError(
            f"service {node.name!r} is on cluster {function.cluster!r}; declare it below "
            f"clusters.{function.cluster}, with endpoint, auth_user and auth_password"
        )
    address = _address(function.cluster, cluster, variables)
    return ClusterService(node.name, function.cluster, address, function.service, script)


def _address(name: str, cluster: Cluster, variables: Mapping[str, str]) -> ClusterAddress:
    if cluster.auth_user is None or cluster.auth_password is None:
        raise ConfigurationError(f"cluster {name!r} needs both auth_user and auth_password")
    user, password = (
        secret_of(secret.get_secret_value(), variables)
        for secret in (cluster.auth_user, cluster.auth_password)
    )
    return ClusterAddress(cluster.endpoint, BasicAccess(user, password), cluster.ssl_verify)

"""Both halves of a workflow on this machine: the local AWS, and the edge runner for every service.

The local AWS stands for S3, with the buckets of the deployed stack, and for each MinIO server that
the file does not declare, such as that of a cluster; for all of them if wanted. Buckets that are
not there are made, as OSCAR makes those of its services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError
from deep_learning.errors import ConfigurationError
from pydantic import SecretStr
from supervisor.description import Credentials, Provider

from vss.cloud.deployment import Deployment, DeploymentError
from vss.continuum.edge.runner import EdgeRunner
from vss.continuum.edge.services import EdgeService, edge_service
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import MinioProvider, OscarFunction, ProviderType, StorageProviders
from vss.continuum.oscar.deployment import script_of, with_real_buckets
from vss.local.state import REGION, LocalState


def services_here(
    loaded: LoadedWorkflow,
    buckets: Mapping[str, str],
    state: LocalState,
    minio_here: bool = False,
) -> tuple[EdgeService, ...]:
    """Return all services of the workflow, whatever their cluster, as this machine runs them.

    Args:
        loaded: the workflow.
        buckets: names of its buckets in the local AWS, by those in the file.
        state: of the local AWS.
        minio_here: whether the local AWS stands for the MinIO servers that the file declares, too.

    Raises:
        ConfigurationError: a service asks for what this machine does not do.
    """
    providers = _with_local_servers(loaded, state, minio_here)
    found = []
    for node in loaded.graph.nodes:
        if isinstance(node.definition, OscarFunction):
            service = with_real_buckets(node.definition.service, buckets)
            found.append(
                _with_local_s3(edge_service(service, script_of(loaded, node), providers), state)
            )
    if not found:
        raise ConfigurationError(f"{loaded.path} has no service: nothing runs at the edge")
    return tuple(found)


def make_buckets(services: tuple[EdgeService, ...], deployment: Deployment) -> None:
    """Make the buckets of the services that the local AWS does not have."""
    there = {bucket["Name"] for bucket in deployment.s3.list_buckets()["Buckets"]}
    location: Any = {"LocationConstraint": REGION}
    for bucket in sorted(set(_buckets(services, str(deployment.endpoint))) - there):
        deployment.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=location)


def run_edge(
    services: tuple[EdgeService, ...],
    settings: RunnerSettings,
    variables: Mapping[str, str],
    until_idle: bool,
    say: Callable[[str], None],
) -> None:
    """Run the services until interrupted or, if wanted, until nothing is left to do.

    Raises:
        ConfigurationError: a secret is missing, or another runner works in the same folder.
    """
    runner = EdgeRunner(services, settings, variables, say)
    try:
        say(runner.statement())
        runner.run(until_idle)
    finally:
        runner.close()


def put_files(
    files: Sequence[Path], services: tuple[EdgeService, ...], deployment: Deployment
) -> str:
    """Put files into the input that no service writes to; return its bucket and folder.

    Raises:
        ConfigurationError: none of these inputs lies in the local AWS.
        DeploymentError: the local AWS refuses.
        OSError: a file cannot be read.
    """
    described = [service.description for service in services]
    written = {output.place for one in described for output in one.outputs}
    for description in described:
        for place in description.inputs:
            endpoint = description.providers[place.provider].endpoint
            if place not in written and endpoint == deployment.endpoint:
                for path in files:
                    _put(path, deployment, place.bucket, place.key(path.name))
                return f"{place.bucket}/{place.folder}".rstrip("/")
    raise ConfigurationError(
        "files are put into the local AWS, and no service reads from it; put them into your own "
        "store, or let the local AWS stand in for it: --minio-here"
    )


def _put(path: Path, deployment: Deployment, bucket: str, key: str) -> None:
    try:
        deployment.s3.upload_file(str(path), bucket, key)
    except (ClientError, BotoCoreError, S3UploadFailedError) as error:
        raise DeploymentError(f"{path.name} cannot be put into {bucket}: {error}") from error


def _with_local_servers(
    loaded: LoadedWorkflow, state: LocalState, instead: bool
) -> StorageProviders:
    """Return the providers of the file, the local AWS in the place of servers it lacks, or all."""
    declared = loaded.workflow.storage_providers
    key, secret = SecretStr(state.access_key_id), SecretStr(state.secret_access_key)
    local = MinioProvider(endpoint=state.endpoint, access_key=key, secret_key=secret, region=REGION)
    missing = {
        entry.provider_id: local
        for node in loaded.graph.nodes
        for entry in (*node.inputs, *node.outputs)
        if entry.provider_type is ProviderType.MINIO and (instead or declared.find(entry) is None)
    }
    return declared.model_copy(update={"minio": {**declared.minio, **missing}})


def _with_local_s3(service: EdgeService, state: LocalState) -> EdgeService:
    local = Provider(
        Credentials(state.access_key_id, state.secret_access_key), state.endpoint, REGION
    )
    description = service.description
    places = (*description.inputs, *(output.place for output in description.outputs))
    s3 = {place.provider: local for place in places if place.kind == "s3"}
    providers = {**description.providers, **s3}
    return replace(service, description=replace(description, providers=providers))


def _buckets(services: tuple[EdgeService, ...], endpoint: str) -> Iterator[str]:
    for description in (service.description for service in services):
        for place in (*description.inputs, *(output.place for output in description.outputs)):
            if description.providers[place.provider].endpoint == endpoint:
                yield place.bucket

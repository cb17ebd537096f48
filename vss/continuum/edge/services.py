"""The services that this machine runs, read from an FDL file; what it cannot do is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from deep_learning.errors import ConfigurationError
from pydantic import SecretStr
from supervisor.description import (
    KINDS,
    Credentials,
    FunctionDescription,
    Output,
    Provider,
    StoragePlace,
)

from vss.continuum.fdl.loading import LoadedWorkflow
from vss.continuum.fdl.models import (
    MinioProvider,
    OscarFunction,
    OscarService,
    S3Provider,
    StoragePath,
    StorageProviders,
)
from vss.continuum.fdl.quantities import parse_quantity
from vss.continuum.oscar.deployment import script_of, with_real_buckets

OBJECT_TAGS = "vss/object-tags"
"""Annotation of a service: the tags of all objects that it stores, as in ``anonymised=true``."""

_NOT_HERE = {
    "enable_gpu": "GPUs are not handed to scripts",
    "enable_sgx": "there are no SGX enclaves",
    "expose": "services are not opened to the outside",
    "mount": "storage is not mounted",
    "volume": "there are no volumes",
    "kserve": "there is no KServe",
    "federation": "jobs are not delegated",
}


@dataclass(frozen=True, slots=True)
class EdgeService:
    """A service of this machine.

    Attributes:
        description: what the supervisor is told.
        image: the container image that OSCAR would run it in.
        memory_bytes: limit of a run.
        vcpus: limit of a run.
        concurrency: runs at a time that the service's totals allow; None: no limit of its own.
    """

    description: FunctionDescription
    image: str
    memory_bytes: int
    vcpus: float
    concurrency: int | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.description.name


def local_services(
    loaded: LoadedWorkflow, buckets: Mapping[str, str] = {}
) -> tuple[EdgeService, ...]:
    """Return the services of ``cluster: local`` of a workflow.

    Args:
        loaded: the workflow.
        buckets: names of its buckets in AWS, by those in the file.

    Raises:
        ConfigurationError: one asks for what this machine does not do, or its script cannot be
            read.
    """
    providers = loaded.workflow.storage_providers
    return tuple(
        edge_service(
            with_real_buckets(node.definition.service, buckets), script_of(loaded, node), providers
        )
        for node in loaded.graph.nodes
        if isinstance(node.definition, OscarFunction) and node.definition.is_local
    )


def edge_service(service: OscarService, script: str, providers: StorageProviders) -> EdgeService:
    """Return a service as this machine runs it.

    Args:
        service: of the FDL file.
        script: the text of its script.
        providers: of the file.

    Raises:
        ConfigurationError: it asks for what this machine does not do.
    """
    problems = [*_unsupported(service), *_unusable_storage(service, providers)]
    if problems:
        raise ConfigurationError(
            f"service {service.name!r} on cluster local: {'; '.join(problems)}"
        )
    tags = _tags(service)
    description = FunctionDescription(
        name=service.name,
        script=script.replace("\r\n", "\n"),
        inputs=tuple(_place(entry) for entry in service.input),
        outputs=tuple(
            Output(_place(entry), entry.prefix, entry.suffix, tags) for entry in service.output
        ),
        providers=_providers(service, providers),
        variables={**service.environment.variables, "OSCAR_SERVICE_NAME": service.name},
        secrets=_texts(service.environment.secrets),
        download_input=not service.file_stage_in,
    )
    return EdgeService(
        description,
        service.image,
        service.memory_bytes,
        float(service.cpus),
        _concurrency(service),
    )


def _unsupported(service: OscarService) -> Iterator[str]:
    for name, reason in _NOT_HERE.items():
        if getattr(service, name):
            yield f"{name}: {reason}"
    if not service.input:
        yield "input: there is none, so nothing ever starts it"


def _unusable_storage(service: OscarService, providers: StorageProviders) -> Iterator[str]:
    for entry in (*service.input, *service.output):
        kind = entry.provider_type.value
        if kind not in KINDS:
            yield (
                f"storage provider {entry.storage_provider!r}: {kind} is read in FDL files, but "
                f"not reached from here; allowed are {', '.join(KINDS)}"
            )
        elif providers.find(entry) is None and not _is_own(entry):
            yield (
                f"storage provider {entry.storage_provider!r}: declare it below "
                f"storage_providers.{kind}.{entry.provider_id}, with its keys"
                + (" and its endpoint" if kind == "minio" else "")
            )


def _is_own(entry: StoragePath) -> bool:
    """Tell whether it is reached with this machine's own AWS credentials."""
    return entry.provider_type.value == "s3" and entry.provider_id == "default"


def _place(entry: StoragePath) -> StoragePlace:
    return StoragePlace(entry.provider_type.value, entry.provider_id, entry.bucket, entry.folders)


def _providers(service: OscarService, declared: StorageProviders) -> dict[str, Provider]:
    found: dict[str, Provider] = {}
    for entry in (*service.input, *service.output):
        provider = declared.find(entry)
        if isinstance(provider, S3Provider | MinioProvider):
            found[_place(entry).provider] = _provider(provider)
    return found


def _provider(provider: S3Provider | MinioProvider) -> Provider:
    keys = provider.access_key.get_secret_value(), provider.secret_key.get_secret_value()
    if isinstance(provider, S3Provider):
        return Provider(Credentials(*keys), None, provider.region)
    return Provider(Credentials(*keys), provider.endpoint, provider.region, provider.verify)


def _texts(secrets: Mapping[str, SecretStr]) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in secrets.items()}


def _tags(service: OscarService) -> tuple[tuple[str, str], ...]:
    text = service.annotations.get(OBJECT_TAGS, "")
    try:
        return tuple(parse_qsl(text, strict_parsing=True)) if text else ()
    except ValueError:
        raise ConfigurationError(
            f"annotation {OBJECT_TAGS} of {service.name!r} is {text!r}; "
            "allowed is name=value, several joined by &"
        ) from None


def _concurrency(service: OscarService) -> int | None:
    limits: list[int] = []
    if service.total_memory:
        limits.append(int(parse_quantity(service.total_memory) / service.memory_bytes))
    if service.total_cpu:
        limits.append(int(parse_quantity(service.total_cpu) / service.cpus))
    if limits and min(limits) < 1:
        raise ConfigurationError(
            f"service {service.name!r}: total_memory and total_cpu allow not even one run"
        )
    return min(limits) if limits else None

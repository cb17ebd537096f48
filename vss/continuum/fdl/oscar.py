"""The ``oscar`` half of an FDL file: services of OSCAR clusters (up to 4.1) and of this machine."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    RootModel,
    SecretStr,
    model_validator,
)

from vss.continuum.fdl.base import (
    AnyCase,
    FdlModel,
    Many,
    TextMap,
    not_allowed,
    one_spelling,
    other_spelling,
)
from vss.continuum.fdl.federation import FEDERATION_BEFORE_4_1, Federation
from vss.continuum.fdl.fields import (
    Endpoint,
    Identifier,
    Image,
    KubernetesName,
    LogLevel,
    ScriptPath,
    ScriptVariables,
    SecretMap,
    ServiceName,
    Word,
)
from vss.continuum.fdl.quantities import (
    Cpu,
    CpuOrNone,
    Memory,
    MemoryOrNone,
    parse_quantity,
)
from vss.continuum.fdl.serving import Expose, Kserve, Synchronous, Volume
from vss.continuum.fdl.storage import Location, StoragePath

LOCAL_CLUSTER = "local"
# The server sets these; files written by its dashboard hold them.
READ_ONLY_KEYS = ("token", "owner", "namespace", "bucket_list")
# Defaults of the command-line tool of OSCAR, which writes them beside the address.
CLUSTER_DEFAULTS = ("memory", "log_level")


class Environment(FdlModel):
    """Variables of the script; ``secrets`` likewise, but kept apart by OSCAR."""

    model_config = ConfigDict(
        json_schema_extra=other_spelling(Variables="variables", Secrets="secrets")
    )

    variables: ScriptVariables = Field(default_factory=dict)
    secrets: SecretMap = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        # Papers and OSCAR up to 3.3 wrote Variables; so do examples of later ones, and Secrets.
        return one_spelling(one_spelling(value, "Variables", "variables"), "Secrets", "secrets")


def is_bare_folder(provider: object, path: object) -> bool:
    """Return whether OSCAR 4 reads a path as a folder of the bucket named after the service."""
    if not isinstance(provider, str) or not isinstance(path, str):
        return False
    kind, folder = provider.partition(".")[0].lower(), path.strip("/")
    return kind in ("s3", "minio") and bool(folder) and "/" not in folder


def _in_own_bucket(service: str, entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    if not is_bare_folder(entry.get("storage_provider"), entry.get("path")):
        return entry
    return entry | {"path": f"{service}/{entry['path'].strip('/')}"}


class OscarService(FdlModel):
    """A service of an OSCAR cluster, or of the edge runner where the cluster is ``local``.

    Attributes:
        script: relative to the FDL file; the API of OSCAR takes its full text instead. None only
            where the service is a model server, or runs the command of its container.
        memory: of a job, a Kubernetes quantity; see ``memory_bytes``.
        cpu: of a job, a Kubernetes quantity; see ``cpus``.
        file_stage_in: true skips the download of the input file.
        input: one-segment paths of s3 and minio are ``<service>/<path>``, as OSCAR 4 reads them.
        output: likewise.
    """

    name: ServiceName
    image: Image
    script: ScriptPath | None = None
    cluster_id: Identifier | None = None
    memory: Memory = "256Mi"
    cpu: Cpu = "0.2"
    total_memory: MemoryOrNone = ""
    total_cpu: CpuOrNone = ""
    ephemeral_storage_request: MemoryOrNone = ""
    enable_gpu: bool = False
    enable_sgx: bool = False
    image_prefetch: bool = False
    alpine: bool = False
    file_stage_in: bool = False
    log_level: LogLevel = "INFO"
    input: Many[StoragePath] = ()
    output: Many[StoragePath] = ()
    environment: Environment = Environment()
    annotations: TextMap = Field(default_factory=dict)
    labels: TextMap = Field(default_factory=dict)
    image_pull_secrets: Many[KubernetesName] = ()
    vo: str = ""
    allowed_users: Many[Word] = ()
    visibility: Annotated[
        Literal["private", "restricted", "public"], AnyCase(("private", "restricted", "public"))
    ] = "private"
    isolation_level: Annotated[Literal["SERVICE", "USER"], AnyCase(("SERVICE", "USER"))] = "SERVICE"
    interlink_node_name: str = ""
    synchronous: Synchronous = Synchronous()
    expose: Expose | None = None
    mount: Location | None = None
    volume: Volume | None = None
    kserve: Kserve | None = None
    federation: Federation | None = None

    @model_validator(mode="after")
    def _something_runs(self) -> Self:
        runs_itself = self.kserve is not None or (self.expose and self.expose.default_command)
        if self.script is None and not runs_itself:
            raise not_allowed("a script, unless kserve or expose.default_command is given")
        return self

    @property
    def memory_bytes(self) -> int:
        """The memory limit of a job in bytes."""
        return int(parse_quantity(self.memory))

    @property
    def cpus(self) -> Decimal:
        """The limit of virtual CPUs of a job."""
        return parse_quantity(self.cpu)

    @model_validator(mode="before")
    @classmethod
    def _read_older_files(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        value = {key: item for key, item in value.items() if key not in READ_ONLY_KEYS}
        older = [key for key in FEDERATION_BEFORE_4_1 if value.get(key) is not None]
        if older and value.get("federation") is not None:
            raise not_allowed(f"federation or the older {older[0]} beside it, not both")
        if older:
            value["federation"] = {FEDERATION_BEFORE_4_1[key]: value.pop(key) for key in older}
        return value

    @model_validator(mode="before")
    @classmethod
    def _give_folders_a_bucket(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("name"), str):
            return value
        lists = {key: value[key] for key in ("input", "output") if isinstance(value.get(key), list)}
        return value | {
            key: [_in_own_bucket(value["name"], entry) for entry in entries]
            for key, entries in lists.items()
        }


class OscarFunction(
    RootModel[Annotated[dict[Identifier, OscarService], Field(min_length=1, max_length=1)]]
):
    """One item of ``functions.oscar``: a map of one cluster id to the service on that cluster."""

    @model_validator(mode="before")
    @classmethod
    def _one_cluster(cls, value: Any) -> Any:
        if isinstance(value, dict) and len(value) != 1:
            raise not_allowed("one cluster id with its service indented below it")
        return value

    @property
    def cluster(self) -> str:
        """The id of the cluster that the service is for; ``local`` is this machine."""
        return next(iter(self.root))

    @property
    def service(self) -> OscarService:
        """The service itself."""
        return next(iter(self.root.values()))

    @property
    def name(self) -> str:
        """The name of the service."""
        return self.service.name

    @property
    def is_local(self) -> bool:
        """Whether the edge runner of this machine runs it."""
        return self.cluster == LOCAL_CLUSTER


class Cluster(FdlModel):
    """``clusters.<id>``: an OSCAR cluster and how to sign in by HTTP Basic."""

    endpoint: Endpoint
    auth_user: SecretStr | None = None
    auth_password: SecretStr | None = None
    ssl_verify: bool = True

    @model_validator(mode="before")
    @classmethod
    def _without_defaults(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if key not in CLUSTER_DEFAULTS}

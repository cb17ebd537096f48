"""How an OSCAR service is reached and what it is given: pods, ports, volumes, model servers."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from vss.continuum.fdl.base import (
    AnyCase,
    Between,
    FdlModel,
    Many,
    Matching,
    TextMap,
    not_allowed,
    one_spelling,
    other_spelling,
)
from vss.continuum.fdl.fields import Count, Image, KubernetesName, Word
from vss.continuum.fdl.limits import KUBERNETES_NODE_PORTS
from vss.continuum.fdl.quantities import Cpu, Memory

_Port = Annotated[int, Between(1, 65_535)]
_PORT_SCHEMA = {"type": "integer", "minimum": 1, "maximum": 65_535}


class Synchronous(FdlModel):
    """How many pods wait for synchronous calls; a ``max_scale`` of 0 sets no limit."""

    min_scale: Count = 0
    max_scale: Count = 0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if 0 < self.max_scale < self.min_scale:
            raise not_allowed("min_scale ≤ max_scale, or a max_scale of 0 for no limit")
        return self


class Expose(FdlModel):
    """The service's own HTTP interface, opened to the outside."""

    model_config = ConfigDict(json_schema_extra=other_spelling(port="api_port"))

    min_scale: Count = 1
    max_scale: Annotated[int, Between(1, 10_000)] = 10
    api_port: Annotated[
        Annotated[Many[_Port], Field(min_length=1)],
        BeforeValidator(lambda value: [value] if isinstance(value, int) else value),
        WithJsonSchema({"anyOf": [_PORT_SCHEMA, {"type": "array", "items": _PORT_SCHEMA}]}),
    ] = ()
    cpu_threshold: Annotated[int, Between(1, 100, "%")] = 80
    rewrite_target: bool = False
    node_port: int = Field(0, alias="nodePort")
    default_command: bool = False
    set_auth: bool = False
    auth_type: Annotated[Literal["basic", "forward"], AnyCase(("basic", "forward"))] = "basic"
    health_path: Annotated[str, Matching(r"/[!-~]*", "a path that begins with /")] = "/"
    probe_mode: Annotated[Literal["legacy", "direct"], AnyCase(("legacy", "direct"))] = "legacy"

    @model_validator(mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        # Some pages of OSCAR's documentation write port.
        return one_spelling(value, "port", "api_port")

    @field_validator("node_port")
    @classmethod
    def _kubernetes_takes_it(cls, port: int) -> int:
        low, high = KUBERNETES_NODE_PORTS
        if port and not low <= port <= high:
            raise not_allowed(f"a whole number from {low} to {high}, or 0 for none")
        return port

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_scale > self.max_scale:
            raise not_allowed("min_scale ≤ max_scale")
        return self


class Volume(FdlModel):
    """A persistent volume: a new one by its ``size``, or one that exists by its ``name``."""

    name: KubernetesName | None = None
    size: Memory | None = None
    mount_path: Annotated[str, Matching(r"/[!-~]+", "an absolute path")]
    lifecycle_policy: Annotated[Literal["delete", "retain"], AnyCase(("delete", "retain"))] = (
        "delete"
    )

    @model_validator(mode="after")
    def _is_new_or_exists(self) -> Self:
        if self.name is None and self.size is None:
            raise not_allowed("a size for a new volume, or the name of one that exists")
        return self


class Inference(FdlModel):
    """A model server of KServe for one model format."""

    model_format: Word
    runtime: Word | None = None


class LlmInference(FdlModel):
    """A model server of KServe for language models."""

    runtime_image: Image | None = None


class Kserve(FdlModel):
    """A model served by KServe beside the service."""

    type: Annotated[Literal["inference", "llm_inference"], AnyCase(("inference", "llm_inference"))]
    storage_uri: Annotated[
        str, Matching(r"[a-z0-9]+://[!-~]+", "an address such as oci://… or s3://…")
    ]
    inference: Inference | None = None
    llm_inference: LlmInference | None = None
    api_version: Literal["v1", "v2"] = "v1"
    min_scale: Count = 0
    max_scale: Annotated[int, Between(1, 10_000)] = 1
    cpu: Cpu | None = None
    memory: Memory | None = None
    args: Many[str] = ()
    env: TextMap = Field(default_factory=dict)
    enable_gpu: bool = False
    set_auth: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.type == "inference" and self.inference is None:
            raise not_allowed("inference.model_format beside type inference")
        other = self.llm_inference if self.type == "inference" else self.inference
        if other is not None:
            raise not_allowed(f"only {self.type} beside type {self.type}")
        if self.min_scale > self.max_scale:
            raise not_allowed("min_scale ≤ max_scale")
        return self

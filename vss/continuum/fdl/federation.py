"""Clusters that share the jobs of an OSCAR service."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vss.continuum.fdl.base import AnyCase, FdlModel, Many, not_allowed
from vss.continuum.fdl.fields import Count, Endpoint, Identifier, SecretMap, ServiceName

_Delegation = Annotated[
    Literal["static", "random", "load-based", "topsis"],
    AnyCase(("static", "random", "load-based", "topsis")),
]


class FederationMember(FdlModel):
    """Where jobs may be delegated to; priority 0 is the highest."""

    type: Annotated[Literal["oscar", "endpoint"], AnyCase(("oscar", "endpoint"))]
    cluster_id: Identifier | None = None
    service_name: ServiceName | None = None
    url: Endpoint | None = None
    ssl_verify: bool = True
    priority: Count = 0
    headers: SecretMap = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_its_target(self) -> Self:
        if self.type == "oscar" and (self.cluster_id is None or self.service_name is None):
            raise not_allowed("cluster_id and service_name beside type oscar")
        if self.type == "endpoint" and self.url is None:
            raise not_allowed("url beside type endpoint")
        return self


class Federation(FdlModel):
    """Clusters that share the jobs of a service; the threshold is in seconds."""

    group_id: str = ""
    topology: Annotated[Literal["none", "star", "mesh"], AnyCase(("none", "star", "mesh"))] = "none"
    delegation: _Delegation = "static"
    rescheduler_threshold: Count | None = None
    members: Many[FederationMember] = ()


# OSCAR up to 4.0 had these on the service itself.
FEDERATION_BEFORE_4_1 = {
    "replicas": "members",
    "delegation": "delegation",
    "rescheduler_threshold": "rescheduler_threshold",
}

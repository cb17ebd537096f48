"""The deployed resources, as CloudFormation was asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from vss.local.data_plane.errors import DataPlaneError


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource with its properties resolved.

    Attributes:
        stack: name of the stack it belongs to.
        logical_id: its name in the template.
        type: such as ``AWS::Lambda::Function``.
        physical_id: what ``Ref`` gives.
        properties: as in the template, intrinsic functions replaced by their values.
    """

    stack: str
    logical_id: str
    type: str
    physical_id: str
    properties: Mapping[str, Any]

    def required(self, name: str) -> Any:
        """Return a property.

        Raises:
            DataPlaneError: it is absent.
        """
        if name not in self.properties:
            raise DataPlaneError(f"{self} has no property {name}")
        return self.properties[name]

    def __str__(self) -> str:
        return f"{self.type} {self.logical_id} of stack {self.stack}"


class Resources:
    """All resources of the deployment."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._all = tuple(resources)

    @classmethod
    def from_json(cls, entries: Iterable[Mapping[str, Any]]) -> Self:
        """Read the answer of ``GET /_local/resources``."""
        return cls(
            Resource(
                entry["stack"],
                entry["logical_id"],
                entry["type"],
                str(entry["physical_id"]),
                entry.get("properties") or {},
            )
            for entry in entries
        )

    def of_type(self, kind: str) -> Iterator[Resource]:
        """Yield the resources of one type."""
        return (resource for resource in self._all if resource.type == kind)

    def get(self, kind: str, physical_id: str) -> Resource:
        """Return the resource of a type with the given physical id.

        Raises:
            DataPlaneError: there is none.
        """
        for resource in self.of_type(kind):
            if resource.physical_id == physical_id:
                return resource
        raise DataPlaneError(f"no {kind} {physical_id!r} is deployed")

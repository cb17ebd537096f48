"""What a reader of a resource type gets, and how it says that the resource is not there."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any


class MissingError(Exception):
    """The resource does not exist, though no API call failed."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as CloudFormation was asked for it, with the clients to look for it.

    Attributes:
        properties: resolved.
        client: gives the boto3 client of a service.
    """

    physical_id: str
    properties: Mapping[str, Json]
    client: Callable[[str], Any]

    def wants(self, name: str) -> Json:
        """Return the wanted value of a property, None where it is not given."""
        return self.properties.get(name)


Reader = Callable[[Resource], Mapping[str, Json]]
"""Returns the properties found, by their names in a template and in its shape."""


def only(found: list[Json]) -> Json:
    """Return the one thing found.

    Raises:
        MissingError: it is not exactly one.
    """
    if len(found) != 1:
        raise MissingError(f"{len(found)} found, want 1")
    return found[0]


def code_digest(resource: Resource, where: Mapping[str, str]) -> str:
    """Return the SHA-256 of a zip in S3 as Lambda tells it: base64."""
    body = resource.client("s3").get_object(Bucket=where["S3Bucket"], Key=where["S3Key"])["Body"]
    return base64.b64encode(hashlib.sha256(body.read()).digest()).decode()


def code_as_wanted(resource: Resource, where: Json, digest: str) -> Json:
    """Return ``where`` if the code there has ``digest``, else the digest found."""
    return where if code_digest(resource, where) == digest else {"CodeSha256": digest}

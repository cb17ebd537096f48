"""What a resource type has to know: to create, update and delete one resource by the AWS APIs."""

from __future__ import annotations

import secrets
import string
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import boto3
from botocore.config import Config

from vss.local.aws_api.cloudformation.errors import TemplateError

Json = Any
Properties = Mapping[str, Json]
_ALPHABET = string.ascii_uppercase + string.digits


class AwsClients:
    """Clients of the AWS APIs of one endpoint; each service's is made once."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str) -> None:
        self._endpoint = endpoint
        self._session = boto3.Session(
            aws_access_key_id=access_key, aws_secret_access_key=secret_key
        )
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str) -> Any:
        """Return the client of ``service`` in ``region``."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._session.client(
                    service,  # type: ignore[call-overload]
                    region_name=region,
                    endpoint_url=self._endpoint,
                    config=Config(
                        s3={"addressing_style": "path"},
                        retries={"total_max_attempts": 1},
                        read_timeout=120,
                        parameter_validation=True,
                    ),
                )
            return self._clients[service, region]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource stands: its stack, logical id, account, region, and the APIs there.

    Attributes:
        made: the physical id, once the resource exists though its creation goes on; whoever asked
            for the creation deletes it when the rest fails.
    """

    clients: AwsClients
    account: str
    region: str
    stack: str
    logical_id: str
    made: list[str] = field(default_factory=list)

    def api(self, service: str) -> Any:
        """Return the client of ``service`` in this region."""
        return self.clients.client(service, self.region)

    def arn(self, service: str, rest: str) -> str:
        """Return the ARN of ``rest`` of ``service`` in this region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def new_name(self, longest: int, lower: bool = False) -> str:
        """Return a fresh physical name as CloudFormation makes it: stack, logical id, random."""
        suffix = "".join(secrets.choice(_ALPHABET) for _ in range(12))
        name = f"{self.stack}-{self.logical_id}"[: longest - 13] + f"-{suffix}"
        return name.lower() if lower else name


@dataclass(frozen=True, slots=True)
class Created:
    """A resource that exists.

    Attributes:
        physical_id: what ``Ref`` gives.
        attributes: what ``Fn::GetAtt`` gives.
    """

    physical_id: str
    attributes: Mapping[str, Json] = field(default_factory=dict)


class ResourceType(ABC):
    """One CloudFormation resource type.

    Attributes:
        name: the type's name in a template.
        properties: those that are really created; any other fails the deployment.
        replacing: those whose change asks for a new resource.
    """

    name: ClassVar[str]
    properties: ClassVar[frozenset[str]]
    replacing: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def create(self, place: Place, properties: Properties) -> Created:
        """Create the resource."""

    @abstractmethod
    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Bring the resource to ``properties``; none of ``replacing`` has changed."""

    @abstractmethod
    def delete(self, place: Place, physical_id: str, properties: Properties) -> None:
        """Remove the resource."""

    def check(self, logical_id: str, properties: Properties) -> None:
        """Refuse properties that would not be created.

        Raises:
            TemplateError: naming them.
        """
        unknown = sorted(set(properties) - self.properties)
        if unknown:
            raise TemplateError(
                f"{logical_id} ({self.name}): property {', '.join(unknown)} is not supported by "
                f"the local AWS; supported: {', '.join(sorted(self.properties))}"
            )


class PutType(ResourceType):
    """A resource type whose creation and update are the same call."""

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Put it again."""
        del physical_id, before
        return self.create(place, properties)


class ReplacedType(ResourceType):
    """A resource type that is never changed, only replaced; ``known`` tells all of a resource."""

    def known(self, physical_id: str) -> Created:
        """Return the resource of that id with its attributes."""
        return Created(physical_id)

    def update(
        self, place: Place, physical_id: str, properties: Properties, before: Properties
    ) -> Created:
        """Nothing is left to change."""
        del place, properties, before
        return self.known(physical_id)


def boolean(value: Json) -> bool:
    """Return a boolean property, which templates may write as text."""
    return str(value).lower() == "true"


def renamed(where: str, given: Properties, names: Mapping[str, str]) -> dict[str, Json]:
    """Return ``given`` with its keys renamed.

    Raises:
        TemplateError: a key is not among ``names``.
    """
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise TemplateError(
            f"{where}: {', '.join(unknown)} is not supported by the local AWS; "
            f"supported: {', '.join(sorted(names))}"
        )
    return {names[key]: value for key, value in given.items()}


def chosen(given: Properties, names: Iterable[str]) -> dict[str, Json]:
    """Return those of ``given`` that are among ``names``."""
    return {name: given[name] for name in names if name in given}


def tag_map(properties: Properties) -> dict[str, str]:
    """Return the resource's tags by key."""
    tags = properties.get("Tags") or []
    if isinstance(tags, dict):
        return {str(key): str(value) for key, value in tags.items()}
    return {tag["Key"]: str(tag["Value"]) for tag in tags}


def tag_list(
    properties: Properties, key: str = "Key", value: str = "Value"
) -> list[dict[str, str]]:
    """Return the resource's tags as the list that most APIs want."""
    return [{key: name, value: text} for name, text in tag_map(properties).items()]

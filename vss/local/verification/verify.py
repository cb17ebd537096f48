"""Every resource and every output of a deployment, checked."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import yaml
from botocore.exceptions import ClientError

from vss.local.data_plane.local_api import LocalApi
from vss.local.state import LocalState
from vss.local.verification import functions, network, operations, storage
from vss.local.verification.comparison import canonical, same
from vss.local.verification.reading import MissingError, Reader, Resource

Json = Any
READERS: dict[str, Reader] = {
    **functions.READERS,
    **network.READERS,
    **operations.READERS,
    **storage.READERS,
}
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as the template says."""

    stack: str
    logical_id: str
    type: str
    what: str

    def __str__(self) -> str:
        return f"{self.stack} {self.logical_id} ({self.type}): {self.what}"


def verify(state: LocalState) -> list[Problem]:
    """Return what of the local deployment is missing or different; nothing where it is whole."""
    resources = LocalApi(state.endpoint, state.secret_access_key).listed_resources()
    return verify_resources(state.session(), state.endpoint, resources)


def verify_resources(
    session: boto3.Session, endpoint: str | None, resources: Iterable[Mapping[str, Json]]
) -> list[Problem]:
    """Return what of ``resources`` is missing or different, and outputs without a value.

    Args:
        session: with credentials that may read everything, and the region.
        endpoint: of the APIs; None for AWS itself.
        resources: as ``GET /_local/resources`` gives them: stack, logical_id, type, physical_id and
            the resolved properties.
    """

    @functools.cache
    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint)  # type: ignore[call-overload]

    listed = list(resources)
    problems = [problem for one in listed for problem in _resource_problems(one, client)]
    for stack in sorted({str(one["stack"]) for one in listed}):
        problems += _output_problems(stack, client)
    return problems


def _resource_problems(one: Mapping[str, Json], client: Callable[[str], Any]) -> Iterator[Problem]:
    def problem(what: str) -> Problem:
        return Problem(one["stack"], one["logical_id"], one["type"], what)

    read = READERS.get(one["type"])
    if read is None:
        yield problem("there is no check for this type")
        return
    try:
        found = read(Resource(one["physical_id"], one["properties"], client))
    except (ClientError, MissingError) as error:
        yield problem(f"does not exist: {error}")
        return
    for name, wanted in one["properties"].items():
        if name not in found and canonical(wanted) not in ("", [], {}, None):
            yield problem(f"{name} is not there, want {_shown(wanted)}")
        elif not same(name, wanted, found.get(name)):
            yield problem(f"{name} is {_shown(found.get(name))}, want {_shown(wanted)}")


def _output_problems(stack: str, client: Callable[[str], Any]) -> Iterator[Problem]:
    cloudformation = client("cloudformation")
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
    body = cloudformation.get_template(StackName=stack)["TemplateBody"]
    # The CLI writes the bootstrap template as YAML; boto3 reads JSON ones itself.
    template = body if isinstance(body, dict) else yaml.safe_load(body)
    for name, output in template.get("Outputs", {}).items():
        if "Condition" not in output and not outputs.get(name):
            yield Problem(stack, name, "output", "has no value")


def _shown(value: Json) -> str:
    text = json.dumps(canonical(value), default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

"""Which operation of which service a request asks for."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, unquote

import botocore.exceptions
import botocore.session

from vss.local.aws_api.permissions import s3_operations
from vss.local.http_message import Request

Json = Any
# Signing names that differ from the prefix of the service's IAM actions.
_PREFIXES = {"monitoring": "cloudwatch"}
# Signing names that differ from the name of botocore's service model.
_MODELS = {"monitoring": "cloudwatch"}
_CBOR_PATH = re.compile(r"/service/[^/]+/operation/(\w+)")


class Protocol(Enum):
    """How a service speaks; refusals are worded accordingly."""

    S3 = "s3"
    EC2 = "ec2"
    QUERY = "query"
    JSON = "json"
    REST_JSON = "rest-json"
    CBOR = "cbor"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An operation with its parameters.

    Attributes:
        service: prefix of the service's IAM actions.
        operation: name in the API.
        parameters: of JSON bodies and forms; empty for S3 and CBOR.
    """

    request: Request
    service: str
    operation: str
    region: str
    protocol: Protocol
    parameters: dict[str, Json]

    def text(self, *names: str) -> str | None:
        """Return the first of the parameters ``names`` that is given."""
        for name in names:
            value = self.parameters.get(name)
            if isinstance(value, str) and value:
                return value
        return None


def read_call(request: Request, signing_name: str, region: str) -> ApiCall:
    """Return the operation of ``request``; an unknown one is named ``Unknown``."""
    protocol, operation, parameters = _read(request, signing_name)
    service = _PREFIXES.get(signing_name, signing_name)
    return ApiCall(request, service, operation, region, protocol, parameters)


def _read(request: Request, signing_name: str) -> tuple[Protocol, str, dict[str, Json]]:
    if signing_name == "s3":
        return Protocol.S3, s3_operations.operation(request), {}
    if (cbor := _CBOR_PATH.fullmatch(request.raw_path)) is not None:
        return Protocol.CBOR, cbor[1], {}
    if (target := request.headers.get("x-amz-target")) is not None:
        return Protocol.JSON, target.rpartition(".")[2], _json_object(request.body)
    form = _form(request)
    if "Action" in form:
        protocol = Protocol.EC2 if signing_name == "ec2" else Protocol.QUERY
        return protocol, form["Action"], dict(form)
    operation, path_parameters = _rest_operation(signing_name, request)
    return Protocol.REST_JSON, operation, {**_json_object(request.body), **path_parameters}


def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return request.query


def _json_object(body: bytes) -> dict[str, Json]:
    try:
        value = json.loads(body) if body[:1] == b"{" else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _rest_operation(signing_name: str, request: Request) -> tuple[str, dict[str, str]]:
    path = request.raw_path.rstrip("/") or "/"
    for method, expression, names, operation in _routes(_MODELS.get(signing_name, signing_name)):
        match = expression.fullmatch(path) if method == request.method else None
        if match is not None:
            values = (unquote(value) for value in match.groups())
            return operation, dict(zip(names, values, strict=True))
    return "Unknown", {}


@functools.lru_cache(64)
def _routes(service: str) -> list[tuple[str, re.Pattern[str], tuple[str, ...], str]]:
    try:
        model = botocore.session.get_session().get_service_model(service)
    except botocore.exceptions.UnknownServiceError:
        return []
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        address = http["requestUri"].partition("?")[0].rstrip("/") or "/"
        parts = re.split(r"\{(\w+)(\+?)\}", address)
        expression = "".join(
            re.escape(text) + ("" if number + 1 >= len(parts) else _placeholder(parts[number + 2]))
            for number, text in enumerate(parts)
            if number % 3 == 0
        )
        routes.append((http["method"], re.compile(expression), tuple(parts[1::3]), name))
    # The longest fixed text first: a name in a path must not shadow an operation.
    return sorted(routes, key=lambda route: -len(route[1].pattern))


def _placeholder(greedy: str) -> str:
    return "(.+)" if greedy else "([^/]+)"

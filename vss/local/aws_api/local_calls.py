"""The ``/_local/*`` calls: what the local AWS's own processes ask the API server."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from moto.cloudformation.models import cloudformation_backends

from vss.local.aws_api.accounts import ACCOUNT, assume_role, find_role
from vss.local.aws_api.cloudformation.stacks import Backend
from vss.local.aws_api.deliveries.couriers import Couriers
from vss.local.aws_api.iam.decisions import DecisionLog
from vss.local.aws_api.judge import Judge
from vss.local.aws_api.listeners import Listeners
from vss.local.aws_api.permissions.needs import Need
from vss.local.http_message import Origin, Request, Response

PREFIX = "/_local/"
SECRET_HEADER = "x-vss-local"  # noqa: S105 - the name of a header
Json = Any


class LocalCallError(Exception):
    """A call that is refused, with its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class LocalCalls:
    """Answers the ``/_local/*`` calls of those who know the root secret."""

    def __init__(
        self,
        secret: str,
        listeners: Listeners,
        judge: Judge,
        log: DecisionLog,
        couriers: Couriers,
    ) -> None:
        self._secret = secret
        self._listeners = listeners
        self._judge = judge
        self._log = log
        self._calls: dict[tuple[str, str], Callable[[Request], Json]] = {
            ("POST", "listeners"): self._open_listener,
            ("GET", "role-credentials"): self._role_credentials,
            ("GET", "resources"): _resources,
            ("GET", "decisions"): self._decisions,
            ("GET", "undelivered"): lambda _: couriers.undelivered(),
        }

    def __call__(self, request: Request) -> Response:
        """Answer one call with JSON; a refused one with its status and ``error``."""
        try:
            given = request.headers.get(SECRET_HEADER, "")
            if not hmac.compare_digest(given.encode(), self._secret.encode()):
                raise LocalCallError(403, f"header {SECRET_HEADER} must hold the root secret")
            name = request.path.removeprefix(PREFIX)
            call = self._calls.get((request.method, name))
            if call is None:
                known = ", ".join(f"{method} {PREFIX}{path}" for method, path in self._calls)
                raise LocalCallError(404, f"{request.method} {request.path}: known are {known}")
            return _answer(200, call(request))
        except LocalCallError as error:
            return _answer(error.status, {"error": str(error)})

    def _open_listener(self, request: Request) -> Json:
        try:
            wanted = json.loads(request.body)
            kind = wanted["kind"]
            if kind == "plain_http":
                origin = Origin(secure=False)
            elif kind == "vpc_endpoint":
                origin = Origin(True, str(wanted["vpc_endpoint_id"]), str(wanted["vpc_id"]))
            else:
                raise LocalCallError(400, f"kind is {kind}, allowed: plain_http, vpc_endpoint")
        except (ValueError, KeyError, TypeError) as error:
            raise LocalCallError(
                400, f"want kind, and for vpc_endpoint its ids: {error}"
            ) from error
        return {"port": self._listeners.open(origin)}

    def _role_credentials(self, request: Request) -> Json:
        arn = _parameter(request, "role_arn")
        service = request.query.get("service", "lambda.amazonaws.com")
        if find_role(arn) is None:
            raise LocalCallError(404, f"role {arn} does not exist")
        decision = self._judge.service_may(service, [Need("sts:AssumeRole", arn)], {})
        if not decision.allowed:
            raise LocalCallError(
                403, f"The role {arn} cannot be assumed by {service}: {decision.why}"
            )
        credentials = assume_role(arn, request.query.get("session", "local"))
        return {
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
        }

    def _decisions(self, request: Request) -> Json:
        limit = request.query.get("limit", "500")
        if not limit.isdigit():
            raise LocalCallError(400, f"limit is {limit}, want a whole number")
        return self._log.latest(int(limit))


def _answer(status: int, value: Json) -> Response:
    return Response(status, [("Content-Type", "application/json")], json.dumps(value).encode())


def _parameter(request: Request, name: str) -> str:
    value = request.query.get(name)
    if not value:
        raise LocalCallError(400, f"parameter {name} is missing")
    return value


def _resources(request: Request) -> Json:
    del request
    return [
        {
            "stack": stack,
            "logical_id": resource.logical_resource_id,
            "type": resource.cf_resource_type,
            "physical_id": resource.physical_resource_id,
            "properties": resource.properties,
        }
        for backend in cloudformation_backends[ACCOUNT].values()
        if isinstance(backend, Backend)
        for stack, resource in backend.deployed()
    ]

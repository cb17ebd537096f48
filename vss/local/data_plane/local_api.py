"""What only the local AWS offers: its own calls below ``/_local``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from vss.local.data_plane.configuration import VpcEndpoint
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.resources import Resources

_TIMEOUT_S = 30.0


class LocalApi:
    """Client of the API server's own calls.

    Args:
        endpoint: base address, ``http://127.0.0.1:<port>``.
        secret: the root secret, which these calls ask for.
    """

    def __init__(self, endpoint: str, secret: str) -> None:
        address = urlsplit(endpoint)
        if address.scheme != "http" or not address.hostname or not address.port:
            raise DataPlaneError(f"endpoint {endpoint!r}, want http://<host>:<port>")
        self.host, self.port = address.hostname, address.port
        self._secret = secret

    def resources(self) -> Resources:
        """Return everything that is deployed."""
        return Resources.from_json(self.listed_resources())

    def listed_resources(self) -> list[Mapping[str, Any]]:
        """Return the same as the API server tells it: one entry a resource, properties resolved."""
        found: list[Mapping[str, Any]] = self._call("GET", "/_local/resources")
        return found

    def role_credentials(self, role_arn: str, session: str) -> Mapping[str, str]:
        """Return temporary credentials of a role, as the Lambda service gets them.

        Raises:
            DataPlaneError: the role's trust policy refuses Lambda.
        """
        asked = {"role_arn": role_arn, "session": session, "service": "lambda.amazonaws.com"}
        found: Mapping[str, str] = self._call("GET", f"/_local/role-credentials?{urlencode(asked)}")
        return found

    def endpoint_listener(self, endpoint: VpcEndpoint) -> int:
        """Return the port whose requests count as come through ``endpoint``."""
        return self.listener(
            kind="vpc_endpoint", vpc_endpoint_id=endpoint.id, vpc_id=endpoint.vpc_id
        )

    def listener(self, **origin: str) -> int:
        """Return the port whose requests count as of ``origin``; opened where it is not yet."""
        return int(self._call("POST", "/_local/listeners", origin)["port"])

    def _call(self, method: str, target: str, body: object = None) -> Any:
        connection = HTTPConnection(self.host, self.port, timeout=_TIMEOUT_S)
        headers = {"x-vss-local": self._secret, "Content-Type": "application/json"}
        try:
            connection.request(method, target, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read()
        except OSError as error:
            raise DataPlaneError(f"the local AWS at {self.host}:{self.port}: {error}") from error
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise DataPlaneError(f"{target} answers {response.status}: {text[:500]!r}")
        return json.loads(text)

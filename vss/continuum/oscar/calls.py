"""Single calls of OSCAR's REST API: signed, bounded in time, their failures named."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx

from vss.continuum.oscar.access import ClusterAddress
from vss.continuum.oscar.errors import NotFound, UnexpectedAnswer, Unreachable, error_kind

TIMEOUT_S = 20.0
_CONNECT_S = 10.0
# RFC 9110, section 9.2.2: the effect of several such calls is that of one.
_IDEMPOTENT = {"GET", "PUT", "DELETE"}
_PASSING = {
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
_PAUSES_S = (0.5, 1.0)
_MOST_TEXT = 500
_MASK = "***"


class Calls:
    """Makes calls.

    Args:
        cluster: where, and with whose credentials.
        pause: waits seconds between one try of an idempotent call and the next.

    Raises:
        ConfigurationError: the certificates to trust cannot be read.
    """

    def __init__(
        self, cluster: ClusterAddress, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._base = cluster.endpoint.rstrip("/")
        self._access = cluster.access
        self._pause = pause
        # Redirects are not followed: credentials go where the user said, and nowhere else.
        self._client = httpx.Client(verify=cluster.tls, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        path: str,
        expected: Collection[int],
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        token: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> httpx.Response:
        """Make a call; one that is idempotent is tried three times.

        Args:
            method: of HTTP.
            path: quoted.
            expected: the statuses that mean it worked.
            query: parameters.
            body: bytes as they are, anything else as JSON.
            token: of a service, instead of the user's credentials.
            timeout_s: longest wait for the next byte of the answer.

        Raises:
            OscarError: it did not work; of the kind that the status says.
        """
        call = f"{method} {path}"
        header = self._access.header if token is None else f"Bearer {token}"
        content, kind = _encoded(body)
        request = self._client.build_request(
            method,
            self._base + path,
            params=query,
            content=content,
            headers={"Authorization": header, **kind},
            timeout=httpx.Timeout(timeout_s, connect=_CONNECT_S),
        )
        response = self._tried(request, call, token)
        if response.status_code not in expected:
            text = self._told(response.text, token)
            raise error_kind(response.status_code)(call, response.status_code, text)
        return response

    def _tried(self, request: httpx.Request, call: str, token: str | None) -> httpx.Response:
        pauses = _PAUSES_S if request.method in _IDEMPOTENT else ()
        may_have_arrived = False
        for pause_s in (*pauses, None):
            try:
                response = self._client.send(request)
            except (httpx.TransportError, httpx.InvalidURL) as error:
                may_have_arrived |= not isinstance(error, httpx.ConnectError)
                if pause_s is None:
                    reason = self._told(str(error) or type(error).__name__, token)
                    raise Unreachable(call, None, reason) from error
            else:
                if request.method == "DELETE" and may_have_arrived and _is_gone(response):
                    # The try whose answer was lost has deleted it.
                    return httpx.Response(HTTPStatus.NO_CONTENT, request=request)
                if pause_s is None or response.status_code not in _PASSING:
                    return response
            self._pause(pause_s)
        raise AssertionError("the last try returns or raises")

    def _told(self, text: str, token: str | None) -> str:
        """Return a text in one line, without what was sent in secret."""
        for secret in (self._access.secret, token):
            text = text.replace(secret, _MASK) if secret else text
        return " ".join(text[:_MOST_TEXT].split())


def json_of(response: httpx.Response, kind: type) -> Any:
    """Return the content of an answer.

    Raises:
        UnexpectedAnswer: it is no JSON, or of another kind.
    """
    request = response.request
    call = f"{request.method} {request.url.path}"
    try:
        content = response.json()
    except ValueError:
        text = "the answer is empty" if not response.content else "the answer is no JSON"
        raise UnexpectedAnswer(call, response.status_code, text) from None
    if not isinstance(content, kind):
        text = f"the answer is {type(content).__name__}, not {kind.__name__}"
        raise UnexpectedAnswer(call, response.status_code, text)
    return content


def _is_gone(response: httpx.Response) -> bool:
    return error_kind(response.status_code) is NotFound


def _encoded(body: object) -> tuple[bytes | None, dict[str, str]]:
    if body is None or isinstance(body, bytes):
        return body, {}
    return json.dumps(body).encode(), {"Content-Type": "application/json"}

"""The Lambda Runtime API, version 2018-06-01, in front of one runtime process.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import json
import queue
import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from vss.local.data_plane.readiness import Readiness
from vss.local.http_message import (
    BadRequestError,
    Origin,
    Request,
    Response,
    read_request,
)

PREFIX = "/2018-06-01/runtime/"
MAX_RESPONSE_BYTES = 6_291_556
_OUTCOME = re.compile(r"invocation/([^/]+)/(response|error)")
_JSON = [("Content-Type", "application/json")]


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the runtime is to do next.

    Attributes:
        event: JSON text.
        deadline_s: wall-clock time (seconds since 1970) at which the invocation times out.
        trace_header: X-Ray header; None where nothing is traced.
    """

    request_id: str
    event: bytes
    function_arn: str
    deadline_s: float
    trace_header: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The runtime is initialised: it asks for its first invocation."""


@dataclass(frozen=True, slots=True)
class InitFailed:
    """The function could not be loaded.

    Attributes:
        error: the runtime's description, JSON text.
    """

    error: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """An invocation has ended.

    Attributes:
        body: the response, or the description of the error, JSON text.
        is_error: whether the function failed.
        cause: X-Ray's description of the exception, JSON text; empty where there is none.
    """

    request_id: str
    body: bytes
    is_error: bool
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Exited:
    """The process has ended.

    Attributes:
        status: exit status, negative: killed by this signal.
    """

    status: int


Event = Ready | InitFailed | Answered | Exited


class RuntimeApi:
    """Serves one process from its start to its end.

    Args:
        listener: listening socket that only the process can reach; closed by :meth:`close`.
        readiness: waits for connections.

    Attributes:
        events: what the process reports, in order.
    """

    def __init__(self, listener: socket.socket, readiness: Readiness) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._listener = listener
        self._readiness = readiness
        self._next: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: str | None = None
        self._is_ready = False
        self._connections: set[socket.socket] = set()
        listener.setblocking(False)
        readiness.watch(listener.fileno(), self._accept)

    def offer(self, invocation: Invocation) -> None:
        """Hand out ``invocation`` when the process asks for work, at once if it waits already."""
        self._next.put(invocation)

    def close(self) -> None:
        """End all connections."""
        self._readiness.forget(self._listener.fileno())
        self._listener.close()
        self._next.put(None)
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setblocking(True)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connections.add(connection)
        threading.Thread(
            target=self._serve, args=(connection,), name="runtime-api", daemon=True
        ).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream, suppress(OSError):
            try:
                while request := read_request(stream, connection.sendall, Origin(), 0):
                    if (response := self._answer(request)) is None:
                        break
                    connection.sendall(response.encoded(request.method, keep_alive=True))
            except BadRequestError as error:
                refusal = _refusal(HTTPStatus.BAD_REQUEST, str(error))
                connection.sendall(refusal.encoded("POST", keep_alive=False))
        self._connections.discard(connection)

    def _answer(self, request: Request) -> Response | None:
        """Return the answer, None at the end of the process's life."""
        call = request.raw_path.removeprefix(PREFIX)
        if request.method == "GET" and call == "invocation/next":
            return self._hand_out()
        if request.method == "POST" and call == "init/error":
            self.events.put(InitFailed(request.body))
            return _accepted()
        outcome = _OUTCOME.fullmatch(call)
        if request.method == "POST" and outcome is not None:
            return self._take(outcome[1], outcome[2] == "error", request)
        return _refusal(HTTPStatus.NOT_FOUND, f"{request.method} {request.raw_path}")

    def _hand_out(self) -> Response | None:
        if not self._is_ready:
            self._is_ready = True
            self.events.put(Ready())
        if (invocation := self._next.get()) is None:
            return None
        self._current = invocation.request_id
        headers = [
            *_JSON,
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(int(invocation.deadline_s * 1000))),
            ("Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn),
        ]
        if invocation.trace_header is not None:
            headers.append(("Lambda-Runtime-Trace-Id", invocation.trace_header))
        return Response(HTTPStatus.OK, headers, invocation.event)

    def _take(self, request_id: str, is_error: bool, request: Request) -> Response:
        if request_id != self._current:
            return _refusal(HTTPStatus.BAD_REQUEST, "InvalidRequestID")
        self._current = None
        if not is_error and len(request.body) > MAX_RESPONSE_BYTES:
            self.events.put(Answered(request_id, _too_large(request.body), is_error=True))
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge")
        cause = request.headers.get("lambda-runtime-function-xray-error-cause", "")
        self.events.put(Answered(request_id, request.body, is_error, cause))
        return _accepted()


def _accepted() -> Response:
    return Response(HTTPStatus.ACCEPTED, _JSON, b'{"status":"OK"}')


def _refusal(status: HTTPStatus, error: str) -> Response:
    return Response(status, _JSON, json.dumps({"errorType": error}).encode())


def _too_large(body: bytes) -> bytes:
    message = (
        f"Response payload size ({len(body)} bytes) exceeded maximum allowed payload size "
        f"({MAX_RESPONSE_BYTES} bytes)."
    )
    error = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}
    return json.dumps(error).encode()

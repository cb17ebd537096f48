"""A server on the loopback between boto3 and an S3 server: passes requests on, or spoils them."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

_HOP_HEADERS = {"connection", "transfer-encoding", "keep-alive", "date", "server"}


@dataclass(frozen=True)
class Fault:
    """What is done to requests whose method and path begin as told.

    Attributes:
        kind: ``error`` answers with status and code instead of passing on; ``answer`` with the
            content; ``short`` ends the body half-way; ``corrupt`` changes a byte of it; ``hang``
            answers too late; ``drop`` closes the connection; ``lost_answer`` passes on and closes
            it; ``slow`` answers late.
        method: GET, HEAD, PUT.
        path: beginning of the path, decoded.
        times: how many requests it meets.
        status: of an ``error``.
        code: of an ``error``.
        seconds: of ``hang`` and ``slow``.
        content: of an ``answer``.
        header: name and value, of an ``error``.
    """

    kind: str
    method: str
    path: str
    times: int = 1
    status: int = 503
    code: str = "SlowDown"
    seconds: float = 0.0
    content: bytes = b""
    header: tuple[str, str] = ("Content-Type", "application/xml")


@dataclass
class FaultyS3:
    """The running server.

    Attributes:
        endpoint: its address.
        requests: method, decoded path and headers (lower case) of each request.
    """

    endpoint: str
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    _faults: list[list[Fault]] = field(default_factory=list)
    _actions: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    # Amazon S3 decides conditional writes of one key one after the other.
    writes: threading.Lock = field(default_factory=threading.Lock)

    def spoil(self, fault: Fault) -> None:
        """Do ``fault`` to the next requests that fit."""
        with self._lock:
            self._faults.append([fault] * fault.times)

    def heal(self) -> None:
        """Do no more of what was asked for."""
        with self._lock:
            self._faults.clear()

    def meanwhile(self, method: str, action: Callable[[], object]) -> None:
        """Do ``action`` before the next request of that method is passed on."""
        with self._lock:
            self._actions.append((method, action))

    def count(self, method: str, path: str) -> int:
        """Return how many requests so far fit."""
        with self._lock:
            return sum(
                seen == method and where.startswith(path) for seen, where, _ in self.requests
            )

    def note(self, method: str, path: str, headers: dict[str, str]) -> Fault | None:
        """Remember a request, return what to do to it."""
        with self._lock:
            self.requests.append((method, path, headers))
            if self._actions and self._actions[0][0] == method:
                self._actions.pop(0)[1]()
            for faults in self._faults:
                if faults and faults[0].method == method and path.startswith(faults[0].path):
                    return faults.pop()
        return None


@contextmanager
def faulty_s3(upstream: str) -> Iterator[FaultyS3]:
    """Run the server before ``upstream``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    state = FaultyS3(f"http://127.0.0.1:{server.server_address[1]}")
    server.state, server.upstream = state, upstream  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def _handle(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        state: FaultyS3 = self.server.state  # type: ignore[attr-defined]
        fault = state.note(self.command, path, headers)
        content = self.rfile.read(int(headers.get("content-length", 0)))
        with suppress(ConnectionError):
            self._answer(fault, content, state)

    do_GET = do_HEAD = do_PUT = _handle  # noqa: N815

    def _answer(self, fault: Fault | None, content: bytes, state: FaultyS3) -> None:
        kind = None if fault is None else fault.kind
        if fault is not None and kind in ("hang", "slow"):
            time.sleep(fault.seconds)
        if kind in ("hang", "drop"):
            self.close_connection = True
            return
        if fault is not None and kind == "error":
            self._send(fault.status, dict([fault.header]), _error(fault.code))
            return
        if fault is not None and kind == "answer":
            self._send(200, {}, fault.content)
            return
        status, headers, body = self._pass_on(content, state)
        if kind == "lost_answer":
            self.close_connection = True
        elif kind == "short":
            self._send(status, headers, body, sent=len(body) // 2)
            self.close_connection = True
        elif kind == "corrupt":
            self._send(status, headers, bytes([body[0] ^ 1]) + body[1:])
        else:
            self._send(status, headers, body)

    def _pass_on(self, content: bytes, state: FaultyS3) -> tuple[int, dict[str, str], bytes]:
        upstream = urlsplit(self.server.upstream)  # type: ignore[attr-defined]
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port)
        try:
            with state.writes if self.command == "PUT" else nullcontext():
                connection.request(self.command, self.path, content, dict(self.headers.items()))
                response = connection.getresponse()
                headers = dict(response.getheaders())
                return response.status, headers, response.read()
        finally:
            connection.close()

    def _send(
        self, status: int, headers: dict[str, str], body: bytes, sent: int | None = None
    ) -> None:
        self.send_response(status)
        length = str(len(body))
        for name, value in headers.items():
            if name.lower() == "content-length" and self.command == "HEAD":
                length = value
            elif name.lower() not in _HOP_HEADERS | {"content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body[:sent])


def _error(code: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>"
    ).encode()

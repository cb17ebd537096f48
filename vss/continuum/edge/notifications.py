"""Receives the events that a store pushes over HTTP, on loopback."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from supervisor.errors import InvalidEvent
from supervisor.events import Item, read_items

_MOST_BYTES = 1 << 20
_TIMEOUT_S = 30.0

Take = Callable[[Sequence[Item]], object]


@contextmanager
def receiving(take: Take, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Receive events until the ``with`` block ends.

    Args:
        take: remembers the objects of an event for good; an ``OSError`` means it could not.
        host: to listen on; stores on other machines need one that they reach.
        port: 0 is any that is free.

    Yields:
        The address that the store pushes to. It holds a secret: who knows it may announce objects,
        though only ones of the services' own inputs.
    """
    server = _Server((host, port), take, secrets.token_urlsafe(24))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/{server.secret}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], take: Take, secret: str) -> None:
        super().__init__(address, _Handler)
        self.take = take
        self.secret = secret


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _TIMEOUT_S

    def log_message(self, *_: object) -> None:
        """Print nothing: addresses here are secret."""

    def do_POST(self) -> None:
        status = self._status()
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status is not HTTPStatus.OK:
            # What is left of the request was not read.
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def _status(self) -> HTTPStatus:
        server: _Server = self.server  # type: ignore[assignment]
        if not hmac.compare_digest(self.path.encode(), f"/{server.secret}".encode()):
            return HTTPStatus.NOT_FOUND
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            return HTTPStatus.LENGTH_REQUIRED
        if int(length) > _MOST_BYTES:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        try:
            server.take(read_items(self.rfile.read(int(length))))
        except InvalidEvent:
            return HTTPStatus.BAD_REQUEST
        except OSError:
            # The store keeps the event and tries again.
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.OK

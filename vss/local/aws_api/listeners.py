"""Loopback listeners: one thread a connection, HTTP/1.1 with keep-alive."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from vss.local.http_message import (
    BadRequestError,
    Origin,
    Request,
    Response,
    read_request,
)

HOST = "127.0.0.1"
Application = Callable[[Request], Response]


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    rbufsize = 65_536

    def handle(self) -> None:
        listener = cast("_Server", self.server)
        try:
            while self._answer_one(listener):
                pass
        except (ConnectionError, TimeoutError):
            return

    def _answer_one(self, listener: _Server) -> bool:
        send = self.connection.sendall
        try:
            request = read_request(
                cast("BinaryIO", self.rfile), send, listener.origin, listener.port
            )
        except BadRequestError as error:
            send(Response(400, body=f"{error}\n".encode()).encoded("GET", keep_alive=False))
            return False
        if request is None:
            return False
        keep_alive = request.headers.get("connection", "").lower() != "close"
        response = listener.application(request)
        send(response.encoded(request.method, keep_alive))
        return keep_alive


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    # A connection waits for its next request for hours; closing must not wait for it.
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, origin: Origin, application: Application) -> None:
        self.origin = origin
        self.application = application
        super().__init__((HOST, port), _Connection)
        self.port = int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients go away, and all else is the application's to report."""
        del request, client_address


class Listeners:
    """The doors of the server: one a distinct origin, each on its own loopback port."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._open: dict[Origin, _Server] = {}
        self._lock = threading.Lock()

    def open(self, origin: Origin, port: int = 0) -> int:
        """Open the door of ``origin`` unless it is open already; return its port.

        Raises:
            OSError: ``port`` is taken.
        """
        with self._lock:
            if origin not in self._open:
                server = _Server(port, origin, self._application)
                name = f"listener-{server.port}"
                threading.Thread(target=server.serve_forever, name=name, daemon=True).start()
                self._open[origin] = server
            return self._open[origin].port

    def close(self) -> None:
        """Take no more connections."""
        with self._lock:
            for server in self._open.values():
                server.shutdown()
                server.socket.close()
            self._open.clear()

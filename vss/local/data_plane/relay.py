"""Hands connections made inside a sandbox on to a port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from vss.local.data_plane.readiness import Readiness

_BUFFER_BYTES = 262_144
_CONNECT_TIMEOUT_S = 5.0


class Relay:
    """Whoever connects to ``listener`` talks to ``target``.

    Args:
        listener: listening socket; closed by :meth:`close`.
        target: host and port.
        readiness: waits for connections.
    """

    def __init__(
        self, listener: socket.socket, target: tuple[str, int], readiness: Readiness
    ) -> None:
        self._listener = listener
        self._target = target
        self._readiness = readiness
        self._open: set[socket.socket] = set()
        listener.setblocking(False)
        readiness.watch(listener.fileno(), self._accept)

    def close(self) -> None:
        """End all connections and take no more."""
        self._readiness.forget(self._listener.fileno())
        self._listener.close()
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        near.setblocking(True)
        self._start(self._connect, near)

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target, _CONNECT_TIMEOUT_S)
        except OSError:
            # The function sees what it would see of a service that is down: a closed connection.
            near.close()
            return
        far.settimeout(None)
        pair = (near, far)
        for connection in pair:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.update(pair)
        back = self._start(self._copy, far, near)
        self._copy(near, far)
        back.join()
        self._open.difference_update(pair)
        for connection in pair:
            connection.close()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        buffer = memoryview(bytearray(_BUFFER_BYTES))
        with suppress(OSError):
            while count := source.recv_into(buffer):
                sink.sendall(buffer[:count])
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    @staticmethod
    def _start(target: Callable[..., None], *arguments: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=target, args=arguments, name="relay", daemon=True)
        thread.start()
        return thread

"""What an execution environment can reach: its own network namespace, or this machine's."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

HOST = "127.0.0.1"
RUNTIME_API_PORT = 9001
XRAY_PORT = 2000
FIRST_ENDPOINT_PORT = 4001
_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_IFF_UP_RUNNING = 0x1 | 0x40
_BACKLOG = 64

Result = TypeVar("Result")


class Network(Protocol):
    """Where a function's process runs and what listens there."""

    def run(self, action: Callable[[], Result]) -> Result:
        """Do something on the one thread that lives in this network.

        A process started there inherits the network, and by the kernel's rule for its
        parent-death signal it dies with this thread.
        """

    def listen(self, port: int) -> socket.socket:
        """Return a TCP listener that the function reaches; its port may differ."""

    def receive(self, port: int) -> socket.socket:
        """Return a UDP socket that the function reaches; its port may differ."""

    def close(self) -> None:
        """Give the network up; no process may be left in it."""


class HostNetwork:
    """This machine's own network: nothing is kept from the function."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "environment")

    def run(self, action: Callable[[], Result]) -> Result:
        """See :class:`Network`."""
        return self._thread.submit(action).result()

    def listen(self, port: int) -> socket.socket:
        """See :class:`Network`; any free port of loopback."""
        del port
        return socket.create_server((HOST, 0), backlog=_BACKLOG)

    def receive(self, port: int) -> socket.socket:
        """See :class:`Network`; any free port of loopback."""
        del port
        return _udp(0)

    def close(self) -> None:
        """See :class:`Network`."""
        self._thread.shutdown()


class NetworkNamespace(HostNetwork):
    """A network of its own that has loopback and no route anywhere.

    The sockets are made inside by the one thread that lives there; any thread may use them.

    Raises:
        OSError: no right to make one.
    """

    def __init__(self) -> None:
        super().__init__()
        try:
            self.run(_enter_new_namespace)
        except OSError:
            self.close()
            raise

    def listen(self, port: int) -> socket.socket:
        """See :class:`Network`; exactly this port."""
        return self.run(lambda: socket.create_server((HOST, port), backlog=_BACKLOG))

    def receive(self, port: int) -> socket.socket:
        """See :class:`Network`; exactly this port."""
        return self.run(lambda: _udp(port))


def _enter_new_namespace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"unshare network namespace: {os.strerror(number)}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", _IFF_UP_RUNNING)
        fcntl.ioctl(control, _SIOCSIFFLAGS, request)


def _udp(port: int) -> socket.socket:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind((HOST, port))
    receiver.setblocking(False)
    return receiver

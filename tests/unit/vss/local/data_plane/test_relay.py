from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from vss.local.data_plane.readiness import Readiness
from vss.local.data_plane.relay import Relay


@pytest.fixture
def readiness() -> Iterator[Readiness]:
    readiness = Readiness()
    yield readiness
    readiness.close()


@pytest.fixture
def target() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as target:
        target.settimeout(5)
        yield target


def connect(listener: socket.socket) -> socket.socket:
    return socket.create_connection(listener.getsockname(), 5)


def test_both_directions_pass_and_each_ends_by_itself(
    readiness: Readiness, target: socket.socket
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    relay = Relay(listener, target.getsockname(), readiness)
    body = bytes(range(256)) * 40_000
    received = bytearray()
    with connect(listener) as client:
        server, _ = target.accept()
        with server:

            def serve() -> None:
                while block := server.recv(65_536):
                    received.extend(block)
                server.sendall(b"thanks")
                server.shutdown(socket.SHUT_WR)

            thread = threading.Thread(target=serve)
            thread.start()
            client.sendall(body)
            client.shutdown(socket.SHUT_WR)
            assert client.recv(100) == b"thanks"
            assert client.recv(100) == b""
            thread.join()
    assert received == body
    relay.close()


def test_a_target_that_is_down_closes_the_connection(readiness: Readiness) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = closed.getsockname()
    listener = socket.create_server(("127.0.0.1", 0))
    relay = Relay(listener, address, readiness)
    with connect(listener) as client:
        assert client.recv(1) == b""
    relay.close()


def test_closing_ends_what_is_open(readiness: Readiness, target: socket.socket) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    relay = Relay(listener, target.getsockname(), readiness)
    with connect(listener) as client:
        server, _ = target.accept()
        with server:
            client.sendall(b"x")
            assert server.recv(1) == b"x"
            relay.close()
            assert client.recv(1) == b""

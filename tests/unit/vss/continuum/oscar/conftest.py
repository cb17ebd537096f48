"""A cluster for the tests: a double that follows its API strictly, and clients of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.oscar_server import (
    PASSWORD,
    USER,
    OscarServer,
    oscar_server,
)
from vss.continuum.oscar.access import BasicAccess, ClusterAddress, TokenAccess
from vss.continuum.oscar.client import OscarClient

ADMIN = BasicAccess(USER, PASSWORD)


@pytest.fixture
def server() -> Iterator[OscarServer]:
    with oscar_server() as found:
        yield found


@pytest.fixture
def connect(server: OscarServer) -> Iterator[Callable[..., OscarClient]]:
    clients: list[OscarClient] = []

    def made(access: BasicAccess | TokenAccess = ADMIN) -> OscarClient:
        clients.append(OscarClient(ClusterAddress(server.endpoint, access), lambda _: None))
        return clients[-1]

    yield made
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def client(connect: Callable[..., OscarClient]) -> OscarClient:
    return connect()

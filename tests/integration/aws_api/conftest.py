"""A real API server for the tests of this folder, shared by those of one module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.aws_api_server import RunningServer
from tests.integration.aws_api.surveillance_account import Account, make_account


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with RunningServer() as running:
        yield running


@pytest.fixture(scope="module")
def account(server: RunningServer) -> Account:
    return make_account(server)

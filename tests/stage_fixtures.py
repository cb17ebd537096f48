"""Fixtures: the surveillance function on a stage of its own, behind a server that spoils requests.

A conftest imports what its tests use.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from business_logic import s3_access
from moto.server import ThreadedMotoServer
from surveillance.bootstrap import Environment
from surveillance.process import Surveillance

from tests.faulty_s3 import FaultyS3, faulty_s3
from tests.local_stage import AWS_VARIABLES, Context, Json, LocalStage, function_variables
from tests.tiny_networks import assemble_tiny_networks


@dataclass(frozen=True)
class Function:
    """The function as its handler runs it."""

    environment: Environment
    surveillance: Surveillance

    def __call__(self, event: Json, seconds: float = 30.0) -> Json:
        invocation = self.environment.begin_invocation(Context(seconds))
        return self.surveillance.process(event, invocation)


StartFunction = Callable[..., Function]


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def tiny_manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Networks that find one unknown person in each clear frame."""
    return assemble_tiny_networks(tmp_path_factory.mktemp("tiny"), with_person=True)


@pytest.fixture
def stage(moto_endpoint: str) -> LocalStage:
    reset = urllib.request.Request(f"{moto_endpoint}/moto-api/reset", method="POST")  # noqa: S310
    with urllib.request.urlopen(reset):  # noqa: S310
        return LocalStage.make(moto_endpoint)


@pytest.fixture
def s3(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyS3]:
    """The way to the stage for all clients that are made from now on; time-outs are short."""
    with faulty_s3(moto_endpoint) as server:
        for name, value in AWS_VARIABLES.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        monkeypatch.setattr(s3_access, "READ_TIMEOUT_S", 0.4)
        yield server


@pytest.fixture
def start(stage: LocalStage, s3: FaultyS3, tiny_manifest: Path) -> StartFunction:
    """Start the function; keyword arguments change its environment variables."""

    def _start(**changes: str | None) -> Function:
        environment = Environment.prepare(function_variables(tiny_manifest, **changes))
        return Function(environment, environment.load())

    return _start


@pytest.fixture(scope="session")
def _loaded() -> dict[str, Function]:
    return {}


@pytest.fixture
def function(start: StartFunction, _loaded: dict[str, Function]) -> Function:
    """The function; its networks are loaded once for all tests."""
    if "function" in _loaded:
        _loaded["function"].surveillance.connect()
    else:
        _loaded["function"] = start()
    return _loaded["function"]

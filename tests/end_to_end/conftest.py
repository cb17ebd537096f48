"""The whole app, deployed by the stock CDK CLI into a local AWS of the test session's own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_networks import assemble_tiny_networks
from vss.local.deployment import LocalOptions, Running, down, up

Deploy = Callable[..., Running]

# Six times the timeout is the visibility timeout, which a redelivery takes; five of them end in
# the dead-letter queue.
SETTINGS = {"timeout_s": 3, "max_concurrency": 2, "batch_window_s": 0}


@pytest.fixture(scope="session")
def tiny_manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Networks of the right contracts that find nobody; the camera cover is the real one."""
    return assemble_tiny_networks(tmp_path_factory.mktemp("networks"))


@pytest.fixture(scope="session")
def deploy(tmp_path_factory: pytest.TempPathFactory, tiny_manifest: Path) -> Iterator[Deploy]:
    """Deploy with the settings given; the local AWS stays up between deployments."""
    folder = tmp_path_factory.mktemp("local_aws")

    def run(settings: dict[str, Any] | None = None, manifest: Path = tiny_manifest) -> Running:
        chosen = {**SETTINGS, **(settings or {})}
        printed: list[str] = []
        options = LocalOptions(settings=chosen, manifest=manifest, folder=folder)
        return up(options, printed.append, printed.append)

    yield run
    down(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def running(deploy: Deploy) -> Running:
    """The app as most tests need it."""
    return deploy()

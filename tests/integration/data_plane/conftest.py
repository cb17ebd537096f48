"""One server for all tests here; each deploys what it needs under names of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.local_functions import LocalAws, RunningPlane, local_aws, running_plane
from vss.local.data_plane.sandbox import Enforcement, detect

NO_SANDBOX = "--no-sandbox"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def _server() -> Iterator[LocalAws]:
    with local_aws() as aws:
        yield aws


@pytest.fixture(scope="session")
def enforcement() -> Enforcement:
    return detect(wanted=True)


@pytest.fixture
def aws(_server: LocalAws) -> LocalAws:
    _server.forget()
    return _server


@pytest.fixture
def name() -> str:
    """A name no other test uses."""
    return f"test{next(_numbers)}"


def _skip_unless_enforced(enforcement: Enforcement) -> None:
    if not (enforcement.isolated and enforcement.limited):
        pytest.skip(f"functions cannot be sandboxed here: {enforcement.missing}")


@pytest.fixture(params=["sandboxed", "unsandboxed"])
def run_plane(
    request: pytest.FixtureRequest, aws: LocalAws, tmp_path: Path, enforcement: Enforcement
) -> Iterator[Callable[..., RunningPlane]]:
    """Start data planes, with and without a sandbox."""
    options = [NO_SANDBOX] if request.param == "unsandboxed" else []
    if not options:
        _skip_unless_enforced(enforcement)
    yield from _runner(aws, tmp_path, options)


@pytest.fixture
def run_sandboxed(
    aws: LocalAws, tmp_path: Path, enforcement: Enforcement
) -> Iterator[Callable[..., RunningPlane]]:
    """Start data planes whose functions are sandboxed."""
    _skip_unless_enforced(enforcement)
    yield from _runner(aws, tmp_path, [])


@pytest.fixture
def run_unsandboxed(aws: LocalAws, tmp_path: Path) -> Iterator[Callable[..., RunningPlane]]:
    """Start data planes whose functions are not sandboxed, as without root."""
    yield from _runner(aws, tmp_path, [NO_SANDBOX])


def _runner(
    aws: LocalAws, folder: Path, options: list[str]
) -> Iterator[Callable[..., RunningPlane]]:
    with ExitStack() as planes:
        yield lambda *more: planes.enter_context(running_plane(aws, folder, *options, *more))

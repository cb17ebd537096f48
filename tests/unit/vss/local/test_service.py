"""Background processes: started, recognised, ended."""

import os
import sys
from pathlib import Path

import pytest

from vss.local import service

READY = (
    'import json, time; print(json.dumps({"ready": True, "port": 7}), flush=True); time.sleep(60)'
)


@pytest.fixture
def module(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, dict[str, str]]:
    """A module with the code of the test's parameter, and the environment that finds it."""
    name = f"service_under_test_{os.getpid()}"
    (tmp_path / f"{name}.py").write_text(request.param)
    return name, {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}


@pytest.mark.parametrize("module", [READY], indirect=True)
def test_a_process_runs_from_ready_to_end(
    module: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    name, environment = module
    started = service.start(name, [], environment, tmp_path / "log")
    assert started.ready == {"ready": True, "port": 7}
    assert service.is_running(started.pid, name)
    assert not service.is_running(started.pid, "another.module")
    service.end(started.pid, name)
    assert not service.is_running(started.pid, name)
    service.end(started.pid, name)


@pytest.mark.parametrize("module", ['raise SystemExit("no port is free")'], indirect=True)
def test_a_process_that_ends_at_once_is_reported_with_its_words(
    module: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    name, environment = module
    with pytest.raises(service.ServiceError, match="no port is free"):
        service.start(name, [], environment, tmp_path / "log")


def test_another_process_with_the_number_is_left_alone() -> None:
    service.end(os.getpid(), "vss.local.aws_api")

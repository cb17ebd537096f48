"""Templates shared by all tests: synthesised once a stage."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# The node of the virtual environment before an older one of the system: the CDK library starts
# `node` from the path when it is first imported.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

from tests.infrastructure.synthesis import STAGES, Templates, synthesise

Synthesise = Callable[..., Templates]


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Templates]:
    """The templates of cdk.json's stages, by stage."""
    return {stage: synthesise(tmp_path_factory.mktemp(stage), stage) for stage in STAGES}


@pytest.fixture(params=STAGES)
def templates(request: pytest.FixtureRequest, both: dict[str, Templates]) -> Templates:
    """The templates of dev, then of prod."""
    return both[request.param]


@pytest.fixture
def dev(both: dict[str, Templates]) -> Templates:
    return both["dev"]


@pytest.fixture
def synthesised(tmp_path: Path) -> Synthesise:
    """Synthesise dev with some settings changed."""

    def run(**values: Any) -> Templates:
        return synthesise(tmp_path, "dev", values)

    return run

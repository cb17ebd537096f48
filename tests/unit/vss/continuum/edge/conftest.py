"""A site for the runner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge_site import EdgeSite, edge_site
from tests.workflow_storage import WorkflowStorage, _storage_server, storage  # noqa: F401


@pytest.fixture
def site(storage: WorkflowStorage, tmp_path: Path) -> Iterator[EdgeSite]:  # noqa: F811
    with edge_site(storage, tmp_path / "state") as found:
        yield found

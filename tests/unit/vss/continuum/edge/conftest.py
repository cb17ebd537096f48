"""A site for the runner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge_site import EdgeSite
from tests.faulty_s3 import faulty_s3
from tests.workflow_storage import WorkflowStorage, _storage_server, storage  # noqa: F401


@pytest.fixture
def site(storage: WorkflowStorage, tmp_path: Path) -> Iterator[EdgeSite]:  # noqa: F811
    with faulty_s3(storage.upstream) as cloud:
        yield EdgeSite(storage, cloud, tmp_path / "state")

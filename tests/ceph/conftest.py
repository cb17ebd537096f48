"""A real S3 server for the tests of the edge: Ceph's RADOS gateway, started and ended here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ceph.rados_gateway import missing_programs, rados_gateway
from tests.edge_site import EdgeSite, edge_site
from tests.faulty_s3 import faulty_s3
from tests.workflow_storage import ACCESS_KEY, SECRET_KEY, WorkflowStorage


@pytest.fixture(scope="session")
def gateway() -> Iterator[str]:
    """The endpoint."""
    if missing := missing_programs():
        pytest.skip(f"Ceph is not installed ({', '.join(missing)}): make test-ceph does it")
    # Names of sockets are short: pytest's own folders are too deep.
    with (
        tempfile.TemporaryDirectory(prefix="ceph-") as folder,
        rados_gateway(Path(folder), ACCESS_KEY, SECRET_KEY) as endpoint,
    ):
        yield endpoint


@pytest.fixture
def storage(gateway: str) -> Iterator[WorkflowStorage]:
    """An empty store behind a server that spoils requests."""
    with faulty_s3(gateway) as faults:
        found = WorkflowStorage(gateway, faults, None, keeps_to_conditions=False)
        yield found
        found.remove_all()


@pytest.fixture
def site(storage: WorkflowStorage, tmp_path: Path) -> Iterator[EdgeSite]:
    """A site whose stores are Ceph's."""
    with edge_site(storage, tmp_path / "state") as found:
        yield found

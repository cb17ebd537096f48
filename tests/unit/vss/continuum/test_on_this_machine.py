"""Both halves on one machine: whose stores the local AWS is, and where files are put."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from deep_learning.errors import ConfigurationError

from tests.fdl_documents import WORKFLOWS
from vss.continuum.edge.services import EdgeService
from vss.continuum.fdl.loading import load
from vss.continuum.on_this_machine import put_files, services_here
from vss.local.state import LocalState

STATE = LocalState("http://127.0.0.1:4566", "AKIALOCAL", "local-secret", 1)
REFERENCE = WORKFLOWS / "mask_wearing" / "mask_wearing.yaml"
PAPER = WORKFLOWS / "paper_mask_detection.yaml"
REAL = {"mask-detection": "vss-dev-wf-mask-detection", "scar-mask-detector": "vss-dev-wf-scar"}


@dataclass
class FakeDeployment:
    """Remembers what is put into its S3."""

    endpoint: str = STATE.endpoint
    put: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def s3(self) -> FakeDeployment:
        return self

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        self.put.append((path, bucket, key))


def services(file: Path, minio_here: bool = False) -> tuple[EdgeService, ...]:
    return services_here(load(file), REAL, STATE, minio_here)


@pytest.mark.parametrize(
    ("file", "minio_here", "endpoint"),
    [
        (REFERENCE, False, "http://127.0.0.1:9000"),
        (REFERENCE, True, STATE.endpoint),
        (PAPER, False, STATE.endpoint),
        (PAPER, True, STATE.endpoint),
    ],
)
def test_the_local_aws_is_each_server_that_is_not_declared_or_all(
    file: Path, minio_here: bool, endpoint: str
) -> None:
    (service,) = services(file, minio_here)
    providers = service.description.providers
    assert providers["minio.default"].endpoint == endpoint
    (s3,) = (provider for name, provider in providers.items() if name.startswith("s3."))
    assert s3.endpoint == STATE.endpoint
    assert s3.credentials is not None
    assert s3.credentials.access_key == STATE.access_key_id
    written = {output.place.bucket for output in service.description.outputs}
    assert written & set(REAL.values())


def test_files_are_put_into_the_first_input() -> None:
    deployment = FakeDeployment()
    files = [Path("/videos/door.mp4"), Path("/videos/yard.mp4")]
    place = put_files(files, services(PAPER), deployment)  # type: ignore[arg-type]
    assert place == "oscar-anon-and-split/input"
    assert deployment.put == [
        (str(path), "oscar-anon-and-split", f"input/{path.name}") for path in files
    ]


def test_into_the_store_of_somebody_else_nothing_is_put() -> None:
    deployment = FakeDeployment()
    with pytest.raises(ConfigurationError, match=r"no service reads from it; .* --minio-here"):
        put_files([Path("door.mp4")], services(REFERENCE), deployment)  # type: ignore[arg-type]
    assert deployment.put == []

"""Networks load from blobs that fit, and from their IR where none does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from deep_learning.blobs import FOLDER, blob_name, blobs_of, read_blob
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime

from vss.layers.blobs import compile_ahead
from vss.paths import REPOSITORY

ROLE = Role.CAMERA_COVER
# OpenVINO lets a process play an older processor than it has.
PRECISION = str(ov.Core().get_property("CPU", "INFERENCE_PRECISION_HINT").to_string())
OLDER = {"ONEDNN_MAX_CPU_ISA": "SSE41"}
EXPORT = """
import sys
from pathlib import Path
from deep_learning.catalogue import Catalogue, Role
from vss.layers.blobs import compile_ahead
catalogue = Catalogue.read(Path(sys.argv[1]), "demo")
_, content = compile_ahead(catalogue, catalogue.entry(Role.CAMERA_COVER), "f32")
sys.stdout.buffer.write(content)
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Return the demo networks from a folder that blobs can be put into."""
    (tmp_path / "camera_cover").symlink_to(REPOSITORY / "model_assets" / "camera_cover")
    (tmp_path / "demo").symlink_to(REPOSITORY / "model_assets" / "demo")
    (tmp_path / "manifest.json").symlink_to(REPOSITORY / "model_assets" / "manifest.json")
    return Catalogue.read(tmp_path / "manifest.json", "demo")


def blob(catalogue: Catalogue) -> bytes:
    _, content = compile_ahead(catalogue, catalogue.entry(ROLE), PRECISION)
    return content


def put(catalogue: Catalogue, processor: str, content: bytes) -> Path:
    path = catalogue.root / FOLDER / processor / blob_name(catalogue.entry(ROLE), content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def outputs(runtime: Runtime, catalogue: Catalogue) -> list[np.ndarray]:
    network = runtime.load(catalogue, ROLE)
    image = np.random.default_rng(5).integers(0, 256, (*network.input_height_width, 3))
    return [output.copy() for output in network.infer(image.astype(np.uint8))]


def test_a_blob_gives_what_its_network_gives(catalogue: Catalogue) -> None:
    runtime = Runtime(threads=1)
    expected = outputs(runtime, catalogue)
    assert runtime.from_blobs == 0
    put(catalogue, "here", blob(catalogue))
    found = outputs(runtime, catalogue)
    assert runtime.from_blobs == 1
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_blob_of_another_processor_is_passed_over(catalogue: Catalogue) -> None:
    command = [sys.executable, "-c", EXPORT, str(catalogue.root / "manifest.json")]
    foreign = subprocess.run(command, env=os.environ | OLDER, capture_output=True, check=True)
    runtime = Runtime(threads=1)
    put(catalogue, "a_foreign", foreign.stdout)
    expected = outputs(Runtime(threads=1), catalogue)
    found = outputs(runtime, catalogue)
    assert runtime.from_blobs == 0
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)
    put(catalogue, "here", blob(catalogue))
    outputs(runtime, catalogue)
    assert runtime.from_blobs == 1


def test_a_damaged_blob_is_passed_over(catalogue: Catalogue) -> None:
    runtime = Runtime(threads=1)
    content = blob(catalogue)
    path = put(catalogue, "here", content)
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert read_blob(path) is None
    assert len(outputs(runtime, catalogue)) == 1
    assert runtime.from_blobs == 0


def test_a_blob_belongs_to_one_network(catalogue: Catalogue) -> None:
    put(catalogue, "here", b"content")
    assert len(list(blobs_of(catalogue.root, catalogue.entry(ROLE)))) == 1
    assert not list(blobs_of(catalogue.root, catalogue.entry(Role.BODY_POSE)))


def test_a_blob_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert read_blob(tmp_path / "absent-00.blob") is None

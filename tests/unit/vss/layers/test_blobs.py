from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from deep_learning.blobs import blobs_of
from deep_learning.catalogue import Catalogue
from deep_learning.errors import ConfigurationError
from deep_learning.runtime import Runtime

from stacks.settings import BLOB_PROCESSORS
from vss.layers import blobs
from vss.layers.blobs import PROCESSORS, BlobError, Processor, check_version, export_blobs
from vss.paths import MANIFEST

# Any processor that runs these tests can play it.
OLD = Processor("SSE41", "Intel SSE4.1", "f32")
STRANGE = Processor("SSE41", "Intel iAPX 432", "f32")


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "PROCESSORS", {"old": OLD, "strange": STRANGE})


@pytest.mark.usefixtures("old")
def test_each_network_of_the_set_is_compiled_ahead_once(tmp_path: Path) -> None:
    found = export_blobs(MANIFEST, "demo", ["old"], tmp_path / "cache")
    for place, path in found.items():
        assert place.parts[:2] == ("blobs", "old")
        target = tmp_path / "models" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    for entry in Catalogue.read(MANIFEST, "demo").networks:
        assert len(list(blobs_of(tmp_path / "models", entry))) == 1
    made = {path: path.stat().st_mtime_ns for path in found.values()}
    assert export_blobs(MANIFEST, "demo", ["old"], tmp_path / "cache") == found
    assert {path: path.stat().st_mtime_ns for path in found.values()} == made


@pytest.mark.usefixtures("old")
def test_two_machines_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        export_blobs(MANIFEST, "demo", ["old"], tmp_path / name) for name in ("one", "two")
    )
    assert list(first) == list(second)


@pytest.mark.usefixtures("old")
def test_a_processor_that_is_not_to_be_had_is_named(tmp_path: Path) -> None:
    with pytest.raises(BlobError, match=r"is Intel SSE4\.1, it cannot play Intel iAPX 432"):
        export_blobs(MANIFEST, "demo", ["strange"], tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_the_setting_knows_the_same_processors() -> None:
    assert tuple(PROCESSORS) == BLOB_PROCESSORS


def test_this_processor_is_one_of_the_kinds_or_says_so() -> None:
    runtime = Runtime(threads=1)
    catalogue = Catalogue.read(MANIFEST, "demo")
    runtime.load(catalogue, catalogue.networks[0].role)
    assert runtime.processor.startswith("Intel ")


def test_another_openvino_would_make_blobs_that_fit_nowhere(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text(f"numpy==2.0.0\nopenvino=={version('openvino')} \\\n    --hash=sha256:00\n")
    check_version(pins)
    pins.write_text("openvino==2020.1.0 \\\n    --hash=sha256:00\n")
    with pytest.raises(ConfigurationError, match=r"pins openvino==2020\.1\.0, installed is"):
        check_version(pins)

import json
import shutil
import sys
from pathlib import Path

import pytest
from deep_learning.catalogue import Catalogue, Role
from deep_learning.runtime import Runtime

from model_assets.training import manifest_entry
from vss.paths import MANIFEST

ASSETS = MANIFEST.parent
MOST_BYTES = 6_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The manifest without its set demo, beside the networks that are in the repository."""
    for folder in ("demo", "camera_cover"):
        shutil.copytree(ASSETS / folder, tmp_path / folder)
    content = json.loads(MANIFEST.read_text())
    del content["sets"]["demo"]
    content["networks"] = [
        entry for entry in content["networks"] if not entry["name"].startswith("demo-")
    ]
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    return tmp_path / "manifest.json"


def test_manifest_describes_the_networks_in_the_repository(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["manifest_entry", str(copy)])
    manifest_entry.main()
    written, kept = json.loads(copy.read_text()), json.loads(MANIFEST.read_text())
    assert {name: set(item["networks"]) for name, item in written["sets"].items()} == {
        name: set(item["networks"]) for name, item in kept["sets"].items()
    }
    assert written["networks"] == kept["networks"]


def test_demo_networks_are_small() -> None:
    demo = Catalogue.read(MANIFEST, "demo").networks
    sizes = [file.size for entry in demo for file in entry.files if "demo/" in file.path]
    assert len(sizes) == 6
    assert sum(sizes) <= MOST_BYTES


@pytest.mark.parametrize("role", [Role.BODY_POSE, Role.FACE_LANDMARKS, Role.FACE_EMBEDDING])
def test_demo_networks_have_the_contract_of_the_real_ones(role: Role) -> None:
    demo, real = (Catalogue.read(MANIFEST, name).entry(role) for name in ("demo", "omz"))
    assert demo.input.shape == real.input.shape
    assert [output.shape for output in demo.outputs] == [output.shape for output in real.outputs]
    Runtime(threads=1).load(Catalogue.read(MANIFEST, "demo"), role)  # checks name and shape

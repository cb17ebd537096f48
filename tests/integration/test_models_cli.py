"""The real manifest against a mirror with the real files, as an operator would pull them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from deep_learning.catalogue import Manifest
from typer.testing import CliRunner

from tests.shared_material import SHARED
from vss.models.cli import app
from vss.paths import MANIFEST

MIRROR = SHARED / "models"

pytestmark = pytest.mark.skipif(not MIRROR.is_dir(), reason=f"no mirror at {MIRROR}")


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Copy the manifest, with the files that ship with it, to a place without networks."""
    content = Manifest.read(MANIFEST)
    copy = tmp_path / "model_assets" / MANIFEST.name
    copy.parent.mkdir()
    shutil.copy(MANIFEST, copy)
    for file in (file for entry in content.networks for file in entry.files):
        if file.source is None:
            (copy.parent / file.path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(content.root / file.path, copy.parent / file.path)
    return copy


def test_pull_then_verify_then_alter(manifest: Path) -> None:
    def run(command: str, *arguments: str):
        return CliRunner().invoke(app, [command, "--manifest", str(manifest), *arguments])

    assert run("verify").exit_code == 1
    pulled = run("pull", "--mirror", str(MIRROR))
    assert pulled.exit_code == 0, pulled.output
    assert run("verify").exit_code == 0
    assert "missing" not in run("list").output

    networks = Manifest.read(manifest).networks
    weights = next(entry.weights for entry in networks if entry.weights.source)
    with (manifest.parent / weights.path).open("r+b") as stream:
        stream.write(b"?")
    verified = run("verify")
    assert verified.exit_code == 1
    assert f"{weights.path} has SHA-384" in verified.output
    assert "fetched 1 of" in run("pull", "--mirror", str(MIRROR)).output
    assert run("verify").exit_code == 0

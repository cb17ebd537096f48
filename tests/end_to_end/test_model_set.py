"""Model sets chosen on the command line, from deployment to record and table."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import SETTINGS
from tests.galleries import put_gallery
from tests.local_stage import clear_frame
from tests.tiny_networks import assemble_tiny_networks
from vss.local.deployment import Running

Vss = Callable[..., str]
NOTICE = "Model set demo knows rendered people only;"


@pytest.fixture
def vss(running: Running) -> Vss:
    """Run a command as a user does, on the session's local AWS."""
    environment = {**os.environ, "VSS_LOCAL_FOLDER": str(running.folder), "COLUMNS": "150"}

    def run(*arguments: str | Path) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "vss", *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_a_chosen_set_is_deployed_recorded_and_shown(
    vss: Vss, running: Running, tiny_manifest: Path, tmp_path: Path
) -> None:
    manifest = assemble_tiny_networks(tmp_path / "networks", with_person=True)
    (tmp_path / "people" / "p-1").mkdir(parents=True)
    for path in (tmp_path / "frame.jpg", tmp_path / "people" / "p-1" / "1.jpg"):
        path.write_bytes(clear_frame())
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]

    up = vss("local", "up", "--model-set", "omz", "--manifest", manifest, *settings)
    assert "Networks: model set omz." in up
    put_gallery(running.deployment, tmp_path / "people", manifest)
    table = vss("put", tmp_path / "frame.jpg", "--camera", "omz", "--wait", "60")
    assert "p-1 1.00" in table
    assert "Model set" not in table
    record = json.loads(vss("results", "--camera", "omz", "--json"))
    assert record["model_set"] == {"name": "omz", "knows": None}
    assert record["models"]["face_embedding"]["name"] == "tiny-omz-face-embedding"
    bucket = running.deployment.outputs["GalleryBucket"]
    running.deployment.s3.delete_object(Bucket=bucket, Key="index/gallery")

    up = vss("local", "up", "--manifest", tiny_manifest, *settings)
    assert NOTICE in up
    table = vss("put", tmp_path / "frame.jpg", "--camera", "demo", "--wait", "60")
    assert NOTICE in table.splitlines()[-1]
    record = json.loads(vss("results", "--camera", "demo", "--json"))
    assert record["model_set"] == {"name": "demo", "knows": "rendered people only"}

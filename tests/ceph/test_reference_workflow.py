"""The edge half of the reference workflow with all its stores on Ceph; a stand-in for its script.

The script itself, which needs networks and a video library, has tests of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fdl_documents import WORKFLOWS
from tests.workflow_storage import ACCESS_KEY, SECRET_KEY, WorkflowStorage
from vss.continuum.edge.dead_letters import read_failed
from vss.continuum.edge.folders import StateFolders
from vss.continuum.edge.services import local_services
from vss.continuum.edge.settings import RunnerSettings
from vss.continuum.fdl.loading import load
from vss.continuum.on_this_machine import run_edge

FOLDER = WORKFLOWS / "mask_wearing"
ENDPOINT = "http://127.0.0.1:9000"
VARIABLES = {
    "PATH": "/usr/bin:/bin",
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    "VSS_MINIO_ACCESS_KEY": ACCESS_KEY,
    "VSS_MINIO_SECRET_KEY": SECRET_KEY,
}
# As the script does: images of a folder of the video's name, a report, nothing of what is damaged.
SCRIPT = """
stem=$(basename "$INPUT_FILE_PATH" .mp4); mkdir "$TMP_OUTPUT_DIR/$stem"
for n in 1 2 3; do cp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/$stem/img$n.jpg"; done
echo '{}' > "$TMP_OUTPUT_DIR/$stem/report.json"
case $STORAGE_OBJECT_KEY in *damaged*) exit 1;; esac
"""


@pytest.fixture
def workflow(tmp_path: Path, storage: WorkflowStorage, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with another address of its MinIO server; what it calls Amazon S3 is Ceph, too."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", storage.upstream)
    shutil.copytree(FOLDER, tmp_path / "workflow")
    path = tmp_path / "workflow" / "mask_wearing.yaml"
    text = path.read_text()
    assert ENDPOINT in text
    path.write_text(text.replace(ENDPOINT, storage.faults.endpoint))
    (path.parent / "anonymise-and-split.sh").write_text(SCRIPT)
    return path


def test_images_reach_the_cloud_tagged_and_nothing_else_does(
    workflow: Path, storage: WorkflowStorage, tmp_path: Path
) -> None:
    for bucket in ("anonymise-and-split", "mask-detection"):
        storage.bucket(bucket)
        storage.keep_versions(bucket)
    for name in ("day 1", "damaged"):
        storage.put("anonymise-and-split", f"input/{name}.mp4", name.encode())
    state, said = StateFolders(tmp_path / "state"), list[str]()
    settings = RunnerSettings(state.root, max_attempts=1, poll_interval_s=0.1, reserve_bytes=0)
    for _ in range(2):
        run_edge(local_services(load(workflow)), settings, VARIABLES, True, said.append)

    images = {f"day 1/img{n}.jpg": b"day 1" for n in (1, 2, 3)}
    in_the_cloud = {f"intermediate/{name}": content for name, content in images.items()}
    assert storage.objects("mask-detection") == in_the_cloud
    for key in in_the_cloud:
        assert storage.tags("mask-detection", key) == {"anonymised": "true"}
        assert storage.versions("mask-detection", key) == 1
    at_the_edge = storage.objects("anonymise-and-split", "output/")
    assert set(at_the_edge) == {f"output/{n}" for n in (*images, "day 1/report.json")}
    (failed,) = read_failed(state.failed)
    assert failed["key"] == "input/damaged.mp4"
    assert SECRET_KEY not in "".join(said)

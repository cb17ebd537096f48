"""What can be wrong when an environment starts. Rows 12, 14, 19, 20 and 22 of the fault table."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import snapshot_restore_py
from business_logic import gallery_store
from business_logic.stage_clock import StageClock
from deep_learning.catalogue import Catalogue, Role
from deep_learning.errors import (
    ConfigurationError,
    GalleryError,
    ModelError,
    TransientError,
)
from surveillance import process
from surveillance.bootstrap import Environment

from tests.faulty_s3 import Fault, FaultyS3
from tests.galleries import index_content
from tests.handler_process import answers, run_handler
from tests.local_stage import (
    GALLERY,
    MODELS,
    LocalStage,
    batch,
    clear_frame,
    function_variables,
    returned,
)
from tests.shared_material import REPOSITORY
from tests.stage_fixtures import Function, StartFunction

KEY = "incoming/door/1.jpg"


@pytest.fixture
def own_manifest(tiny_manifest: Path, tmp_path: Path) -> Path:
    """Networks that a test may damage."""
    shutil.copytree(tiny_manifest.parent, tmp_path / "networks")
    return tmp_path / "networks" / tiny_manifest.name


Damage = Callable[[Path], None]


def weights(manifest: Path) -> Path:
    return (
        manifest.parent / Catalogue.read(manifest, "demo").entry(Role.FACE_EMBEDDING).weights.path
    )


def remove(manifest: Path) -> None:
    weights(manifest).unlink()


def truncate(manifest: Path) -> None:
    weights(manifest).write_bytes(weights(manifest).read_bytes()[:-1])


def alter(manifest: Path) -> None:
    content = bytearray(weights(manifest).read_bytes())
    content[0] ^= 1
    weights(manifest).write_bytes(content)


def reshape(manifest: Path) -> None:
    content = json.loads(manifest.read_text())
    (entry,) = (item for item in content["networks"] if item["name"] == "tiny-face-embedding")
    entry["outputs"][0]["shape"] = [1, 128, 1, 1]
    manifest.write_text(json.dumps(content))


def remove_manifest(manifest: Path) -> None:
    manifest.unlink()


DAMAGES = [
    (remove, r"tiny-face-embedding\.bin is missing"),
    (truncate, r"tiny-face-embedding\.bin has \d+ bytes, the manifest says"),
    (alter, r"tiny-face-embedding\.bin has SHA-384"),
    (reshape, r"tiny-face-embedding: output 0 of shape \[1, 128, 1, 1\] expected"),
    (remove_manifest, r"manifest\.json cannot be read"),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_a_damaged_network_fails_the_start_by_name(
    damage: Damage, message: str, start: StartFunction, own_manifest: Path
) -> None:
    damage(own_manifest)
    with pytest.raises(ModelError, match=message):
        start(VSS_MANIFEST=str(own_manifest))


def upload(stage: LocalStage, manifest: Path) -> None:
    for path in manifest.parent.rglob("*"):
        if path.is_file():
            key = str(path.relative_to(manifest.parent))
            stage.client.put_object(Bucket=MODELS, Key=key, Body=path.read_bytes())


S3_SOURCE = {"VSS_MODEL_SOURCE": "s3", "VSS_MODELS_BUCKET": MODELS}


def test_networks_come_from_the_bucket_and_leave_nothing_behind(
    start: StartFunction,
    stage: LocalStage,
    own_manifest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload(stage, own_manifest)
    for path in own_manifest.parent.rglob("*.*"):
        if path != own_manifest and path.is_file():
            path.unlink()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    function = start(VSS_MANIFEST=str(own_manifest), **S3_SOURCE)
    assert returned(function(batch(stage.put_frame(KEY, clear_frame())))) == []
    assert [record["status"] for record in stage.records()] == ["analysed"]
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize(("damage", "message"), DAMAGES[:1] + DAMAGES[2:3])
def test_a_damaged_network_in_the_bucket_fails_the_start_by_name(
    damage: Damage, message: str, start: StartFunction, stage: LocalStage, own_manifest: Path
) -> None:
    in_layer = own_manifest.with_name("layer.json")
    shutil.copy(own_manifest, in_layer)
    damage(own_manifest)
    upload(stage, own_manifest)
    with pytest.raises(ModelError, match=message):
        start(VSS_MANIFEST=str(in_layer), **S3_SOURCE)


def test_a_network_swapped_in_the_bucket_with_its_manifest_is_refused(
    start: StartFunction, stage: LocalStage, tiny_manifest: Path, own_manifest: Path
) -> None:
    alter(own_manifest)
    content = json.loads(own_manifest.read_text())
    for item in content["networks"]:
        for file in item["files"]:
            del file["sha384"]
    own_manifest.write_text(json.dumps(content))
    upload(stage, own_manifest)
    with pytest.raises(ModelError, match="SHA-384"):
        start(VSS_MANIFEST=str(tiny_manifest), **S3_SOURCE)


def test_a_failed_start_is_a_failed_import_so_that_no_message_is_taken(
    stage: LocalStage, s3: FaultyS3, own_manifest: Path
) -> None:
    remove(own_manifest)
    variables = function_variables(own_manifest)
    run = run_handler(variables, [batch(stage.put_frame(KEY, clear_frame()))])
    assert run.returncode != 0
    assert "ModelError" in run.stderr
    assert "tiny-face-embedding.bin is missing" in run.stderr
    assert "batchItemFailures" not in run.stdout
    assert stage.keys("") == []


def sandbox(tmp: str, networks: Path) -> list[str]:
    """Return the command that runs another with nothing to write to, or a full /tmp alone."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        pytest.skip("bwrap, which makes the file system read-only, is not installed")
    command = [bwrap, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    if tmp == "full":
        command += ["--size", "4096", "--tmpfs", "/tmp"]  # noqa: S108
        # What the function runs from may itself lie below /tmp.
        for folder in (networks, REPOSITORY):
            command += ["--ro-bind", str(folder), str(folder)]
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("bwrap may not make namespaces here")
    return command


@pytest.mark.parametrize("tmp", ["read-only", "full"])
def test_the_function_needs_no_file_it_could_write(
    tmp: str, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    event = batch(stage.put_frame(KEY, clear_frame()))
    prefix = sandbox(tmp, tiny_manifest.parent)
    run = run_handler(function_variables(tiny_manifest), [event], prefix)
    assert answers(run) == [{"batchItemFailures": []}]
    assert [record["status"] for record in stage.records()] == ["analysed"]


@pytest.mark.parametrize(
    ("tmp", "message"),
    [
        ("read-only", "ModelError: no folder for the networks: "),
        ("full", r"ModelError: /tmp/networks-.* cannot be written: No space left on device"),
    ],
)
def test_networks_that_cannot_be_kept_fail_the_start_by_name(
    tmp: str, message: str, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    upload(stage, tiny_manifest)
    prefix = sandbox(tmp, tiny_manifest.parent)
    run = run_handler(function_variables(tiny_manifest, **S3_SOURCE), [], prefix)
    assert run.returncode != 0
    assert re.search(message, run.stderr)


def test_a_models_bucket_that_refuses_fails_the_start_by_name(
    start: StartFunction, stage: LocalStage, s3: FaultyS3
) -> None:
    s3.spoil(Fault("error", "GET", f"/{MODELS}/", status=403, code="AccessDenied"))
    with pytest.raises(TransientError, match=r"fetching .*camera-cover.xml': GetObject gave 403"):
        start(**S3_SOURCE)


def embedding_hash(manifest: Path) -> str:
    return Catalogue.read(manifest, "demo").entry(Role.FACE_EMBEDDING).weights.sha384


def templates(count: int) -> list[np.ndarray]:
    vectors = np.random.default_rng(count).normal(size=(count, 256)).astype(np.float32)
    return list(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def gallery_of(count: int) -> dict[str, list[np.ndarray]]:
    return {f"p{number}": [template] for number, template in enumerate(templates(count))}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda index: index[:-20], "bytes of arrays, not"),
        (lambda index: b"\xff\xfe", "damaged"),
        (lambda index: b"[]", "damaged"),
        (lambda index: index.replace(b"vss.gallery/2", b"vss.gallery/9"), "vss.gallery/9"),
        (lambda index: index.replace(b'"network_sha384":"', b'"network_sha384":"f'), "renew"),
    ],
)
def test_a_wrong_gallery_fails_the_start_by_name(
    change: Callable[[bytes], bytes],
    message: str,
    start: StartFunction,
    stage: LocalStage,
    tiny_manifest: Path,
) -> None:
    index = index_content(gallery_of(2), embedding_hash(tiny_manifest))
    stage.put_gallery(change(index))
    with pytest.raises(GalleryError, match=message):
        start()


def test_a_gallery_beyond_all_measure_is_not_read(
    start: StartFunction, stage: LocalStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery_store, "_MOST_BYTES", 99)
    stage.put_gallery(b"x" * 100)
    with pytest.raises(GalleryError, match="has 100 bytes; allowed are 99"):
        start()


@pytest.mark.parametrize("count", [0, 1, 10_000])
def test_galleries_of_any_size_are_searched(
    count: int, start: StartFunction, stage: LocalStage, tiny_manifest: Path
) -> None:
    stage.put_gallery(index_content(gallery_of(count), embedding_hash(tiny_manifest)))
    assert returned(start()(batch(stage.put_frame(KEY, clear_frame())))) == []
    (record,) = stage.records()
    assert [person["face"]["status"] for person in record["persons"]] == ["unknown"]


def own_template(function: Function, frame: bytes) -> np.ndarray:
    """Return the template of the person in ``frame``."""
    pipeline = function.surveillance.networks.pipeline
    return pipeline.embeddings(frame, StageClock())[0]


def test_a_gallery_that_appears_changes_and_goes_is_followed_batch_by_batch(
    function: Function, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    frame, network = clear_frame(), embedding_hash(tiny_manifest)
    template = own_template(function, frame)
    galleries = [None, {"ann": [template]}, {"ann": [template]}, {"ben": [template]}, None]
    for number, gallery in enumerate(galleries):
        if gallery is None:
            stage.client.delete_object(Bucket=GALLERY, Key="index/gallery")
        else:
            stage.put_gallery(index_content(gallery, network))
        event = stage.put_frame(f"incoming/door/{number}.jpg", frame)
        assert returned(function(batch(event))) == []
    named = [record["persons"][0]["face"]["person_id"] for record in stage.records()]
    assert named == [None, "ann", "ann", "ben", None]


def test_a_person_is_unknown_again_on_the_day_after_the_last(
    function: Function, stage: LocalStage, tiny_manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, last = clear_frame(), date(2027, 3, 1)
    known = {"ann": [own_template(function, frame)]}
    stage.put_gallery(index_content(known, embedding_hash(tiny_manifest), until=last))
    for number, day in enumerate([last, last + timedelta(days=1)]):
        monkeypatch.setattr(process, "today", lambda day=day: day)
        event = stage.put_frame(f"incoming/door/{number}.jpg", frame)
        assert returned(function(batch(event))) == []
    found = [record["persons"][0]["face"]["person_id"] for record in stage.records()]
    assert found == ["ann", None]
    assert {record["gallery_version"] for record in stage.records()} == {1}


def test_a_batch_sees_one_gallery_though_it_is_swapped_meanwhile(
    function: Function, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    frame, network = clear_frame(), embedding_hash(tiny_manifest)
    template = own_template(function, frame)
    stage.put_gallery(index_content({"ann": [template]}, network))
    events = [stage.put_frame(f"incoming/door/{number}.jpg", frame) for number in range(3)]
    s3.meanwhile("PUT", lambda: stage.put_gallery(index_content({"ben": [template]}, network)))
    assert returned(function(batch(*events))) == []
    assert s3.count("GET", f"/{GALLERY}/") >= 1
    named = {record["persons"][0]["face"]["person_id"] for record in stage.records()}
    assert named == {"ann"}


def test_a_gallery_that_did_not_change_is_not_sent_again(
    function: Function, stage: LocalStage, s3: FaultyS3, tiny_manifest: Path
) -> None:
    stage.put_gallery(index_content(gallery_of(3), embedding_hash(tiny_manifest)))
    for _ in range(2):
        assert returned(function(batch(stage.put_frame(KEY, clear_frame())))) == []
    asked = [headers for _, path, headers in s3.requests if path.startswith(f"/{GALLERY}/")]
    assert "if-none-match" in asked[-1]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("VSS_STAGE", None, "VSS_STAGE is missing"),
        ("VSS_FRAMES_BUCKET", "", "VSS_FRAMES_BUCKET is empty"),
        ("VSS_BUCKET_OWNER", "12", "VSS_BUCKET_OWNER is '12'"),
        ("VSS_SCOPE", "universal", "VSS_SCOPE names 'universal'; allowed are global, local"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "64", "64'; allowed are 128 to 10240"),
        ("VSS_TYPO", "1", "VSS_TYPO: no such setting here; known are"),
    ],
)
def test_a_wrong_setting_fails_the_start_by_name(
    name: str, value: str | None, message: str, tiny_manifest: Path
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Environment.prepare(function_variables(tiny_manifest, **{name: value}))


def test_a_restore_from_a_snapshot_connects_anew_and_reads_the_gallery_as_it_is_then(
    start: StartFunction,
    stage: LocalStage,
    s3: FaultyS3,
    tiny_manifest: Path,
    function: Function,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry: list[object] = []
    monkeypatch.setattr(snapshot_restore_py, "_after_restore_registry", registry)
    template = own_template(function, clear_frame())
    s3.requests.clear()
    snapshot = start(AWS_LAMBDA_INITIALIZATION_TYPE="snap-start")
    assert s3.requests == [], "a snapshot holds neither credentials nor templates"
    stage.put_gallery(index_content({"ann": [template]}, embedding_hash(tiny_manifest)))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANEWNEWNEWNEWNEWN")
    ((restore, _, _),) = registry
    restore()
    assert returned(snapshot(batch(stage.put_frame(KEY, clear_frame())))) == []
    (record,) = stage.records()
    assert record["persons"][0]["face"]["person_id"] == "ann"
    assert record["cold_start"] is False
    assert all("AKIANEWNEWNEWNEWNEWN" in headers["authorization"] for _, _, headers in s3.requests)

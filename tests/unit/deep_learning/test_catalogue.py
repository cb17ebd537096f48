"""The catalogue reads manifests, refuses broken ones by name, and gives out verified bytes only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from deep_learning.catalogue import Catalogue, NetworkFile, Role
from deep_learning.errors import ModelError

from tests.factories import file_item, network_item, write_manifest

REPOSITORY = Path(__file__).resolve().parents[3]
MANIFEST = REPOSITORY / "model_assets" / "manifest.json"
OFFICIAL = REPOSITORY.parent / "shared" / "models" / "omz_manifest.json"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def item(tmp_path: Path) -> dict[str, Any]:
    files = [
        file_item(tmp_path, "networks/tiny.xml", b"<net/>"),
        file_item(tmp_path, "networks/tiny.bin", b"weights"),
    ]
    return network_item(files)


@pytest.fixture
def catalogue(tmp_path: Path, item: Mapping[str, Any]) -> Catalogue:
    return Catalogue.read(write_manifest(tmp_path, [item]))


def test_the_real_manifest_reads() -> None:
    catalogue = Catalogue.read(MANIFEST)
    assert catalogue.root == MANIFEST.parent
    published = {Role.BODY_POSE, Role.FACE_LANDMARKS, Role.FACE_EMBEDDING}
    assert published <= {network.role for network in catalogue.networks}
    pose = catalogue.entry(Role.BODY_POSE)
    assert pose.input.shape == (1, 3, 256, 456)
    assert [output.shape for output in pose.outputs] == [(1, 38, 32, 57), (1, 19, 32, 57)]


def test_the_real_manifest_describes_every_file_fully() -> None:
    files = [file for network in Catalogue.read(MANIFEST).networks for file in network.files]
    for file in files:
        assert file.size > 0, file
        assert len(bytes.fromhex(file.sha384)) == 48, file
        assert file.source is None or file.source.startswith("https://"), file
        assert not Path(file.path).is_absolute(), file
        assert ".." not in Path(file.path).parts, file
    assert len({file.path for file in files}) == len(files)


def test_the_real_manifest_agrees_with_the_official_one() -> None:
    if not OFFICIAL.is_file():
        pytest.skip(f"needs {OFFICIAL}")
    official = {
        file["source"]: file
        for network in json.loads(OFFICIAL.read_text("utf-8"))["models"].values()
        for file in network["files"] + network.get("older_official_releases", [])
    }
    ours = [file for network in Catalogue.read(MANIFEST).networks for file in network.files]
    published = [file for file in ours if file.source is not None]
    assert published
    for file in published:
        listed = official[file.source]
        # Older releases are listed with a SHA-256 only.
        expected = (listed["size"], listed.get("sha384", file.sha384))
        assert (file.size, file.sha384) == expected, file.source


def test_an_entry_carries_what_the_manifest_says(catalogue: Catalogue) -> None:
    entry = catalogue.entry(Role.BODY_POSE)
    assert (entry.name, entry.precision, entry.licence) == ("tiny-0001", "FP32", "Apache-2.0")
    assert entry.files == (entry.description, entry.weights)
    assert (entry.description.path, entry.weights.path) == (
        "networks/tiny.xml",
        "networks/tiny.bin",
    )
    assert (entry.input.name, entry.input.shape) == ("image", (1, 3, 4, 6))
    assert [(output.name, output.shape) for output in entry.outputs] == [(None, (1, 3, 1, 1))]


def test_a_mirror_keeps_files_by_network_and_precision(catalogue: Catalogue) -> None:
    entry = catalogue.entry(Role.BODY_POSE)
    assert entry.mirror_path(entry.weights) == "tiny-0001/FP32/tiny.bin"


def test_a_threshold_is_read_by_name(tmp_path: Path, item: dict[str, Any]) -> None:
    item["thresholds"] = {"peak": 0.25}
    entry = Catalogue.read(write_manifest(tmp_path, [item])).entry(Role.BODY_POSE)
    assert entry.threshold("peak") == 0.25
    with pytest.raises(ModelError, match=r"tiny-0001.*'person'"):
        entry.threshold("person")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.BODY_POSE])
def test_a_role_nobody_plays_is_named(catalogue: Catalogue, role: Role) -> None:
    with pytest.raises(ModelError, match=str(role)):
        catalogue.entry(role)


BROKEN_TEXTS = {
    "empty": b"",
    "not JSON": b"{",
    "not UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "without format": b'{"networks": []}',
    "of another format": b'{"format": "vss.manifest/2", "networks": []}',
    "without networks": b'{"format": "vss.manifest/1"}',
    "with null networks": b'{"format": "vss.manifest/1", "networks": null}',
    "with a text as network": b'{"format": "vss.manifest/1", "networks": ["x"]}',
}


@pytest.mark.parametrize("content", BROKEN_TEXTS.values(), ids=BROKEN_TEXTS.keys())
def test_a_broken_manifest_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(content)
    with pytest.raises(ModelError) as refusal:
        Catalogue.read(manifest)
    assert str(manifest) in str(refusal.value)


BROKEN_NETWORKS: dict[str, Change] = {
    "unknown role": lambda item: item.update(role="body_snatcher"),
    "no role": lambda item: item.pop("role"),
    "no name": lambda item: item.pop("name"),
    "no input": lambda item: item.pop("input"),
    "input without shape": lambda item: item["input"].pop("shape"),
    "null outputs": lambda item: item.update(outputs=None),
    "no weights": lambda item: item["files"].pop(),
    "three files": lambda item: item["files"].append(item["files"][0]),
    "file without hash": lambda item: item["files"][0].pop("sha384"),
    "short hash": lambda item: item["files"][0].update(sha384="ab" * 32),
    "hash of other letters": lambda item: item["files"][0].update(sha384="xy" * 48),
    "hash and a line end": lambda item: item["files"][0].update(sha384="ab" * 48 + "\n"),
    "null hash": lambda item: item["files"][0].update(sha384=None),
    "size as text": lambda item: item["files"][0].update(size="6"),
    "no size at all": lambda item: item["files"][0].update(size=0),
    "negative size": lambda item: item["files"][0].update(size=-1),
    "absolute path": lambda item: item["files"][0].update(path="/etc/passwd"),
    "path upwards": lambda item: item["files"][0].update(path="networks/../../tiny.xml"),
    "null path": lambda item: item["files"][0].update(path=None),
    "null thresholds": lambda item: item.update(thresholds=None),
    "threshold as text": lambda item: item.update(thresholds={"peak": "0.1"}),
    "shape as text": lambda item: item["input"].update(shape="1,3,4,6"),
}


@pytest.mark.parametrize("change", BROKEN_NETWORKS.values(), ids=BROKEN_NETWORKS.keys())
def test_a_broken_network_is_refused_by_name(
    tmp_path: Path, item: dict[str, Any], change: Change
) -> None:
    change(item)
    manifest = write_manifest(tmp_path, [item])
    with pytest.raises(ModelError) as refusal:
        Catalogue.read(manifest)
    assert str(manifest) in str(refusal.value)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.json"):
        Catalogue.read(tmp_path / "absent.json")


def test_a_folder_as_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=tmp_path.name):
        Catalogue.read(tmp_path)


def test_a_role_is_played_once(tmp_path: Path, item: dict[str, Any]) -> None:
    manifest = write_manifest(tmp_path, [item, item | {"name": "tiny-0002"}])
    with pytest.raises(ModelError, match="more than once") as refusal:
        Catalogue.read(manifest)
    assert str(manifest) in str(refusal.value)


def test_an_unaltered_file_is_read_and_has_no_problem(catalogue: Catalogue) -> None:
    entry = catalogue.entry(Role.BODY_POSE)
    assert catalogue.read_verified(entry.weights) == b"weights"
    assert entry.weights.problem(catalogue.root) is None


ALTERATIONS = {
    "tampered": (b"weightz", "SHA-384"),
    "truncated": (b"weight", "6 bytes"),
    "emptied": (b"", "0 bytes"),
    "extended": (b"weights ", "8 bytes"),
    "removed": (None, "missing"),
}


@pytest.mark.parametrize(("content", "complaint"), ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_an_altered_file_is_refused_by_name(
    catalogue: Catalogue, content: bytes | None, complaint: str
) -> None:
    weights = catalogue.entry(Role.BODY_POSE).weights
    path = catalogue.root / weights.path
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(ModelError, match=complaint) as refusal:
        catalogue.read_verified(weights)
    assert str(path) in str(refusal.value)
    problem = weights.problem(catalogue.root)
    assert problem is not None
    assert complaint in problem
    assert str(path) in problem


def test_a_folder_in_place_of_a_file_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file = NetworkFile("folder", 4096, "0" * 96, None)
    with pytest.raises(ModelError, match="folder"):
        catalogue.read_verified(file)
    assert file.problem(catalogue.root) is not None

"""The catalogue reads manifests, refuses broken ones by name, and gives out verified bytes only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from deep_learning.catalogue import SURVEILLANCE_ROLES, Catalogue, Manifest, NetworkFile, Role
from deep_learning.errors import ModelError

from tests.factories import KNOWS, file_item, filler_items, network_item, set_item, write_manifest

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
    return Catalogue.read(write_manifest(tmp_path, [item]), "demo")


def real_sets(*, for_masks: bool = False) -> list[str]:
    sets = Manifest.read(MANIFEST).sets
    return [
        name for name, one in sets.items() if (Role.MASK_DETECTION in one.networks) == for_masks
    ]


@pytest.mark.parametrize("name", real_sets())
def test_every_set_of_the_real_manifest_keeps_the_contracts(name: str) -> None:
    catalogue = Catalogue.read(MANIFEST, name)
    assert catalogue.root == MANIFEST.parent
    shapes = {
        entry.role: (entry.input.shape[2:], [output.shape for output in entry.outputs])
        for entry in catalogue.networks
    }
    assert shapes == {
        Role.CAMERA_COVER: ((72, 128), [(1, 2)]),
        Role.BODY_POSE: ((256, 456), [(1, 38, 32, 57), (1, 19, 32, 57)]),
        Role.FACE_LANDMARKS: ((48, 48), [(1, 10, 1, 1)]),
        Role.FACE_EMBEDDING: ((128, 128), [(1, 256, 1, 1)]),
    }
    for role, threshold in (
        (Role.CAMERA_COVER, "covered"),
        (Role.BODY_POSE, "peak"),
        (Role.BODY_POSE, "person"),
        (Role.FACE_EMBEDDING, "identified"),
    ):
        assert 0 < catalogue.entry(role).threshold(threshold) < 1


def test_the_real_sets_share_the_camera_cover_and_omz_alone_is_published() -> None:
    manifest = Manifest.read(MANIFEST)
    covers = {manifest.sets[name].networks[Role.CAMERA_COVER].name for name in real_sets()}
    assert covers == {"camera-cover"}
    assert manifest.sets["omz"].knows is None
    for entry in manifest.networks:
        published = {"omz", "masks"} & set(manifest.sets_with(entry))
        ours = entry.role is Role.CAMERA_COVER or not published
        assert {file.source is None for file in entry.files} == {ours}, entry.name


@pytest.mark.parametrize("name", real_sets(for_masks=True))
def test_every_set_for_masks_keeps_the_contract(name: str) -> None:
    catalogue = Catalogue.read(MANIFEST, name)
    (entry,) = catalogue.networks
    assert entry.role is Role.MASK_DETECTION
    assert entry.input.shape == (1, 3, 260, 260)
    assert [output.shape for output in entry.outputs] == [(1, 5972, 2), (1, 5972, 4)]
    assert 0 < entry.threshold("face") < 1
    with pytest.raises(ModelError, match=rf"{name} has no network for the role body_pose"):
        catalogue.entry(Role.BODY_POSE)


def test_the_real_manifest_describes_every_file_fully() -> None:
    files = [file for network in Manifest.read(MANIFEST).networks for file in network.files]
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
    ours = [file for network in Manifest.read(MANIFEST).networks for file in network.files]
    published = [file for file in ours if "openvinotoolkit" in str(file.source)]
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
    entry = Catalogue.read(write_manifest(tmp_path, [item]), "demo").entry(Role.BODY_POSE)
    assert entry.threshold("peak") == 0.25
    with pytest.raises(ModelError, match=r"tiny-0001.*'person'"):
        entry.threshold("person")


@pytest.fixture
def complete(tmp_path: Path, item: dict[str, Any]) -> list[dict[str, Any]]:
    """A network for each role, the one of ``item`` first."""
    return [item, *filler_items(tmp_path, [item])]


@pytest.fixture
def other(item: dict[str, Any]) -> dict[str, Any]:
    """Another network for the role of ``item``, with a threshold of its own."""
    return item | {"name": "tiny-0002", "thresholds": {"peak": 0.5}}


def test_a_set_gives_its_own_networks_and_thresholds(
    tmp_path: Path, complete: list[dict[str, Any]], other: dict[str, Any]
) -> None:
    complete[0]["thresholds"] = {"peak": 0.25}
    sets = {"demo": set_item(complete, KNOWS), "omz": set_item([other, *complete[1:]])}
    path = write_manifest(tmp_path, [*complete, other], sets)
    demo, omz = Catalogue.read(path, "demo"), Catalogue.read(path, "omz")
    assert [entry.role for entry in demo.networks] == list(SURVEILLANCE_ROLES)
    assert (demo.model_set.name, demo.model_set.knows) == ("demo", KNOWS)
    assert (omz.model_set.name, omz.model_set.knows) == ("omz", None)
    poses = [catalogue.entry(Role.BODY_POSE) for catalogue in (demo, omz)]
    assert [(pose.name, pose.threshold("peak")) for pose in poses] == [
        ("tiny-0001", 0.25),
        ("tiny-0002", 0.5),
    ]
    manifest = Manifest.read(path)
    assert manifest.sets_with(manifest.networks[0]) == ("demo",)
    assert manifest.sets_with(manifest.networks[1]) == ("demo", "omz")
    assert [entry.name for entry in manifest.networks[-1:]] == ["tiny-0002"]


@pytest.mark.parametrize("name", ["omz", "", "Demo", "demo "])
def test_an_unknown_set_is_named_with_the_allowed_ones(
    tmp_path: Path, complete: list[dict[str, Any]], name: str
) -> None:
    sets = {"demo": set_item(complete), "third-1": set_item(complete)}
    path = write_manifest(tmp_path, complete, sets)
    with pytest.raises(ModelError, match=f"no model set {name!r}; allowed: demo, third-1") as error:
        Catalogue.read(path, name)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("role", SURVEILLANCE_ROLES)
def test_a_set_without_a_network_for_a_role_is_refused(
    tmp_path: Path, complete: list[dict[str, Any]], role: Role
) -> None:
    playing = [network for network in complete if network["role"] != role]
    sets = {"omz": set_item(complete), "demo": set_item(playing)}
    with pytest.raises(ModelError, match=rf"set demo has 0 networks for the role {role} \(none\)"):
        Catalogue.read(write_manifest(tmp_path, complete, sets), "omz")


def test_a_network_for_masks_has_a_set_of_its_own(
    tmp_path: Path, complete: list[dict[str, Any]], item: dict[str, Any]
) -> None:
    masks = item | {"name": "tiny-masks", "role": "mask_detection"}
    sets = {"demo": set_item(complete), "masks": set_item([masks])}
    path = write_manifest(tmp_path, [*complete, masks], sets)
    assert list(Catalogue.read(path, "masks").model_set.networks) == [Role.MASK_DETECTION]
    assert Role.MASK_DETECTION not in Catalogue.read(path, "demo").model_set.networks
    mixed = {"demo": set_item([*complete, masks])}
    with pytest.raises(ModelError, match=r"set demo has tiny-masks beside the roles camera_cover"):
        Catalogue.read(write_manifest(tmp_path, [*complete, masks], mixed), "demo")


def test_a_set_with_two_networks_for_a_role_is_refused(
    tmp_path: Path, complete: list[dict[str, Any]], other: dict[str, Any]
) -> None:
    networks = [*complete, other]
    path = write_manifest(tmp_path, networks, {"demo": set_item(networks)})
    with pytest.raises(ModelError, match=r"has 2 networks .*body_pose \(tiny-0001, tiny-0002\)"):
        Catalogue.read(path, "demo")


BROKEN_SETS: dict[str, tuple[Change, str]] = {
    "no sets": (lambda content: content.pop("sets"), "'sets'"),
    "empty sets": (lambda content: content.update(sets={}), "no model set"),
    "a list of sets": (lambda content: content.update(sets=[1]), "cannot be read"),
    "upper-case name": (
        lambda content: content["sets"].update(Demo=content["sets"]["demo"]),
        "model set 'Demo'",
    ),
    "no knowledge": (lambda content: content["sets"]["demo"].pop("knows"), "'knows'"),
    "empty knowledge": (lambda content: content["sets"]["demo"].update(knows=""), "knows ''"),
    "no networks": (lambda content: content["sets"]["demo"].pop("networks"), "'networks'"),
    "unknown network": (
        lambda content: content["sets"]["demo"]["networks"].append("tiny-0003"),
        "tiny-0003",
    ),
    "a network twice": (
        lambda content: content["sets"]["demo"]["networks"].append("tiny-0001"),
        "tiny-0001, tiny-0001",
    ),
    "networks of one name": (
        lambda content: content["networks"].append(content["networks"][0]),
        "two networks of the same name",
    ),
}


@pytest.mark.parametrize(("change", "complaint"), BROKEN_SETS.values(), ids=BROKEN_SETS.keys())
def test_broken_sets_are_refused(
    tmp_path: Path, item: dict[str, Any], change: Change, complaint: str
) -> None:
    path = write_manifest(tmp_path, [item])
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(ModelError, match=complaint) as refusal:
        Manifest.read(path)
    assert str(path) in str(refusal.value)


def test_a_manifest_without_sets_of_the_former_format_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text('{"format": "vss.manifest/1", "networks": []}')
    allowed = r"format 'vss\.manifest/1'; allowed is vss\.manifest/2, which names its model sets"
    with pytest.raises(ModelError, match=allowed):
        Catalogue.read(path, "demo")


BROKEN_TEXTS = {
    "empty": b"",
    "not JSON": b"{",
    "not UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "without format": b'{"networks": []}',
    "of another format": b'{"format": "vss.manifest/3", "networks": [], "sets": {}}',
    "without networks": b'{"format": "vss.manifest/2", "sets": {}}',
    "with null networks": b'{"format": "vss.manifest/2", "networks": null}',
    "with a text as network": b'{"format": "vss.manifest/2", "networks": ["x"]}',
}


@pytest.mark.parametrize("content", BROKEN_TEXTS.values(), ids=BROKEN_TEXTS.keys())
def test_a_broken_manifest_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(content)
    with pytest.raises(ModelError) as refusal:
        Catalogue.read(manifest, "demo")
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
    manifest = write_manifest(tmp_path, [item])
    content = json.loads(manifest.read_text())
    change(content["networks"][0])
    manifest.write_text(json.dumps(content))
    with pytest.raises(ModelError) as refusal:
        Catalogue.read(manifest, "demo")
    assert str(manifest) in str(refusal.value)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"absent\.json"):
        Catalogue.read(tmp_path / "absent.json", "demo")


def test_a_folder_as_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=tmp_path.name):
        Catalogue.read(tmp_path, "demo")


def test_an_unaltered_file_is_read_and_has_no_problem(catalogue: Catalogue) -> None:
    entry = catalogue.entry(Role.BODY_POSE)
    assert catalogue.read_verified(entry.weights) == b"weights"
    assert entry.weights.problem(catalogue.root) is None


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        (None, "it comes with the repository, check it out again"),
        ("https://example.org/tiny.bin", "`vss models pull` fetches it"),
    ],
)
def test_a_missing_file_is_named_with_the_way_to_get_it(
    tmp_path: Path, item: dict[str, Any], source: str | None, remedy: str
) -> None:
    item["files"][1]["source"] = source
    catalogue = Catalogue.read(write_manifest(tmp_path, [item]), "demo")
    (tmp_path / "networks" / "tiny.bin").unlink()
    with pytest.raises(ModelError, match=f"tiny.bin is missing; {remedy}"):
        catalogue.read_verified(catalogue.entry(Role.BODY_POSE).weights)


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

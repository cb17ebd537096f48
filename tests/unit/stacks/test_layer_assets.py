"""What of the repository is shipped, and that only its content decides the hash."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from stacks.code import Layer, Package
from stacks.layer_assets import AssetError, BuiltCode, SourceCode, lay_out
from tests.factories import KNOWS, file_item, filler_items, network_item, set_item, write_manifest


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Sources of all layers and functions, with what must never be shipped among them."""
    root = tmp_path / "repository"
    for layer in Layer:
        package = root / "layers" / layer / "python" / layer
        (package / "__pycache__").mkdir(parents=True)
        (package / "__init__.py").write_text(f'"""{layer}"""\n')
        (package / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(b"cache")
        (package / "stale.pyc").write_bytes(b"cache")
        (root / "layers" / layer / "requirements.txt").write_text("numpy\n")
    for package in Package:
        folder = root / "lambda_src" / package
        folder.mkdir(parents=True)
        (folder / "handler.py").write_text(f"# {package}\n")
        (folder / "stale.pyc").write_bytes(b"cache")
    return root


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    folder = tmp_path / "networks"
    folder.mkdir()
    source = {"source": "https://example.org/a"}
    cover, ours, theirs = (
        network_item(
            [
                file_item(folder, name, name.encode()) | about
                for name in (f"{path}.xml", f"{path}.bin")
            ],
            role=role,
            name=path,
        )
        for path, role, about in (
            ("cover/a", "camera_cover", {}),
            ("demo/b", "body_pose", {}),
            ("omz/c", "body_pose", source),
        )
    )
    others = [cover, *filler_items(folder, [cover, ours])]
    sets = {"demo": set_item([ours, *others], KNOWS), "omz": set_item([theirs, *others])}
    return write_manifest(folder, [ours, theirs, *others], sets)


def shipped(code: lambda_.Code, out: Path) -> tuple[str, set[str]]:
    """Bind ``code`` in an app of its own; return the asset's key and the files in it."""
    app = cdk.App(outdir=str(out))
    stack = cdk.Stack(app, "probe")
    location = code.bind(stack).s3_location
    assert location is not None
    key = location.object_key.removesuffix(".zip")
    folder = out / f"asset.{key}"
    return key, {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_layer_is_what_lies_under_opt(repository: Path, manifest: Path, tmp_path: Path) -> None:
    source = SourceCode(repository, manifest, "demo", tmp_path / "staging")
    _, files = shipped(source.layer(Layer.BUSINESS_LOGIC), tmp_path / "out")
    assert files == {"python/business_logic/__init__.py"}


@pytest.mark.parametrize("with_networks", [True, False])
@pytest.mark.parametrize(("model_set", "own"), [("demo", "demo/b"), ("omz", "omz/c")])
def test_networks_of_the_set_lie_beside_the_code_or_only_their_manifest(
    repository: Path,
    manifest: Path,
    tmp_path: Path,
    model_set: str,
    own: str,
    with_networks: bool,
) -> None:
    source = SourceCode(repository, manifest, model_set, tmp_path / "staging", with_networks)
    _, files = shipped(source.layer(Layer.DEEP_LEARNING), tmp_path / "out")
    shared = ("cover/a", "filler/face_landmarks", "filler/face_embedding")
    networks = {f"models/{path}.{kind}" for path in (own, *shared) for kind in ("xml", "bin")}
    assert files == {
        "python/deep_learning/__init__.py",
        "models/manifest.json",
        *(networks if with_networks else ()),
    }


@pytest.mark.parametrize("package", Package)
def test_function_ships_its_own_package_only(
    repository: Path, manifest: Path, tmp_path: Path, package: Package
) -> None:
    source = SourceCode(repository, manifest, "demo", tmp_path / "staging")
    assert shipped(source.function(package), tmp_path / "out")[1] == {f"{package}/handler.py"}


def test_package_that_is_missing_is_named(repository: Path, manifest: Path, tmp_path: Path) -> None:
    shutil.rmtree(repository / "lambda_src" / "enrolment")
    source = SourceCode(repository, manifest, "demo", tmp_path / "staging")
    with pytest.raises(AssetError, match="nothing to ship in enrolment"):
        source.function(Package.ENROLMENT)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build leaves behind."""
    for place in (
        "deep_learning/python/deep_learning/__init__.py",
        "deep_learning/python/deep_learning/__pycache__/__init__.cpython-313.pyc",
        "deep_learning/python/cv2.abi3.so",
        *(f"function/{package}/handler.py" for package in Package),
    ):
        path = tmp_path / "built" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place)
    return tmp_path / "built"


def test_built_code_is_shipped_whole_with_the_networks_of_the_set(
    repository: Path, manifest: Path, tmp_path: Path, built: Path
) -> None:
    blob = tmp_path / "cache" / "0-1.blob"
    blob.parent.mkdir()
    blob.write_text("a network compiled ahead")
    blobs = {Path("blobs/avx2/0-1.blob"): blob}
    code = BuiltCode(repository, manifest, "demo", tmp_path / "staging", built=built, blobs=blobs)
    _, layer = shipped(code.layer(Layer.DEEP_LEARNING), tmp_path / "out")
    assert {name for name in layer if name.startswith("python/")} == {
        "python/deep_learning/__init__.py",
        "python/deep_learning/__pycache__/__init__.cpython-313.pyc",
        "python/cv2.abi3.so",
    }
    assert {"models/manifest.json", "models/demo/b.bin", "models/blobs/avx2/0-1.blob"} <= layer
    for package in Package:
        files = shipped(code.function(package), tmp_path / package)[1]
        assert files == {f"{package}/handler.py"}


def test_only_sources_are_warned_of(repository: Path, manifest: Path, tmp_path: Path) -> None:
    sources = SourceCode(repository, manifest, "omz", tmp_path / "staging")
    built = BuiltCode(repository, manifest, "omz", tmp_path / "staging", built=tmp_path, blobs={})
    assert set(sources.warnings) == {"vss:code"}
    assert not built.warnings


def test_hash_is_of_the_content_alone(repository: Path, manifest: Path, tmp_path: Path) -> None:
    path = repository / "layers" / "business_logic" / "python" / "business_logic" / "__init__.py"

    def key(run: str) -> str:
        source = SourceCode(repository, manifest, "demo", tmp_path / f"staging-{run}")
        return shipped(source.layer(Layer.BUSINESS_LOGIC), tmp_path / f"out-{run}")[0]

    first = key("first")
    os.utime(path, (0, 0))
    path.chmod(0o600)
    (path.parent / "__pycache__" / "more.pyc").write_bytes(b"cache")
    assert key("touched") == first
    path.write_text("changed = True\n")
    assert key("changed") != first


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (Path.unlink, "c.bin is missing; `vss models pull` fetches it"),
        (lambda path: path.write_text("OMZ/C.BIN"), "SHA-384"),
        (lambda path: path.write_text("short"), "5 bytes, the manifest says 9"),
    ],
)
def test_missing_or_altered_network_is_not_shipped(
    repository: Path, manifest: Path, tmp_path: Path, damage, message: str
) -> None:
    damage(manifest.parent / "omz" / "c.bin")
    source = SourceCode(repository, manifest, "omz", tmp_path / "omz")
    with pytest.raises(AssetError, match=message):
        source.layer(Layer.DEEP_LEARNING)
    SourceCode(repository, manifest, "demo", tmp_path / "demo").layer(Layer.DEEP_LEARNING)


def test_missing_network_of_the_repository_is_not_to_be_pulled(
    repository: Path, manifest: Path, tmp_path: Path
) -> None:
    (manifest.parent / "demo" / "b.bin").unlink()
    source = SourceCode(repository, manifest, "demo", tmp_path / "staging")
    with pytest.raises(AssetError, match=r"b\.bin is missing; it comes with the repository"):
        source.layer(Layer.DEEP_LEARNING)


@pytest.mark.parametrize("with_networks", [True, False])
def test_unknown_set_is_named_with_those_there_are(
    repository: Path, manifest: Path, tmp_path: Path, with_networks: bool
) -> None:
    source = SourceCode(repository, manifest, "zoo", tmp_path / "staging", with_networks)
    with pytest.raises(AssetError, match="no model set 'zoo'; allowed: demo, omz"):
        source.layer(Layer.DEEP_LEARNING)


def test_warnings_say_what_little_the_networks_know(
    repository: Path, manifest: Path, tmp_path: Path
) -> None:
    demo, omz = (
        SourceCode(repository, manifest, name, tmp_path).warnings for name in ("demo", "omz")
    )
    assert set(omz) == {"vss:code"}
    assert set(demo) == {"vss:code", "vss:model-set"}
    warning = demo["vss:model-set"]
    assert warning.startswith("Model set demo knows rendered people only;")
    assert """-c settings='{"model_set": "omz"}'""" in warning


def test_manifest_that_is_none_is_named(repository: Path, tmp_path: Path) -> None:
    source = SourceCode(repository, tmp_path / "absent.json", "demo", tmp_path / "staging")
    with pytest.raises(AssetError, match=r"absent\.json cannot be read"):
        source.layer(Layer.DEEP_LEARNING)


def test_nothing_to_ship_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="nothing to ship in enrolment"):
        lay_out(tmp_path / "enrolment", {})

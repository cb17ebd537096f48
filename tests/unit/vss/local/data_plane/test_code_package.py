from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vss.local.data_plane import code_package
from vss.local.data_plane.code_package import fetch
from vss.local.data_plane.configuration import FunctionConfiguration, S3Object, read_function
from vss.local.data_plane.errors import DataPlaneError
from vss.local.data_plane.resources import Resources


class Store:
    """Archives by key, and how often one was fetched."""

    def __init__(self, **archives: bytes) -> None:
        self.archives = archives
        self.fetched = 0

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert Bucket == "assets"
        self.fetched += 1
        return {"Body": io.BytesIO(self.archives[Key])}


def archive(files: dict[str, str], mode: int = 0o600) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            opened.writestr(entry, text)
    return packed.getvalue()


@pytest.fixture
def function() -> FunctionConfiguration:
    properties = {
        "Role": "arn:aws:iam::123456789012:role/r",
        "Handler": "a.b",
        "Runtime": "python3.13",
        "Code": {"S3Bucket": "assets", "S3Key": "code"},
    }
    entry = {"stack": "s", "logical_id": "f", "type": "AWS::Lambda::Function", "physical_id": "f"}
    return read_function(Resources.from_json([{**entry, "properties": properties}]), "f")


def with_layers(function: FunctionConfiguration, *keys: str) -> FunctionConfiguration:
    return replace(function, layers=tuple(S3Object("assets", key) for key in keys))


def test_code_and_layers_are_unpacked_in_order(
    function: FunctionConfiguration, tmp_path: Path
) -> None:
    store: Any = Store(
        code=archive({"a.py": "code"}),
        one=archive({"python/x.py": "1", "python/y.py": "1"}, mode=0o400),
        two=archive({"python/y.py": "2"}),
    )
    package = fetch(store, with_layers(function, "one", "two"), tmp_path)
    assert (package.task / "a.py").read_text() == "code"
    assert (package.layers / "python/x.py").read_text() == "1"
    assert (package.layers / "python/y.py").read_text() == "2"
    assert (package.task / "a.py").stat().st_mode & 0o444 == 0o444


def test_what_is_unpacked_is_not_fetched_again(
    function: FunctionConfiguration, tmp_path: Path
) -> None:
    store: Any = Store(code=archive({"a.py": ""}), other=archive({"a.py": "new"}))
    first = fetch(store, function, tmp_path)
    assert fetch(store, function, tmp_path) == first
    assert store.fetched == 1
    changed = replace(function, code=S3Object("assets", "other"))
    assert (fetch(store, changed, tmp_path).task / "a.py").read_text() == "new"


def test_an_unpacking_that_broke_off_is_begun_again(
    function: FunctionConfiguration, tmp_path: Path
) -> None:
    store: Any = Store(code=archive({"a.py": "x"}))
    package = fetch(store, function, tmp_path)
    (package.task.parent / ".complete").unlink()
    (package.task / "a.py").write_text("half")
    assert (fetch(store, function, tmp_path).task / "a.py").read_text() == "x"


@pytest.mark.parametrize(("limit", "fits"), [(30, True), (29, False)])
def test_the_limit_counts_code_and_layers_together(
    function: FunctionConfiguration,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    fits: bool,
) -> None:
    monkeypatch.setattr(code_package, "MAX_BYTES", limit)
    store: Any = Store(code=archive({"a": "x" * 10}), one=archive({"b": "x" * 20}))
    if fits:
        fetch(store, with_layers(function, "one"), tmp_path)
        return
    with pytest.raises(DataPlaneError, match=r"f: code and layers have 30 bytes .* allows 29"):
        fetch(store, with_layers(function, "one"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_archive_is_named(function: FunctionConfiguration, tmp_path: Path) -> None:
    store: Any = Store(code=b"text")
    with pytest.raises(DataPlaneError, match="f: s3://assets/code is no archive"):
        fetch(store, function, tmp_path)


def test_nothing_is_unpacked_outside_the_folder(
    function: FunctionConfiguration, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_text("kept")
    store: Any = Store(code=archive({f"{'../' * depth}outside": "x" for depth in range(1, 6)}))
    fetch(store, function, tmp_path / "functions")
    assert outside.read_text() == "kept"

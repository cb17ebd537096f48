"""Which files go where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from supervisor.description import Output, StoragePlace
from supervisor.errors import InvalidDescription, InvalidOutput
from supervisor.outputs import collect, deliveries


def output(path: str, prefixes: tuple[str, ...] = (), suffixes: tuple[str, ...] = ()) -> Output:
    return Output(StoragePlace.parse("s3", path), prefixes, suffixes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.json", "clip/img2.jpg", "clip/img10.jpg", "log.txt", ".hidden"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_files_keep_their_folders_and_come_by_path(folder: Path) -> None:
    files = collect(folder)
    names = [".hidden", "b.json", "clip/img10.jpg", "clip/img2.jpg", "log.txt"]
    assert [file.relative for file in files] == names
    assert [file.size for file in files] == [len(name) for name in names]


@pytest.mark.parametrize(
    ("prefixes", "suffixes", "expected"),
    [
        ((), (), 5),
        (("clip/",), (), 2),
        (("clip",), ("jpg",), 2),
        ((), ("jpg", ".json"), 3),
        (("b", "log"), (".txt",), 1),
        (("img",), (), 0),
        ((), ("JPG",), 0),
    ],
)
def test_prefix_and_suffix_are_those_of_the_path_below_the_output_folder(
    folder: Path, prefixes: tuple[str, ...], suffixes: tuple[str, ...], expected: int
) -> None:
    assert len(deliveries(collect(folder), [output("a", prefixes, suffixes)])) == expected


def test_outputs_are_served_in_their_order(folder: Path) -> None:
    outputs = [output("two/deep/er", (), ("jpg",)), output("one", ("b",))]
    found = deliveries(collect(folder), outputs)
    assert [(d.output.place.bucket, d.key) for d in found] == [
        ("two", "deep/er/clip/img10.jpg"),
        ("two", "deep/er/clip/img2.jpg"),
        ("one", "b.json"),
    ]


def test_a_link_is_no_output(folder: Path) -> None:
    (folder / "clip" / "passwd").symlink_to("/etc/passwd")
    with pytest.raises(InvalidOutput, match="'clip/passwd' is no regular file"):
        collect(folder)


def test_a_linked_folder_is_no_output(folder: Path) -> None:
    (folder / "etc").symlink_to("/etc")
    with pytest.raises(InvalidOutput, match="'etc' is no regular file"):
        collect(folder)


def test_a_pipe_is_no_output(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(InvalidOutput, match="'pipe' is no regular file"):
        collect(folder)


def test_a_name_that_is_no_utf8_is_refused(folder: Path) -> None:
    with open(os.path.join(os.fsencode(folder), b"\xff.jpg"), "wb"):  # noqa: PTH118, PTH123
        pass
    with pytest.raises(InvalidOutput, match="no UTF-8"):
        collect(folder)


def test_a_path_that_is_too_long_for_a_key_is_refused(folder: Path) -> None:
    long = output("bucket/" + "f" * 1020)
    with pytest.raises(InvalidOutput, match="allowed are 1024"):
        deliveries(collect(folder), [long])


@pytest.mark.parametrize(
    ("provider", "path", "expected"),
    [
        ("s3", "bucket", ("s3", "default", "bucket", "")),
        ("S3.my_s3", "/bucket/a/b/", ("s3", "my_s3", "bucket", "a/b")),
        ("minio.a.b", "bucket/x", ("minio", "a.b", "bucket", "x")),
    ],
)
def test_places_are_read(provider: str, path: str, expected: tuple[str, ...]) -> None:
    place = StoragePlace.parse(provider, path)
    assert (place.kind, place.provider_id, place.bucket, place.folder) == expected


@pytest.mark.parametrize("kind", ["onedata", "webdav", "rucio", "ftp"])
def test_storage_without_buckets_is_refused(kind: str) -> None:
    with pytest.raises(InvalidDescription, match=f"'{kind}' cannot be read or written here"):
        StoragePlace.parse(f"{kind}.one", "a/b")


@pytest.mark.parametrize("key", ["input/a", "input/deep/a"])
def test_an_object_lies_in_the_folder_that_it_is_below(key: str) -> None:
    place = StoragePlace.parse("s3", "bucket/input")
    assert place.holds("bucket", key)
    assert not place.holds("bucket2", key)
    assert not place.holds("bucket", f"x{key}")
    assert not place.holds("bucket", "input2/a")

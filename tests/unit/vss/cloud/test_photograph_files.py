"""Photographs on this machine: taken, or refused before they are put anywhere."""

from pathlib import Path

import pytest
from deep_learning.decode import DEFAULT_LIMITS
from deep_learning.errors import ConfigurationError

from vss.cloud.photograph_files import read_photographs

JPEG, PNG = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"


def test_photographs_are_named_after_their_content(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.JPEG", "b", "c.jpg")]
    for path, content in zip(paths, (JPEG + b"1", JPEG + b"2", PNG), strict=True):
        path.write_bytes(content)
    first, second, third = read_photographs(paths)
    assert (first.path, first.content) == (paths[0], JPEG + b"1")
    assert len({first.name, second.name, third.name}) == 3
    assert [photograph.name[-4:] for photograph in (first, second, third)] == [
        ".jpg",
        ".jpg",
        ".png",
    ]
    paths[1].write_bytes(JPEG + b"1")
    assert read_photographs([paths[1]])[0].name == first.name


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"GIF89a", "photo.jpg is neither JPEG nor PNG"),
        (b"", "photo.jpg is neither JPEG nor PNG"),
        (
            JPEG.ljust(DEFAULT_LIMITS.max_bytes + 1, b"x"),
            "photo.jpg has 10485761 bytes; allowed are 10485760",
        ),
    ],
)
def test_what_can_be_told_here_is(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(content)
    with pytest.raises(ConfigurationError, match=message):
        read_photographs([tmp_path / "photo.jpg"])


def test_the_same_photograph_twice_is_told(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(JPEG)
    with pytest.raises(ConfigurationError, match=r"b\.jpg and .*a\.jpg are the same photograph"):
        read_photographs([tmp_path / "a.jpg", tmp_path / "b.jpg"])


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        read_photographs([tmp_path / "absent.jpg"])

"""Folders of runs: never where a key says, always gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from supervisor.workspace import file_name, remove_abandoned, workspace


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("input/video.mp4", "video.mp4"),
        ("video.mp4", "video.mp4"),
        ("a/../../etc/passwd", "passwd"),
        ("a/..", "object"),
        ("..", "object"),
        (".", "object"),
        ("folder/", "folder"),
        ("/", "object"),
        ("a\nb\x1b[2J.jpg", "a_b_[2J.jpg"),
        ("Größe +%.mp4", "Größe +%.mp4"),
        ("-rf", "-rf"),
        ("ü" * 300 + ".mp4", "ü" * 98 + ".mp4"),
    ],
)
def test_a_key_is_only_a_name(key: str, name: str) -> None:
    assert file_name(key) == name


@given(st.text())
def test_every_key_makes_a_single_part_of_a_path(key: str) -> None:
    name = file_name(key)
    assert "/" not in name
    assert "\0" not in name
    assert name not in ("", ".", "..")
    assert len(os.fsencode(name)) <= 255


def test_all_is_removed_whatever_was_left(tmp_path: Path) -> None:
    def work() -> None:
        with workspace(tmp_path) as folders:
            locked = folders.outputs / "a" / "locked"
            locked.mkdir(parents=True)
            (locked / "file").write_text("x")
            locked.chmod(0)
            (folders.outputs / "link").symlink_to("/etc")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert list(tmp_path.iterdir()) == []
    assert Path("/etc/passwd").exists()


def test_what_killed_runs_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("supervisor-old", "other"):
        (tmp_path / name / "input").mkdir(parents=True)
    assert remove_abandoned(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["other"]

"""Files of the runner: hostile names stay names, logs stay bounded, what failed is listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from supervisor.outputs import collect

from vss.continuum.edge import job_logs
from vss.continuum.edge.dead_letters import forget_failed, note_failed, read_failed
from vss.continuum.edge.folders import StateFolders
from vss.continuum.edge.job_logs import job_log, keep_newest, log_path, read_log
from vss.continuum.edge.journal import Job, JobState, NewObject
from vss.continuum.edge.space import Space


def job(job_id: int, key: str) -> Job:
    stored = NewObject("minio.default", "b", key, "e", None, 5, "time", "{}")
    return Job(job_id, "s", stored, JobState.RUNNING, 3, "", 0.0, None, None, None)


@pytest.mark.parametrize("key", ["a/../../../../etc/passwd", "..", "a\nb", "x" * 1000, "/", "ü"])
def test_failed_inputs_are_listed_whatever_their_key(tmp_path: Path, key: str) -> None:
    path = note_failed(tmp_path, job(7, key), "broken\nscript")
    assert path.parent == tmp_path / "s"
    (found,) = read_failed(tmp_path)
    assert (found["job"], found["key"], found["reason"]) == (7, key, "broken\nscript")
    forget_failed(tmp_path, job(7, key))
    assert read_failed(tmp_path) == []


def test_failed_inputs_are_listed_in_their_order(tmp_path: Path) -> None:
    for number in (10, 9, 100):
        note_failed(tmp_path, job(number, "k"), "r")
    assert [entry["job"] for entry in read_failed(tmp_path)] == [9, 10, 100]


def test_a_log_is_cut_at_its_largest_size(tmp_path: Path) -> None:
    with job_log(tmp_path, "s", 1, 1) as log:
        for _ in range(100):
            log.script("stdout", "x" * 16_000)
    assert log_path(tmp_path, "s", 1).stat().st_size <= 1 << 20
    text = read_log(tmp_path, "s", 1)
    assert text is not None
    assert json.loads(text.splitlines()[-1]) == {"message": "log cut here"}
    assert read_log(tmp_path, "s", 2) is None


def test_only_the_newest_logs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_logs, "_MOST_FILES", 2)
    for number in (9, 10, 11):
        with job_log(tmp_path, "s", number, 1) as log:
            log.info("x")
    keep_newest(tmp_path, "s")
    assert sorted(path.stem for path in (tmp_path / "s").iterdir()) == ["10", "11"]


def test_a_log_that_cannot_be_written_costs_no_run(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("in the way")
    with job_log(tmp_path, "s", 1, 1) as log:
        log.info("x")


def test_outputs_are_moved_as_a_whole_and_leftovers_are_removed(tmp_path: Path) -> None:
    folders = StateFolders(tmp_path / "state")
    folders.make()
    made = folders.work / "out"
    (made / "deep" / "er").mkdir(parents=True)
    (made / "deep" / "er" / "a").write_text("1")
    folders.take_over(3, collect(made))
    assert (folders.outgoing(3) / "deep" / "er" / "a").read_text() == "1"
    for name in ("4", "5.new"):
        (folders.outgoing(3).parent / name).mkdir()
    folders.tidy([3])
    assert [path.name for path in folders.outgoing(3).parent.iterdir()] == ["3"]
    folders.forget(3)
    assert not folders.outgoing(3).exists()


def test_the_disk_is_told_of_once_each_way(tmp_path: Path) -> None:
    free, said = [100], list[str]()
    space = Space(tmp_path, 40, said.append, lambda _: free[0])
    assert [space.has_room(size) for size in (0, 20, 21, 30, 20)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    free[0] = 39
    assert not space.has_room(0)
    assert [line.split(":")[0] for line in said] == [
        "disk full",
        "the disk has room again",
        "disk full",
    ]

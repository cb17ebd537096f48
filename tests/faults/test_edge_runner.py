"""The edge runner killed anywhere, on a disk that is really full, and without a network for long.

Each time: every object's frames are there once, nothing is sent of what failed, nothing is left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.edge_site import VARIABLES, EdgeSite, cut_off, edge_site, wait_until
from tests.faulty_s3 import FaultyS3
from tests.workflow_storage import WorkflowStorage, _storage_server, storage  # noqa: F401
from vss.continuum.edge.dead_letters import read_failed
from vss.continuum.edge.journal import JobState, Journal

REPOSITORY = Path(__file__).parents[2]
VIDEOS, FRAMES = 6, 4
SPLIT = f"""
stem=$(basename "$INPUT_FILE_PATH" .mp4); mkdir "$TMP_OUTPUT_DIR/$stem"
for n in $(seq {FRAMES}); do cp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/$stem/img$n.jpg"; done
case $STORAGE_OBJECT_KEY in *damaged*) exit 1;; esac
"""


@pytest.fixture
def site(storage: WorkflowStorage, tmp_path: Path) -> Iterator[EdgeSite]:  # noqa: F811
    with edge_site(storage, tmp_path / "state") as found:
        yield found


def start(
    site: EdgeSite, folder: Path, script: str = SPLIT, **settings: Any
) -> subprocess.Popen[str]:
    """Start a runner as a process."""
    configuration = folder / "configuration.json"
    given = {"poll_interval_s": 0.05, "first_pause_s": 0.05, "most_pause_s": 0.2, "concurrency": 2}
    content = {
        "script": script,
        "local": site.storage.faults.endpoint,
        "cloud": site.cloud.endpoint,
        "state": str(site.state),
        "fields": {},
        "settings": {"reserve_bytes": 1 << 20, "max_attempts": 60, **given, **settings},
    }
    configuration.write_text(json.dumps(content))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.edge_process", str(configuration)],
        cwd=REPOSITORY,
        env={**os.environ, **VARIABLES},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def killed_at_the_end(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    with process:
        try:
            yield process
        finally:
            process.kill()


def states(site: EdgeSite) -> list[str]:
    if not (site.state / "journal.sqlite").exists():
        return []
    journal = Journal(site.state / "journal.sqlite")
    try:
        return [job.state.value for job in journal.jobs()]
    finally:
        journal.close()


def assert_every_frame_is_there_once(site: EdgeSite) -> None:
    expected = {
        f"split/v{v}/img{n}.jpg": str(v).encode()
        for v in range(VIDEOS)
        for n in range(1, FRAMES + 1)
    }
    assert site.frames() == expected
    assert set(site.writes().values()) == {1}
    assert list((site.state / "outgoing").iterdir()) == []
    assert list((site.state / "work").iterdir()) == []


def scripts_of(site: EdgeSite) -> list[str]:
    """Return the processes that scripts of the site left."""
    mark = f"TMP_OUTPUT_DIR={site.state}/".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def is_killed_at(process: subprocess.Popen[str], way: FaultyS3, method: str, number: int) -> bool:
    """Kill a runner as it makes that request, counted from now on; False if it never does.

    So it dies at the same place on a fast machine and on a slow one.
    """
    for _ in range(number - 1):
        way.meanwhile(method, lambda: None)
    way.meanwhile(method, process.kill)
    return process.wait(60) == -signal.SIGKILL


def test_a_runner_that_is_killed_anywhere_goes_on(site: EdgeSite, tmp_path: Path) -> None:
    """As it looks at its store, fetches a video, has its scripts at work, sends frames."""
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", str(v).encode())
    begun = tmp_path / "begun"
    with killed_at_the_end(start(site, tmp_path, f"touch {begun}; sleep 60")) as process:
        wait_until(begun.exists, 60)
    assert scripts_of(site)
    moments = random.Random(20261122)  # noqa: S311
    fetching = [(site.storage.faults, "GET", number) for number in (1, 2, 3)]
    # When the last of these is killed, something is left to be sent.
    sending = [(site.cloud, "PUT", moments.randint(1, FRAMES)) for _ in range(3)]
    for way, method, number in (*fetching, *sending):
        with killed_at_the_end(start(site, tmp_path)) as process:
            assert is_killed_at(process, way, method, number)
    with killed_at_the_end(start(site, tmp_path)) as process:
        assert process.wait(60) == 0, process.communicate()
    assert_every_frame_is_there_once(site)
    assert states(site) == ["done"] * VIDEOS
    assert scripts_of(site) == []


def test_a_runner_killed_while_the_cloud_is_away_sends_all_once_it_is_back(
    site: EdgeSite, tmp_path: Path
) -> None:
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", str(v).encode())
    cut_off(site.cloud)
    with killed_at_the_end(start(site, tmp_path)):
        wait_until(lambda: states(site) == ["sending"] * VIDEOS, 60)
    assert site.frames() == {}
    site.cloud.heal()
    with killed_at_the_end(start(site, tmp_path)) as process:
        assert process.wait(60) == 0
    assert_every_frame_is_there_once(site)
    # The scripts did not run again.
    assert site.storage.faults.count("GET", "/videos/input/") == VIDEOS


def test_an_input_that_kills_its_runner_each_time_is_given_up(
    site: EdgeSite, tmp_path: Path
) -> None:
    site.put("v0.mp4", b"0")
    kill = "kill -9 $(ps -o ppid= -p $$)\nsleep 5"
    for _ in range(2):
        with killed_at_the_end(start(site, tmp_path, kill, max_attempts=2)) as process:
            assert process.wait(60) == -9
    with killed_at_the_end(start(site, tmp_path, kill, max_attempts=2)) as process:
        assert process.wait(60) == 0
    assert states(site) == ["failed"]
    assert "killed at each of 2 tries" in read_failed(site.state / "failed")[0]["reason"]


def test_nothing_leaves_of_a_damaged_video(site: EdgeSite) -> None:
    """Row 26: the script makes frames and then fails; none of them may be sent."""
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", str(v).encode())
    site.put("damaged.mp4")
    runner = site.run_until_idle(SPLIT, max_attempts=2)
    assert_every_frame_is_there_once(site)
    assert not [path for _, path, _ in site.cloud.requests if "damaged" in path]
    (failed,) = read_failed(runner.folders.failed)
    assert failed["key"] == "input/damaged.mp4"
    runner.close()


def test_an_hour_without_the_cloud_is_made_up_for(site: EdgeSite) -> None:
    """L6, made short: instead of an hour the line is down for so many tries."""
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", str(v).encode())
    cut_off(site.cloud)
    with site.running(SPLIT, first_pause_s=0.0, most_pause_s=0.0) as runner:
        wait_until(lambda: runner.journal.count(JobState.SENDING) == VIDEOS)
        wait_until(lambda: len(site.cloud.requests) > 60)
        assert site.frames() == {}
        site.cloud.heal()
        wait_until(lambda: runner.journal.count(JobState.DONE) == VIDEOS)
    assert_every_frame_is_there_once(site)
    assert site.storage.faults.count("GET", "/videos/input/") == VIDEOS


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 20 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(path)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here; needs root")
    yield path
    subprocess.run(["umount", str(path)], check=True)


def test_a_full_disk_stops_the_runner_from_taking_more_and_no_longer(
    site: EdgeSite, small_disk: Path
) -> None:
    site.state = small_disk / "state"
    mib = 1 << 20
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", bytes([v]) * mib)
    cut_off(site.cloud)
    with site.running(SPLIT, reserve_bytes=2 * mib, concurrency=3) as runner:
        # Four frames of a MiB each: the outgoing folder fills up while the cloud is away.
        wait_until(lambda: any("disk full" in line for line in site.said))
        wait_until(lambda: runner.journal.count(JobState.SENDING) >= 2)
        site.wait_for_looks()
        assert runner.journal.count(JobState.QUEUED, JobState.RUNNING)
        site.cloud.heal()
        wait_until(lambda: runner.journal.count(JobState.DONE) == VIDEOS)
    assert "the disk has room again: going on" in site.said
    # A script whose copies failed for want of room ends well all the same: nothing of it is sent.
    assert {len(content) for content in site.frames().values()} == {mib}
    assert len(site.frames()) == VIDEOS * FRAMES
    assert set(site.writes().values()) == {1}
    assert read_failed(site.state / "failed") == []

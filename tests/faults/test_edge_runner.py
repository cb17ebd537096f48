"""The edge runner killed anywhere, on a disk that is really full, and without a network for long.

Each time: every object's frames are there once, nothing is sent of what failed, nothing is left.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.edge_site import VARIABLES, EdgeSite, cut_off, wait_until
from tests.faulty_s3 import faulty_s3
from tests.workflow_storage import WorkflowStorage, _storage_server, storage  # noqa: F401
from vss.continuum.edge.dead_letters import read_failed
from vss.continuum.edge.journal import JobState, Journal

REPOSITORY = Path(__file__).parents[2]
VIDEOS, FRAMES = 6, 4
# Slow enough to be killed in the middle of a script.
SPLIT = f"""
stem=$(basename "$INPUT_FILE_PATH" .mp4); mkdir "$TMP_OUTPUT_DIR/$stem"
for n in $(seq {FRAMES}); do
  cp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/$stem/img$n.jpg"; sleep 0.05
done
case $STORAGE_OBJECT_KEY in *damaged*) exit 1;; esac
"""


@pytest.fixture
def site(storage: WorkflowStorage, tmp_path: Path) -> Iterator[EdgeSite]:  # noqa: F811
    with faulty_s3(storage.upstream) as cloud:
        yield EdgeSite(storage, cloud, tmp_path / "state")


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


def progress(site: EdgeSite) -> int:
    """Count the requests that bring the work on: videos fetched and frames sent."""
    return site.storage.faults.count("GET", "/videos/input/") + site.cloud.count("PUT", "/frames/")


def is_killed_after(site: EdgeSite, process: subprocess.Popen[str], requests: int) -> bool:
    """Kill a runner when that many requests more were seen; False if it ended before."""
    enough = progress(site) + requests
    wait_until(lambda: process.poll() is not None or progress(site) >= enough, 60)
    ended = process.poll() is not None
    process.kill()
    return not ended


def test_a_runner_that_is_killed_anywhere_goes_on(site: EdgeSite, tmp_path: Path) -> None:
    """By progress, not by time: a fast machine would be through before it is killed twice."""
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", str(v).encode())
    moments = random.Random(20261122)  # noqa: S311
    kills = 0
    for _ in range(6):
        with killed_at_the_end(start(site, tmp_path)) as process:
            kills += is_killed_after(site, process, moments.randint(1, 5))
    with killed_at_the_end(start(site, tmp_path)) as process:
        assert process.wait(60) == 0, process.communicate()
    assert kills >= 3
    assert_every_frame_is_there_once(site)
    assert states(site) == ["done"] * VIDEOS
    assert scripts_of(site) == []


def test_a_runner_killed_while_it_sends_sends_the_rest(site: EdgeSite, tmp_path: Path) -> None:
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", str(v).encode())
    with killed_at_the_end(start(site, tmp_path)) as process:
        wait_until(lambda: site.cloud.count("PUT", "/frames/") >= 5)
        process.kill()
    before = site.storage.faults.count("GET", "/videos/input/")
    sent = set(site.frames())
    with killed_at_the_end(start(site, tmp_path)) as process:
        assert process.wait(60) == 0
    assert sent
    assert before
    assert_every_frame_is_there_once(site)


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
    """L6, made short: instead of an hour the line is down for as many tries as fit into seconds."""
    for v in range(VIDEOS):
        site.put(f"v{v}.mp4", str(v).encode())
    cut_off(site.cloud)
    with site.running(SPLIT, first_pause_s=0.0, most_pause_s=0.0) as runner:
        wait_until(lambda: runner.journal.count(JobState.SENDING) == VIDEOS)
        wait_until(lambda: site.cloud.count("PUT", "/frames/") > 60)
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
        time.sleep(0.5)
        assert runner.journal.count(JobState.QUEUED, JobState.RUNNING)
        site.cloud.heal()
        wait_until(lambda: runner.journal.count(JobState.DONE) == VIDEOS)
    assert "the disk has room again: going on" in site.said
    # A script whose copies failed for want of room ends well all the same: nothing of it is sent.
    assert {len(content) for content in site.frames().values()} == {mib}
    assert len(site.frames()) == VIDEOS * FRAMES
    assert set(site.writes().values()) == {1}
    assert read_failed(site.state / "failed") == []

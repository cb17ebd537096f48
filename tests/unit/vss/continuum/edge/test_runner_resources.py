"""What the runner does where disk, memory or turns are scarce."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.edge_site import SPLIT, EdgeSite, states, wait_until
from vss.continuum.edge.dead_letters import read_failed
from vss.continuum.edge.job_logs import read_log
from vss.continuum.edge.journal import JobState


def test_no_object_is_begun_on_a_full_disk(site: EdgeSite) -> None:
    site.put("a.mp4")
    site.free = 0
    with site.running(SPLIT) as runner:
        wait_until(lambda: any("disk full" in line for line in site.said))
        site.wait_for_looks()
        assert states(runner) == {"input/a.mp4": "queued"}
        site.free = 1 << 40
        wait_until(lambda: runner.journal.count(JobState.DONE) == 1)
    assert [line.split(":")[0] for line in site.said] == [
        "disk full",
        "the disk has room again",
    ]


@pytest.mark.parametrize("code", [0, 1])
def test_a_script_that_found_no_room_is_neither_to_blame_nor_to_be_trusted(
    site: EdgeSite, code: int
) -> None:
    site.put("a.mp4")
    site.free = 1 << 40
    marker, full = site.state.parent / "tried", site.state.parent / "full"
    wait = f"while [ ! -e {full} ]; do sleep 0.01; done"
    script = f"[ -e {marker} ] && {{ {SPLIT}\nexit 0; }}; touch {marker}; {wait}; exit {code}"
    with site.running(script, max_attempts=1) as runner:
        wait_until(marker.exists)
        site.free = 0
        full.touch()
        wait_until(lambda: any("disk full" in line for line in site.said))
        assert read_failed(runner.folders.failed) == []
        site.free = 1 << 40
        wait_until(lambda: runner.journal.count(JobState.DONE) == 1)
    assert len(site.frames()) == 2


def test_scripts_run_side_by_side_up_to_the_limits(site: EdgeSite) -> None:
    for n in range(6):
        site.put(f"v{n}.mp4")
    running, begun = site.state.parent / "running", site.state.parent / "begun"
    for folder in (running, begun):
        folder.mkdir()
    # The first three wait for each other: a machine that is slow has none run alone.
    script = f"""
    touch {running}/$JOB_UUID {begun}/$JOB_UUID
    while [ $(ls {begun} | wc -l) -lt 3 ]; do sleep 0.01; done
    ls {running} | wc -l; sleep 0.05; rm {running}/$JOB_UUID
    """

    def most(runner: Any) -> int:
        logs = [read_log(runner.folders.logs, "split", job.job_id) for job in runner.journal.jobs()]
        lines = [json.loads(line) for log in logs for line in (log or "").splitlines()]
        return max(int(line["message"]) for line in lines if line.get("stream") == "stdout")

    runner = site.run_until_idle(script, concurrency=3)
    assert most(runner) == 3
    runner.close()
    for n in range(3):
        site.put(f"v{n}.mp4", b"again")
    fields = {"memory": "64Mi", "total_memory": "64Mi"}
    runner = site.run_until_idle(f"{script} # again", concurrency=3, fields=fields)
    assert most(runner) == 3
    lines = (read_log(runner.folders.logs, "split", 9) or "").splitlines()
    assert [json.loads(line)["message"] for line in lines if '"stdout"' in line] == ["1"]
    runner.close()

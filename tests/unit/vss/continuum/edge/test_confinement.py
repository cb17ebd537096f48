"""Memory and CPU limits of a run, enforced by the kernel where this machine lets us."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.edge_site import EdgeSite
from vss.continuum.edge.confinement import limits_problem
from vss.continuum.edge.dead_letters import read_failed
from vss.local.data_plane.cgroup import PREFIX, ROOT


@pytest.fixture(autouse=True)
def _enforced() -> None:
    if problem := limits_problem():
        pytest.skip(f"limits cannot be enforced here: {problem}")


def groups() -> list[Path]:
    # Other runners may work on this machine.
    return list(ROOT.glob(f"**/{PREFIX}{os.getpid()}-edge-*"))


def test_a_script_that_needs_more_memory_than_it_may_is_ended(site: EdgeSite) -> None:
    site.put("a.mp4")
    script = "head -c 80000000 /dev/zero | tail -c 70000000 > /dev/null"
    runner = site.run_until_idle(script, max_attempts=1, fields={"memory": "32Mi"})
    if read_failed(runner.folders.failed) == []:
        pytest.fail("the script ended well")
    (failed,) = read_failed(runner.folders.failed)
    assert failed["reason"].endswith("it needed more memory than its limit of 32 MiB")
    runner.close()
    assert groups() == []


def test_a_script_gets_its_share_of_the_cpu(site: EdgeSite) -> None:
    site.put("a.mp4")
    # In a second at a fifth of a CPU it works for a fifth of a second.
    script = """
    end=$(($(date +%s%N) + 1000000000))
    while [ $(date +%s%N) -lt $end ]; do :; done
    times | tail -n 1 > "$TMP_OUTPUT_DIR/times"
    """
    site.run_until_idle(script, fields={"cpu": "0.2"}).close()
    # `times` prints user and system time of children as 0m0.123s.
    text = site.frames()["split/times"].decode().split()
    used_s = sum(float(part.split("m")[1].rstrip("s")) for part in text)
    assert used_s < 0.5
    assert groups() == []

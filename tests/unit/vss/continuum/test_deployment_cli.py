"""The commands ``vss workflow apply | remove | run | logs`` where nothing can be done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflow_files import CHAIN, PAPER, write_workflow


def vss(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a command with a local AWS of its own, which does not run."""
    return subprocess.run(
        [sys.executable, "-m", "vss", "workflow", *map(str, words)],
        env={**os.environ, "VSS_LOCAL_FOLDER": str(folder / "local")},
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["apply", "remove", "run", "logs"])
def test_without_a_local_aws_it_is_said_how_to_start_one(command: str, tmp_path: Path) -> None:
    done = vss(tmp_path, command, write_workflow(tmp_path, CHAIN))
    assert done.returncode == 2
    assert "the local AWS does not run; `vss local up` starts it" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cluster_without_credentials_is_told_before_anything_is_deployed(tmp_path: Path) -> None:
    done = vss(tmp_path, "apply", write_workflow(tmp_path, PAPER.read_text(), PAPER.name))
    assert done.returncode == 2
    assert "declare it below clusters.my_oscar" in done.stderr
    assert "xxxxxx" not in done.stdout + done.stderr


def test_what_cannot_be_made_in_aws_is_refused_with_its_place(tmp_path: Path) -> None:
    text = CHAIN.replace("memory: 512", "memory: 512\n      execution_mode: batch")
    path = write_workflow(tmp_path, text)
    done = vss(tmp_path, "apply", path)
    assert done.returncode == 2
    assert f"{path}:7:23: functions.aws[0].lambda.execution_mode: is 'batch'" in done.stderr

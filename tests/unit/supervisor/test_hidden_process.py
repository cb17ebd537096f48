"""A script cannot read what its supervisor knows."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[3] / "lambda_src" / "supervisor" / "hidden_process.py"
NOBODY = 65_534
READ = """
import subprocess
{hide}
script = "tr '\\\\0' ' ' < /proc/$PPID/environ || echo hidden"
print(subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, env={{}}).stdout)
"""


def seen_by_a_script(hide: str) -> str:
    """Return what a script of the same user, who is not root, reads of its parent's environment."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to become another user")
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if python is None:
        pytest.skip("there is no Python that other users can start")
    return subprocess.run(
        [python, "-c", READ.format(hide=hide)],
        env={"PATH": "/usr/bin:/bin", "AWS_SECRET_ACCESS_KEY": "secret-of-the-role"},
        cwd="/",
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_the_environment_of_a_hidden_process_cannot_be_read() -> None:
    assert seen_by_a_script(f"exec({MODULE.read_text()!r}); hide_process()").strip() == "hidden"


def test_that_of_another_can() -> None:
    """If this fails, the test above proves nothing here."""
    assert "secret-of-the-role" in seen_by_a_script("")

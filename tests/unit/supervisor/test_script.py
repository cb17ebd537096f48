"""Scripts end in time, with all that they started."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from supervisor import script as script_module
from supervisor.errors import ScriptFailed, ScriptStopped
from supervisor.masking import LineStream, SecretMask
from supervisor.script import RUN_MARK, ScriptRun, kill_abandoned, kill_marked, run_script

SECRET = "s3cr3t-token-of-the-store"  # noqa: S105


@dataclass
class Shell:
    """Runs scripts and keeps what they print."""

    folder: Path
    printed: list[str] = field(default_factory=list)

    def run(
        self,
        script: str,
        seconds: float = 10.0,
        stopped: Callable[[], bool] = lambda: False,
        **variables: str,
    ) -> list[str]:
        path = self.folder / "script.sh"
        path.write_text(script)
        environment = {"PATH": os.environ["PATH"], RUN_MARK: uuid.uuid4().hex, **variables}
        until = time.monotonic() + seconds
        run = ScriptRun(path, self.folder, environment, until, stopped)
        mask = SecretMask([SECRET])
        streams = [LineStream(mask, self.printed.append) for _ in range(2)]
        run_script(run, *streams)
        return self.printed


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def is_alive(pid_file: Path) -> bool:
    pid = int(pid_file.read_text())
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    # What the init process has not yet collected runs no more.
    return state != "Z"


def is_written(path: Path) -> bool:
    return path.exists() and path.read_text().endswith("\n")


def test_both_streams_are_read_line_by_line_without_secrets(shell: Shell) -> None:
    lines = shell.run(f"echo one; echo 'key {SECRET}!' >&2; printf 'no end'")
    assert sorted(lines) == ["key ***!", "no end", "one"]


def test_a_flood_of_output_blocks_nothing(shell: Shell) -> None:
    lines = shell.run("i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done; echo e >&2")
    assert len(lines) == 20_001


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exit 3", "exit code 3"),
        ("kill -SEGV $$", "signal SIGSEGV"),
        ("kill -9 $$", "signal SIGKILL"),
        ("no-such-program-at-all", "exit code 127"),
        ("if then", "exit code 2"),
    ],
)
def test_any_other_end_than_exit_code_0_is_a_failure(
    shell: Shell, script: str, message: str
) -> None:
    with pytest.raises(ScriptFailed, match=message):
        shell.run(script)


def test_a_script_that_is_late_is_ended(shell: Shell) -> None:
    with pytest.raises(ScriptFailed, match="its time is up"):
        shell.run("sleep 60", 0.1)


def test_a_script_is_asked_to_end_and_may_tidy_up(shell: Shell) -> None:
    script = "trap 'echo tidied; exit 0' TERM; echo on; while :; do sleep 0.05; done"
    with pytest.raises(ScriptStopped):
        shell.run(script, 60, lambda: "on" in shell.printed)
    assert "tidied" in shell.printed


def test_a_script_that_does_not_listen_is_killed_with_its_children(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script_module, "_GRACE_S", 0.3)
    marks = [tmp_path / name for name in ("child", "apart")]
    script = f"""trap '' TERM
    sh -c 'trap "" TERM; echo $$ > {tmp_path}/child; while :; do sleep 0.1; done' &
    setsid sh -c 'trap "" TERM; echo $$ > {tmp_path}/apart; while :; do sleep 0.1; done' &
    while :; do sleep 0.1; done"""
    with pytest.raises(ScriptStopped):
        shell.run(script, 60, lambda: all(is_written(mark) for mark in marks))
    assert [mark.name for mark in marks if is_alive(mark)] == []


def test_what_a_script_leaves_running_is_killed_and_holds_up_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    start = time.monotonic()
    shell.run(
        f"setsid sleep 60 & echo $! > {tmp_path}/apart; sleep 60 & echo $! > {tmp_path}/child"
    )
    assert time.monotonic() - start < 30
    assert not is_alive(tmp_path / "child")
    assert not is_alive(tmp_path / "apart")


def test_a_script_is_stopped_on_request(shell: Shell, tmp_path: Path) -> None:
    marker = tmp_path / "started"
    with pytest.raises(ScriptStopped):
        shell.run(f"echo 1 > {marker}; sleep 60", 60, marker.exists)


def test_without_time_no_script_is_started(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(ScriptFailed, match="no time is left"):
        shell.run(f"touch {tmp_path}/started", -1.0)
    assert not (tmp_path / "started").exists()


def test_scripts_see_their_own_environment_only(shell: Shell) -> None:
    os.environ["VSS_TEST_OF_INHERITANCE"] = "1"
    try:
        lines = shell.run("env", COLOUR="red")
    finally:
        del os.environ["VSS_TEST_OF_INHERITANCE"]
    assert "COLOUR=red" in lines
    assert not [line for line in lines if line.startswith("VSS_TEST")]


def test_processes_of_other_runs_are_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], RUN_MARK: "b" * 32})
    try:
        kill_marked("a" * 32)
        assert other.poll() is None
        kill_marked("b" * 32)
        assert other.wait(5) == -9
    finally:
        other.kill()
        other.wait()


def test_scripts_whose_supervisor_was_killed_are_ended(tmp_path: Path) -> None:
    def started(folder: Path) -> subprocess.Popen[bytes]:
        variables = {"PATH": os.environ["PATH"], "TMP_OUTPUT_DIR": str(folder / "x" / "output")}
        return subprocess.Popen(["sleep", "60"], env=variables, start_new_session=True)

    ours, other = started(tmp_path / "work"), started(tmp_path / "workshop")
    try:
        kill_abandoned(tmp_path / "work")
        assert ours.wait(5) == -9
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()

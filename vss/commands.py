"""Runs the programs that this one uses, and shows what they print."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deep_learning.errors import SurveillanceError

_LINES_IN_ERROR, _WORDS_IN_ERROR = 30, 4


def run_command(
    command: Sequence[str],
    environment: Mapping[str, str],
    say: Callable[[str], None],
    error: type[SurveillanceError],
    folder: Path | None = None,
) -> None:
    """Run a command to its end.

    Args:
        command: program and arguments.
        environment: all of its environment variables.
        say: told each line that it prints.
        error: raised if it fails.
        folder: that it runs in.

    Raises:
        SurveillanceError: of the kind asked for: it failed; the end of its output is in it.
    """
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603 (commands of this project)
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            say(lines[-1])
    if process.returncode:
        name = " ".join([Path(command[0]).name, *command[1:_WORDS_IN_ERROR]])
        tail = [line for line in lines if line][-_LINES_IN_ERROR:]
        raise error("\n".join([f"`{name} …` failed with exit code {process.returncode}:", *tail]))

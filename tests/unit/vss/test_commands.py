import sys
from pathlib import Path

import pytest
from deep_learning.errors import SurveillanceError

from vss.commands import run_command


class ToolError(SurveillanceError):
    pass


def test_each_line_is_told_of_both_streams_in_its_folder(tmp_path: Path) -> None:
    lines: list[str] = []
    code = "import os, sys; print(os.environ['NAME']); print(os.getcwd(), file=sys.stderr)"
    command = [sys.executable, "-u", "-c", code]
    run_command(command, {"NAME": "gallery"}, lines.append, ToolError, tmp_path)
    assert lines == ["gallery", str(tmp_path.resolve())]


def test_a_failure_tells_the_program_its_exit_code_and_the_end_of_its_output() -> None:
    code = "[print('line', number) for number in range(100)]; raise SystemExit(3)"
    with pytest.raises(ToolError) as failure:
        run_command([sys.executable, "-c", code], {}, lambda line: None, ToolError)
    first, *tail = str(failure.value).splitlines()
    assert Path(sys.executable).name in first
    assert "exit code 3" in first
    assert tail[0] == "line 70"
    assert tail[-1] == "line 99"

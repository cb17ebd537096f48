"""The handler as Lambda starts it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parents[3] / "lambda_src"
CALL = """
import json, sys
from supervisor.handler import lambda_handler
class Context:
    aws_request_id = "r"; log_group_name = "g"; log_stream_name = "s"
    def get_remaining_time_in_millis(self): return 20000
print("ANSWER", json.dumps(lambda_handler(json.loads(sys.argv[1]), Context())))
"""


def call(description: dict[str, Any] | None, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    text = json.dumps(description)
    given = {"FUNCTION_CONFIG": base64.b64encode(text.encode()).decode()} if description else {}
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCES),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_SECRET_ACCESS_KEY": "secret-of-the-role",
        "TMPDIR": str(tmp_path),
        "LAMBDA_TASK_ROOT": str(tmp_path),
        **given,
    }
    event = json.dumps({"httpMethod": "POST", "body": "x"})
    return subprocess.run(
        [sys.executable, "-c", CALL, event],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def answer_of(done: subprocess.CompletedProcess[str]) -> bytes:
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
    return base64.b64decode(json.loads(line.removeprefix("ANSWER "))["body"])


def test_the_description_comes_from_the_environment_or_lies_beside_the_code(
    tmp_path: Path,
) -> None:
    done = call({"name": "f", "script": "echo of the environment"}, tmp_path)
    assert answer_of(done) == b"of the environment"
    beside = tmp_path / "function_config.json"
    beside.write_text(json.dumps({"name": "f", "script": "echo beside"}))
    assert (
        answer_of(call({"name": "f", "script": "echo of the environment"}, tmp_path)) == b"beside"
    )


def test_without_a_description_the_start_fails(tmp_path: Path) -> None:
    done = call(None, tmp_path)
    assert done.returncode != 0
    assert "neither" in done.stderr


def test_a_script_beside_the_code_stands_in_for_one_in_the_description(tmp_path: Path) -> None:
    (tmp_path / "script.sh").write_text("#!/bin/sh\r\necho beside\r\n")
    assert answer_of(call({"name": "f"}, tmp_path)) == b"beside"
    assert answer_of(call({"name": "f", "script": "echo told"}, tmp_path)) == b"told"

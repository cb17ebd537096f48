"""What `vss tune` says to wrong usage, before anything is measured or changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vss.cli import app

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"


@pytest.mark.parametrize(
    ("arguments", "fields", "reason"),
    [
        (["--powerValues", "512,12x"], {}, "powerValues is [512, '12x']"),
        (["--powerValues", "64"], {}, "powerValues is [64]; allowed:"),
        (["--num", "4"], {}, "num is 4"),
        (["--payload", ""], {}, "payload is ''"),
        (["--lambdaARN", ARN], {}, "payload is missing"),
        (["--lambdaARN", f"{ARN}:live", "--payload", "{}"], {}, "without version or alias"),
        ([], {"memory": 128}, "field memory is unknown; allowed: lambdaARN, powerValues"),
        # The flag beats the file, whose own value would be accepted.
        (["--strategy", "best"], {"strategy": "speed"}, "strategy is 'best'; allowed: cost, speed"),
        (["--autoOptimize"], {}, "autoOptimize is not possible on this machine"),
        (["--restore", "none.json"], {}, "none.json cannot be read"),
    ],
)
def test_wrong_usage(
    arguments: list[str], fields: dict[str, object], reason: str, tmp_path: Path
) -> None:
    (tmp_path / "input.json").write_text(json.dumps(fields))
    command = ["tune", str(tmp_path / "input.json"), *arguments, "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.stdout) == (2, "")
    assert reason in done.stderr
    assert not (tmp_path / "out").exists()

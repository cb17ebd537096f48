from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.unit.vss.study.continuum.made_up import SUBJECT
from vss.cli import app


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["study", "continuum", *map(str, arguments)])


def test_a_video_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = call("--video", tmp_path / "absent.mp4", "--out", tmp_path)
    assert result.exit_code == 1
    assert "absent.mp4" in result.stderr


def test_measurements_of_another_video_are_not_mixed_in(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(b"no video")
    kept = json.dumps({"subject": SUBJECT, "cells": {}})
    (tmp_path / "measurements.json").write_text(kept)
    result = call("--out", tmp_path)
    assert result.exit_code == 2
    assert "video changed" in result.stderr
    assert (tmp_path / "measurements.json").read_text() == kept


@pytest.mark.parametrize("rounds", ["1", "no"])
def test_too_few_rounds_are_wrong_usage(rounds: str) -> None:
    assert call("--rounds", rounds).exit_code == 2

"""Log lines: one object a line, whatever is in it, and never at the price of a record."""

from __future__ import annotations

import io
import json
import sys

import pytest
from business_logic.log import Log, write_line
from deep_learning.errors import TransientError


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    (text,) = capsys.readouterr().out.splitlines()
    return json.loads(text)


@pytest.mark.parametrize("key", ["a\nb", "\x1b[2J", '"}', "\u2028", "\ud800", "ü"])
def test_no_field_breaks_its_line(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    Log("r1").info("stored", key=key)
    assert line(capsys) == {"level": "INFO", "message": "stored", "request_id": "r1", "key": key}


def test_errors_of_ours_speak(capsys: pytest.CaptureFixture[str]) -> None:
    Log("r1").error("returned", TransientError("reading 'x': 503"), message_id="m1")
    assert line(capsys) == {
        "level": "ERROR",
        "message": "returned",
        "request_id": "r1",
        "message_id": "m1",
        "error": "reading 'x': 503",
    }


def test_of_other_errors_kind_and_place_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("embedding 0.123")
    except ValueError as error:
        Log("r1").error("returned", error)
    found = str(line(capsys)["error"])
    assert found.startswith("ValueError in test_log.py:")
    assert "0.123" not in found


class Broken(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("closed", [True, False])
def test_a_broken_sink_is_no_error(closed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = Broken()
    if closed:
        sink.close()
    monkeypatch.setattr(sys, "stdout", sink)
    write_line({"a": 1})

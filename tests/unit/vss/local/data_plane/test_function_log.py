from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from vss.local.data_plane.function_log import FunctionLog, OutputPipe
from vss.local.data_plane.readiness import Readiness


@pytest.fixture
def readiness() -> Iterator[Readiness]:
    readiness = Readiness()
    yield readiness
    readiness.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "f.log"


@pytest.fixture
def log(path: Path) -> Iterator[FunctionLog]:
    log = FunctionLog(path)
    yield log
    log.close()


def test_lines_of_two_environments_do_not_mix(
    log: FunctionLog, readiness: Readiness, path: Path
) -> None:
    one, two = (OutputPipe(log, readiness) for _ in range(2))
    os.write(one.write_end, b"one begins, ")
    one.drain()
    os.write(two.write_end, b"two\n")
    two.drain()
    os.write(one.write_end, b"one ends\nrest")
    one.drain()
    for pipe in (one, two):
        pipe.started()
        pipe.close()
    assert path.read_text() == "two\none begins, one ends\nrest\n"


def test_output_arrives_without_being_asked_for(
    log: FunctionLog, readiness: Readiness, path: Path
) -> None:
    pipe = OutputPipe(log, readiness)
    os.write(pipe.write_end, b"line\n")
    deadline = time.monotonic() + 5
    while not path.read_text() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert path.read_text() == "line\n"
    pipe.started()
    pipe.close()


def test_a_line_without_end_is_cut(log: FunctionLog, readiness: Readiness, path: Path) -> None:
    pipe = OutputPipe(log, readiness)
    for _ in range(5):
        os.write(pipe.write_end, b"x" * 60_000)
        pipe.drain()
    assert path.stat().st_size > 262_144
    pipe.started()
    pipe.close()
    assert path.read_bytes().replace(b"\n", b"") == b"x" * 300_000


def test_a_pipe_whose_process_is_gone_keeps_nobody_busy(
    log: FunctionLog, readiness: Readiness
) -> None:
    pipe = OutputPipe(log, readiness)
    pipe.started()
    time.sleep(0.05)
    begin = time.process_time()
    time.sleep(0.2)
    assert time.process_time() - begin < 0.1
    pipe.close()

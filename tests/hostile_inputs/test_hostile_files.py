"""No file crashes, hangs or bloats the decoder; each decodes or is rejected with a reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from deep_learning.errors import Reason

from tests.image_files import (
    RGBA,
    chunk,
    exif_block,
    jpeg,
    jpeg_segment,
    png_of,
    scan_bomb,
    with_jpeg_segments,
)
from tests.shared_material import ABSENT, SHARED

HOSTILE = SHARED / "hostile"
RUNNER = Path(__file__).with_name("decode_files.py")
MAX_SECONDS = 1.0
MAX_GROWTH_MB = 300.0
MUTATIONS = 20_000


@dataclass(frozen=True, slots=True)
class Report:
    outcomes: dict[str, str]
    seconds: dict[str, float]
    growth_mb: float

    @property
    def slowest(self) -> tuple[float, str]:
        return max((seconds, name) for name, seconds in self.seconds.items())


def report(mode: str, argument: str) -> Report:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.run(
        [sys.executable, str(RUNNER), mode, argument],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=environment,
    )
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    last = lines[-1]["name"] if lines and "name" in lines[-1] else "-"
    assert process.returncode == 0, f"{process.stderr}\nthe last one that ended well: {last}"
    *entries, memory = lines
    return Report(
        outcomes={entry["name"]: entry["outcome"] for entry in entries},
        seconds={entry["name"]: entry["seconds"] for entry in entries},
        growth_mb=memory["growth_mb"],
    )


@pytest.fixture(scope="module")
def hostile_files() -> Report:
    if not HOSTILE.is_dir():
        pytest.skip(ABSENT)
    return report("files", str(HOSTILE))


def test_each_hostile_file_ends_well(hostile_files: Report) -> None:
    names = {path.relative_to(HOSTILE).as_posix() for path in HOSTILE.rglob("*") if path.is_file()}
    assert set(hostile_files.outcomes) == names
    assert set(hostile_files.outcomes.values()) <= {"decoded", *Reason}


def test_no_hostile_file_takes_a_second(hostile_files: Report) -> None:
    assert hostile_files.slowest[0] < MAX_SECONDS, hostile_files.slowest


def test_hostile_files_do_not_bloat_the_process(hostile_files: Report) -> None:
    assert hostile_files.growth_mb <= MAX_GROWTH_MB


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("generated/bomb_declared_65535x65535_short_idat.png", Reason.BAD_DIMENSIONS),
        ("generated/bomb_valid_20000x20000_1bit.png", Reason.BAD_DIMENSIONS),
        ("generated/empty.jpg", Reason.EMPTY),
        ("generated/jpeg_sof_65500x65500.jpg", Reason.BAD_DIMENSIONS),
        ("generated/truncated_half.jpg", Reason.TRUNCATED),
        ("pillow/hopper.png", "decoded"),
    ],
)
def test_known_files_end_as_they_must(hostile_files: Report, name: str, outcome: str) -> None:
    assert hostile_files.outcomes[name] == outcome


def test_mutated_files_end_well() -> None:
    mutations = report("mutations", str(MUTATIONS))
    endings = Counter(mutations.outcomes.values())

    assert endings.total() == MUTATIONS
    assert set(endings) <= {"decoded", *Reason}
    assert endings["decoded"] > MUTATIONS // 20, "the mutations never reach the pixels"
    assert mutations.slowest[0] < MAX_SECONDS, mutations.slowest
    assert mutations.growth_mb <= MAX_GROWTH_MB


def test_the_largest_pictures_allowed_stay_within_time_and_memory(tmp_path: Path) -> None:
    app1 = jpeg_segment(0xE1, b"Exif\0\0" + exif_block(6))
    exif = chunk(b"eXIf", exif_block(6))
    ramp = np.arange(4096, dtype=np.uint8)
    square = np.dstack([np.add.outer(ramp, ramp * step) for step in (1, 2, 3)])
    deep = np.broadcast_to(ramp.astype(np.uint16)[:, None], (2550, 4096, 4))
    largest = {
        "cmyk progressive": with_jpeg_segments(jpeg(square, mode="CMYK", progressive=True), app1),
        "64 scans": with_jpeg_segments(scan_bomb(4096, 4096, 64), app1),
        "rgba": png_of(np.dstack([square, square[:, :, :1]]), RGBA, before=exif),
        "16-bit rgba": png_of(deep, RGBA, before=exif),
    }
    for name, content in largest.items():
        (tmp_path / name).write_bytes(content)

    result = report("files", str(tmp_path))

    assert result.outcomes == dict.fromkeys(largest, "decoded")
    assert result.slowest[0] < MAX_SECONDS, result.slowest
    assert result.growth_mb <= MAX_GROWTH_MB

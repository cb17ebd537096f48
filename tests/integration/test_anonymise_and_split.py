"""The script of the workflow, as an edge runs it: variables in, files and exit code out."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from deep_learning.decode import decode_image
from high_level_algorithms.types import Image

from tests.performance.anonymity_scenes import HEIGHT, WIDTH, rendered_faces
from tests.shared_material import REPOSITORY
from tests.videos import write_video

SCRIPT = REPOSITORY / "workflows" / "mask_wearing" / "anonymise-and-split.sh"


@pytest.fixture(scope="module")
def scenes() -> list[Image]:
    """Two frames of 1280 x 720 with people in them."""
    known = rendered_faces(11, 8)
    frames = (image for image, faces in known if faces and image.shape[:2] == (HEIGHT, WIDTH))
    return [
        cv2.resize(frame, (1280, 720), interpolation=cv2.INTER_AREA) for frame in islice(frames, 2)
    ]


def run(video: Path, out: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(REPOSITORY),
        "VSS_PYTHON": sys.executable,
        "INPUT_FILE_PATH": str(video),
        "TMP_OUTPUT_DIR": str(out),
        "VSS_MODEL_SET": "demo",
    }
    command = ["/bin/sh", str(SCRIPT)]
    return subprocess.run(
        command, env=environment | variables, capture_output=True, text=True, check=False
    )


def test_a_video_becomes_images_without_faces_and_a_report(
    tmp_path: Path, scenes: list[Image]
) -> None:
    times = [0.2 * number for number in range(50)]
    video = write_video(tmp_path / "door.mp4", times, lambda number: scenes[number // 25])
    out = tmp_path / "out"
    done = run(video, out)
    assert done.returncode == 0, done.stderr
    report = json.loads((out / "door" / "report.json").read_text())
    assert report["format"] == "vss.anonymised/1"
    assert report["images"] + sum(report["withheld"].values()) == len(report["frames"]) == 2
    assert (report["model_set"], report["masks_set"]) == ("demo", "demo-masks")
    assert "rendered people only" in done.stderr
    written = {path.name for path in (out / "door").iterdir()}
    assert written == {"report.json", *(f["image"] for f in report["frames"] if f["image"])}
    for frame in report["frames"]:
        if frame["image"]:
            image = decode_image((out / "door" / frame["image"]).read_bytes())
            changed = np.abs(image.astype(int) - scenes[frame["number"] - 1]).max(2) > 60
            assert 0.0005 < changed.mean() < 0.5


@pytest.mark.parametrize(
    ("variables", "code", "message"),
    [
        ({"VSS_MODEL_SET": "nonsense"}, 1, "no model set 'nonsense'"),
        ({"VSS_INTERVAL_S": "0"}, 2, "interval is 0 s; allowed are"),
        ({"VSS_CELLS": "100"}, 2, "cells is 100; allowed are 1 to 64"),
        ({"VSS_THREADS": "0"}, 2, "threads is 0"),
        ({"INPUT_FILE_PATH": "/nowhere.mp4"}, 1, "cannot be read as a video"),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_is_written(
    tmp_path: Path, scenes: list[Image], variables: dict[str, str], code: int, message: str
) -> None:
    video = write_video(tmp_path / "a.mp4", [0, 1], lambda number: scenes[0])
    done = run(video, tmp_path / "out", **variables)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert not (tmp_path / "out").exists()


def test_without_its_variables_the_script_does_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", str(SCRIPT)], env={}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "INPUT_FILE_PATH" in done.stderr

"""Frames through the deployed path for whom is in them; thresholds calibrated by the command."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.end_to_end.frames import drop, records_of
from vss.calibration.proportion import Rate
from vss.calibration.stage_settings import read_stage
from vss.local.deployment import Running
from vss.paths import REPOSITORY

Record = dict[str, Any]
LIMIT_S = 120.0


def analyse(running: Running, camera: str, images: Sequence[bytes]) -> list[Record]:
    """Drop frames, return their records in the same order."""
    dropped = [
        drop(running.deployment, f"incoming/{camera}/{number:03}.jpg", image)
        for number, image in enumerate(images)
    ]
    records = records_of(running.deployment, dropped, LIMIT_S)
    assert len(records) == len(dropped), "a frame has no record"
    return [records[frame] for frame in dropped]


def faces(record: Record) -> list[str | None]:
    """Who is in a record, from left to right; None is an unknown person."""
    found = [person["face"] for person in record["persons"]]
    compared = [face for face in found if face["status"] in ("identified", "unknown")]
    return [face["person_id"] for face in sorted(compared, key=lambda face: face["box"]["x0"])]


def calibrate(
    running: Running, strangers: Path, wanted_fpir: float, manifest: Path, folder: Path
) -> dict[str, Any]:
    """Run the command for whoever is enrolled; return the settings that it wrote into a file."""
    stages = folder / "cdk.json"
    stages.write_text((REPOSITORY / "cdk.json").read_text())
    options = {
        "strangers": strangers,
        "fpir": wanted_fpir,
        "settings": stages,
        "manifest": manifest,
        "out": folder / "out",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "vss", "calibrate", *arguments, "--write"],
        env={**os.environ, "VSS_LOCAL_FOLDER": str(running.folder), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    report = json.loads((folder / "out" / "calibration.json").read_text())
    written = read_stage(stages, "dev")
    assert written["identification_threshold"] == report["chosen"]["threshold"]
    return {name: written[name] for name in ("identification_threshold", "identification_network")}


def shown(name: str, rate: Rate) -> str:
    """One line of a report."""
    low, high = rate.interval
    return (
        f"{name} {rate.share:.1%} ({rate.events} of {rate.trials}), 95 %: {low:.1%} to {high:.1%}"
    )

"""``vss calibrate`` for folders, with the demo networks and rendered people."""

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from deep_learning.catalogue import CalibratedThreshold, Catalogue, Role
from typer.testing import CliRunner, Result

from tests.enrolment_photographs import portrait
from vss.calibration.stage_settings import read_stage, stage_threshold
from vss.cli import app
from vss.paths import MANIFEST, REPOSITORY

EMBEDDING = Catalogue.read(MANIFEST, "demo").entry(Role.FACE_EMBEDDING)
# Large enough for the quality gate: 29 pixels between the eyes.
SIDE = 640
YAWS = (0.0, 18.0)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people with two photographs each; one of them has a blank one as well."""
    folder = tmp_path_factory.mktemp("people")
    for seed in (3, 4):
        (folder / f"p-{seed}").mkdir()
        for number, yaw in enumerate(YAWS):
            picture = portrait(seed, yaw, SIDE)
            cv2.imwrite(str(folder / f"p-{seed}" / f"{number}.png"), picture)
    cv2.imwrite(str(folder / "p-4" / "wall.png"), np.full((200, 200, 3), 90, np.uint8))
    return folder


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strangers")
    for seed in (5, 6, 7, 8):
        cv2.imwrite(str(folder / f"{seed}.png"), portrait(seed, 0.0, SIDE))
    return folder


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    path = tmp_path / "cdk.json"
    path.write_text((REPOSITORY / "cdk.json").read_text())
    return path


def calibrate(stages: Path, strangers: Path, *arguments: str | Path) -> Result:
    fixed = ("--strangers", strangers, "--settings", stages, "--out", stages.parent / "out")
    return CliRunner().invoke(app, ["calibrate", *map(str, (*fixed, *arguments))])


def test_the_threshold_is_chosen_shown_drawn_and_written(
    people: Path, strangers: Path, stages: Path
) -> None:
    done = calibrate(stages, strangers, "--gallery", people, "--fpir", "0.25", "--write")
    assert done.exit_code == 0, done.output
    report = json.loads((stages.parent / "out" / "calibration.json").read_text())
    assert report["network_sha384"] == EMBEDDING.weights.sha384
    assert report["gallery"] == {
        "people": 2,
        "people_without_mated_search": 0,
        "templates": 4,
    }
    assert report["present"]["threshold"] == EMBEDDING.thresholds["identified"]
    assert report["chosen"]["fpir"]["non_mated_searches"] == 4
    assert report["chosen"]["fnir"]["mated_searches"] == 4
    chosen = report["chosen"]["threshold"]
    assert f"{chosen:.4f}" in done.stdout
    assert "wall.png: no face was found" in done.stderr
    for name in ("det.png", "det.svg"):
        assert (stages.parent / "out" / name).stat().st_size > 10_000
    written = stage_threshold(read_stage(stages, "dev"))
    assert written == CalibratedThreshold.of(chosen, EMBEDDING.weights.sha384)
    assert stage_threshold(read_stage(stages, "prod")) is None
    # The next calibration compares with it.
    assert calibrate(stages, strangers, "--gallery", people, "--fpir", "0.5").exit_code == 0
    report = json.loads((stages.parent / "out" / "calibration.json").read_text())
    assert report["present"]["threshold"] == chosen


def test_too_few_strangers_end_it_after_what_is_known(
    people: Path, strangers: Path, stages: Path
) -> None:
    before = stages.read_text()
    done = calibrate(stages, strangers, "--gallery", people, "--write")
    assert done.exit_code == 2
    assert "4 faces of strangers cannot support an FPIR of 0.01" in done.stderr
    assert "present" in done.stdout
    assert "chosen" not in done.stdout
    assert stages.read_text() == before
    assert not (stages.parent / "out").exists()


def test_a_threshold_of_another_network_is_not_the_present_one(
    people: Path, strangers: Path, stages: Path
) -> None:
    content = json.loads(stages.read_text())
    content["context"]["stages"]["dev"] |= {
        "identification_threshold": 0.9,
        "identification_network": "f" * 16,
    }
    stages.write_text(json.dumps(content))
    done = calibrate(stages, strangers, "--gallery", people, "--fpir", "0.25")
    assert done.exit_code == 0, done.output
    assert "The present threshold is for network ffffffffffffffff…" in done.stderr
    report = json.loads((stages.parent / "out" / "calibration.json").read_text())
    assert report["present"]["threshold"] == EMBEDDING.thresholds["identified"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--model-set", "omz"), 2, "--model-set goes with --gallery"),
        (("--gallery", "{empty}"), 2, "of 0 photographs in folders of people none can be used"),
        (
            ("--gallery", "{walls}"),
            2,
            "of 1 photographs .* none can be used.*wall.png: no face was found",
        ),
        (("--gallery", "{walls}", "--stage", "moon"), 2, "has no stage 'moon'"),
        (("--gallery", "{walls}/nowhere"), 1, "No such file or directory"),
    ],
)
def test_wrong_usage_is_told(
    strangers: Path,
    stages: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    places = {"empty": tmp_path / "empty", "walls": tmp_path / "walls"}
    (places["walls"] / "p").mkdir(parents=True)
    places["empty"].mkdir()
    wall = np.full((200, 200, 3), 90, np.uint8)
    cv2.imwrite(str(places["walls"] / "p" / "wall.png"), wall)
    done = calibrate(stages, strangers, *(part.format(**places) for part in arguments))
    assert done.exit_code == code
    assert re.search(message, done.stderr.replace("\n", " ")), done.stderr

"""Rendered people of unseen seeds, through the deployed path: found, measured, named.

The bars of the demo set are those it is shipped with. The real networks were trained on real
people: on rendered ones they must find bodies as well, but rendered faces resemble each other more
than real ones, so for them only the order of the comparison scores is asked for.
"""

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from rich.console import Console

from model_assets.training.evaluation_scenes import (
    HEIGHT,
    WIDTH,
    Company,
    EvaluationFrame,
    assemble_company,
    evaluation_frames,
)
from model_assets.training.scene_scoring import Score, score
from tests.end_to_end.conftest import Deploy
from tests.galleries import put_gallery
from tests.shared_material import ABSENT, REAL_SET, SHARED, assemble_networks
from vss.cloud.emptying import empty_buckets
from vss.demo.deployed import drop_and_await
from vss.demo.shots import Shot
from vss.local.deployment import Running
from vss.paths import MANIFEST
from vss.view.record_findings import findings_of

SEED = 2026
ENROLLED, STRANGERS = 20, 30
SURVEYED, AT_DOORS = 90, 200
AT_ONCE = 45
QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 90]
SETTINGS = {"timeout_s": 30, "batch_size": 5, "max_concurrency": 2}

Frames = dict[str, EvaluationFrame]


@pytest.fixture(scope="module")
def people() -> Company:
    return assemble_company(SEED, ENROLLED, STRANGERS)


@pytest.fixture(scope="module")
def frames(people: Company) -> Frames:
    drawn = evaluation_frames(SEED, people, SURVEYED, AT_DOORS)
    return {f"{number:03}": frame for number, frame in enumerate(drawn)}


@pytest.fixture(scope="module")
def folder(people: Company, frames: Frames, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames below ``frames``, references below ``people``."""
    folder = tmp_path_factory.mktemp("rendered")
    (folder / "frames").mkdir()
    for name, frame in frames.items():
        cv2.imwrite(str(folder / "frames" / f"{name}.jpg"), frame.image, QUALITY)
    for person_id, pictures in people.references.items():
        (folder / "people" / person_id).mkdir(parents=True)
        for number, picture in enumerate(pictures):
            cv2.imwrite(str(folder / "people" / person_id / f"{number}.jpg"), picture, QUALITY)
    return folder


def score_deployed(running: Running, manifest: Path, folder: Path, frames: Frames) -> Score:
    """Enrol, drop all frames, score their records."""
    put_gallery(running.deployment, folder / "people", manifest)
    shots = [Shot("rendered", folder / "frames" / f"{name}.jpg") for name in frames]
    total = Score()
    for first in range(0, len(shots), AT_ONCE):
        group = shots[first : first + AT_ONCE]
        for shot, record in drop_and_await(running.deployment, group, Console(quiet=True)):
            assert record is not None, f"no record has come for {shot.path.name}"
            findings = findings_of(record)
            assert findings is not None, record["reason"]
            total += score(findings, frames[shot.path.stem].actors, WIDTH, HEIGHT)
    return total


@pytest.fixture(scope="module")
def omz_score(
    deploy: Deploy, folder: Path, frames: Frames, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Score]:
    if not (SHARED / "models").is_dir():
        pytest.skip(ABSENT)
    manifest = assemble_networks(tmp_path_factory.mktemp("omz"))
    running = deploy({**SETTINGS, "model_set": REAL_SET}, manifest)
    yield score_deployed(running, manifest, folder, frames)
    empty_buckets(running.deployment, lambda _bucket, _count: None)


@pytest.fixture(scope="module")
def demo_score(deploy: Deploy, folder: Path, frames: Frames) -> Iterator[Score]:
    running = deploy({**SETTINGS, "model_set": "demo"}, MANIFEST)
    yield score_deployed(running, MANIFEST, folder, frames)
    empty_buckets(running.deployment, lambda _bucket, _count: None)


def test_there_is_enough_to_judge_by(demo_score: Score) -> None:
    print(demo_score)
    assert demo_score.visible >= 300
    assert demo_score.enrolled >= 60
    assert demo_score.strangers >= 100


def test_demo_set_finds_visible_people(demo_score: Score) -> None:
    assert demo_score.found >= 0.95 * demo_score.visible, demo_score


def test_demo_set_invents_hardly_anybody(demo_score: Score) -> None:
    assert demo_score.invented <= 0.05 * demo_score.visible, demo_score


def test_demo_set_places_keypoints(demo_score: Score) -> None:
    assert demo_score.close >= 0.9 * demo_score.keypoints, demo_score


def test_demo_set_names_the_enrolled_and_no_strangers(demo_score: Score) -> None:
    assert demo_score.right >= 0.95 * demo_score.enrolled, demo_score
    assert demo_score.named <= 0.01 * demo_score.strangers, demo_score


def test_real_networks_find_rendered_people_too(omz_score: Score) -> None:
    assert omz_score.found >= 0.9 * omz_score.visible, omz_score
    assert omz_score.close >= 0.75 * omz_score.keypoints, omz_score


def test_real_networks_tell_rendered_faces_apart(omz_score: Score) -> None:
    assert omz_score.right >= 0.85 * omz_score.enrolled, omz_score

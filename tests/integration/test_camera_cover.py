"""The shipped camera-cover network, fed the way the pipeline feeds it, on frames it never saw."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
from deep_learning.catalogue import Catalogue, Role
from deep_learning.image_ops import letterbox
from deep_learning.runtime import Runtime
from high_level_algorithms.camera_cover import CameraCover

from model_assets.training.cover_dataset import COVERED, draw_cover, sample
from model_assets.training.covers import COVERS, compose
from model_assets.training.sensor import capture
from tests.shared_material import ABSENT, IMAGES, REPOSITORY, SHARED

LEAST_RECALL = LEAST_PRECISION = 0.98
FRAMES = 1500
DRAWS = 2
FIRST_SEED = 700_000_000
POSE_WIDTH, POSE_HEIGHT = 456, 256
VIDEO = SHARED / "videos" / "one-by-one-person-detection.mp4"


@dataclass(frozen=True)
class Verdict:
    name: str
    truth: bool
    covered: bool


@pytest.fixture(scope="module")
def camera_cover() -> CameraCover:
    catalogue = Catalogue.read(REPOSITORY / "model_assets" / "manifest.json", "omz")
    network = Runtime(threads=1).load(catalogue, Role.CAMERA_COVER)
    return CameraCover(network, network.entry.threshold("covered"))


def is_covered(camera_cover: CameraCover, image: np.ndarray) -> bool:
    return camera_cover.judge(letterbox(image, POSE_WIDTH, POSE_HEIGHT).content).covered


def recall(verdicts: Iterable[Verdict]) -> float:
    return float(np.mean([verdict.covered for verdict in verdicts if verdict.truth]))


def precision(verdicts: Iterable[Verdict]) -> float:
    return float(np.mean([verdict.truth for verdict in verdicts if verdict.covered]))


def photographs() -> Iterator[tuple[str, np.ndarray]]:
    if not IMAGES.is_dir():
        pytest.skip(ABSENT)
    for path in sorted(IMAGES.rglob("*")):
        if path.is_file() and path.suffix != ".json":
            image = cv2.imread(str(path))
            assert image is not None, path
            yield path.name, image


@pytest.mark.parametrize("split", ["test", "unseen"])
def test_generated_frames_of_unseen_seeds_and_kinds(camera_cover: CameraCover, split: str) -> None:
    verdicts = []
    for seed in range(FIRST_SEED, FIRST_SEED + FRAMES):
        frame = sample(seed, split)
        covered = is_covered(camera_cover, frame.image)
        verdicts.append(Verdict(frame.kind, frame.label == COVERED, covered))
    assert 0.4 < np.mean([verdict.truth for verdict in verdicts]) < 0.6
    assert recall(verdicts) >= LEAST_RECALL, wrong(verdicts)
    assert precision(verdicts) >= LEAST_PRECISION, wrong(verdicts)


def wrong(verdicts: Iterable[Verdict]) -> list[str]:
    return sorted(verdict.name for verdict in verdicts if verdict.covered is not verdict.truth)


def test_no_photograph_is_taken_for_a_covered_camera(camera_cover: CameraCover) -> None:
    seen = {name: is_covered(camera_cover, image) for name, image in photographs()}
    assert len(seen) >= 90
    assert [name for name, covered in seen.items() if covered] == []


def test_covers_over_photographs_are_found(camera_cover: CameraCover) -> None:
    verdicts = []
    for index, (name, image) in enumerate(photographs()):
        frame = letterbox(image, POSE_WIDTH, POSE_HEIGHT).content
        for (number, kind), draw in product(enumerate(COVERS), range(DRAWS)):
            rng = np.random.default_rng([index, number, draw])
            cover = draw_cover(rng, *frame.shape[:2], kind)
            covered = is_covered(camera_cover, capture(rng, compose(cover, frame)))
            verdicts.append(Verdict(f"{kind} on {name}", True, covered))
    assert recall(verdicts) >= LEAST_RECALL, wrong(verdicts)


def test_no_frame_of_the_video_is_taken_for_a_covered_camera(camera_cover: CameraCover) -> None:
    if not VIDEO.is_file():
        pytest.skip(ABSENT)
    verdicts = [is_covered(camera_cover, frame) for frame in frames_of(VIDEO)]
    assert len(verdicts) == 1394
    assert [index for index, covered in enumerate(verdicts) if covered] == []


def frames_of(video: Path) -> Iterator[np.ndarray]:
    stream = cv2.VideoCapture(str(video))
    while (read := stream.read())[0]:
        yield read[1]
    stream.release()

"""What the demo drops: a rendered day at four cameras, the same each time, and a broken file."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from deep_learning.catalogue import Catalogue, Role
from deep_learning.decode import decode_image
from deep_learning.errors import Reason, RejectedInput
from deep_learning.runtime import Runtime
from high_level_algorithms.camera_cover import CameraCover
from rich.console import Console

from model_assets.training.day import DAY, POSTS, REGISTERED, frames
from tests.shared_material import SHARED
from vss.demo.shots import BROKEN, PHOTOGRAPHS, Shot, take_references, take_shots
from vss.paths import MANIFEST

SILENT = Console(quiet=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def shots(folder: Path) -> list[Shot]:
    return take_shots(folder / "shots", photographs=False, console=SILENT)


def test_every_moment_of_the_day_is_a_frame_of_its_camera(shots: list[Shot]) -> None:
    taken = {(shot.camera_id, shot.path.stem) for shot in shots if shot.path.name != BROKEN}
    assert taken == {(moment.camera, moment.time.replace(":", "")) for moment in DAY}
    assert {camera for camera, _ in taken} == set(POSTS)
    assert len(DAY) == 24


def test_rendering_is_reproducible(shots: list[Shot]) -> None:
    first: Iterator[np.ndarray] = (picture.image for picture in islice(frames(), 3))
    for shot, again in zip(shots, first, strict=False):
        assert np.abs(cv2.imread(str(shot.path)).astype(int) - again).mean() < 3  # JPEG


def test_only_the_covered_lens_is_judged_covered(shots: list[Shot]) -> None:
    network = Runtime(threads=1).load(Catalogue.read(MANIFEST, "demo"), Role.CAMERA_COVER)
    camera_cover = CameraCover(network, network.entry.threshold("covered"))
    judged = {
        (shot.camera_id, shot.path.stem)
        for shot in shots
        if shot.path.name != BROKEN
        and camera_cover.judge(np.asarray(cv2.imread(str(shot.path)), np.uint8)).covered
    }
    assert judged == {
        (moment.camera, moment.time.replace(":", "")) for moment in DAY if moment.cover
    }


def test_the_broken_file_is_broken(shots: list[Shot]) -> None:
    (broken,) = [shot for shot in shots if shot.path.name == BROKEN]
    with pytest.raises(RejectedInput) as rejection:
        decode_image(broken.path.read_bytes())
    assert rejection.value.reason is Reason.TRUNCATED


def test_registered_people_are_photographed_from_three_sides(folder: Path) -> None:
    people = take_references(folder / "people", photographs=False, console=SILENT)
    assert {path.name for path in people.iterdir()} == set(REGISTERED)
    pictures = [cv2.imread(str(path)) for path in sorted(people.rglob("*.jpg"))]
    assert [picture.shape for picture in pictures] == [(960, 960, 3)] * 6
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() > 3


@pytest.mark.skipif(not SHARED.is_dir(), reason="the verification material is absent")
def test_photographs_join_where_networks_know_real_people(tmp_path: Path) -> None:
    shots = take_shots(tmp_path, photographs=True, console=SILENT)
    names = {Path(name).name for _, name in PHOTOGRAPHS}
    assert names <= {shot.path.name for shot in shots}

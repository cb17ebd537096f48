"""What the demo's cameras take: rendered frames, and photographs where there are any.

The frames are rendered by this project: hard but clear scenes, and covered lenses. Photographs of
the verification material join them where they lie beside the repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from high_level_algorithms.types import Image

from model_assets.training.conditions import CONDITIONS
from model_assets.training.cover_dataset import draw_cover
from model_assets.training.covers import compose
from model_assets.training.places import street
from model_assets.training.scenes import peopled
from vss.paths import REPOSITORY

HEIGHT, WIDTH = 360, 640
SEED = 11
SHARED = REPOSITORY.parent / "shared"
REFERENCES = ("biden", "obama")
BROKEN = "broken.jpg"


@dataclass(frozen=True, slots=True)
class Shot:
    """A file that a camera drops."""

    camera_id: str
    path: Path


# Camera, kind of the scene or of the cover; the street cameras see no close people.
CLEAR = (
    ("car-park", "night"),
    ("yard", "fog"),
    ("car-park", "rain on the lens"),
    ("yard", "partial shadow"),
)
COVERED = (("car-park", "hand"), ("yard", "tape"), ("entrance", "cloth"), ("yard", "defocus"))
PHOTOGRAPHS = (
    ("entrance", "faces/knn_test_obama_and_biden.jpg"),
    ("entrance", "faces/knn_test_kit_with_rose.jpg"),
    ("yard", "people/humans_5.jpg"),
    ("car-park", "people/peds_3.jpg"),
    ("corridor", "no_people/room_5.jpg"),
)


def take_shots(folder: Path) -> list[Shot]:
    """Write all that the cameras take into ``folder``, a folder a camera."""
    return [*rendered_shots(folder), *_photographs(folder), _broken(folder)]


def rendered_shots(folder: Path) -> list[Shot]:
    """Render a clear frame for some hard conditions and a covered one for some kinds of cover."""
    shots = []
    for index, (camera, kind) in enumerate(CLEAR + COVERED):
        verdict = "clear" if (camera, kind) in CLEAR else "covered"
        path = folder / camera / f"{verdict}-{kind.replace(' ', '-')}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), _render(index, kind))
        shots.append(Shot(camera, path))
    return shots


def _render(index: int, kind: str) -> Image:
    rng = np.random.default_rng([SEED, index])
    image = (peopled if index % 2 else street)(rng, HEIGHT, WIDTH)
    if kind in CONDITIONS:
        return CONDITIONS[kind](rng, image)
    return compose(draw_cover(rng, HEIGHT, WIDTH, kind), image)


def _photographs(folder: Path) -> Iterator[Shot]:
    for camera, name in PHOTOGRAPHS:
        source = SHARED / "images" / name
        if source.is_file():
            path = folder / camera / source.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(source)
            yield Shot(camera, path)


def _broken(folder: Path) -> Shot:
    """Cut a JPEG off in the middle, as a camera that loses power does."""
    path = folder / "corridor" / BROKEN
    path.parent.mkdir(parents=True, exist_ok=True)
    _, data = cv2.imencode(".jpg", _render(0, "night"))
    path.write_bytes(data.tobytes()[: len(data) // 2])
    return Shot("corridor", path)


def reference_folder(folder: Path) -> Path | None:
    """Lay out reference photographs, a folder a person; None where there are none."""
    if not (SHARED / "images").is_dir():
        return None
    for person in REFERENCES:
        target = folder / person
        target.mkdir(parents=True)
        for photograph in (SHARED / "images" / "faces").glob(f"knn_train_{person}_*"):
            (target / photograph.name).symlink_to(photograph)
    return folder

"""What the demo's cameras take: a rendered day, a broken file, and photographs where there are any.

The day is rendered by this project. Photographs of the verification material join it where they
lie beside the repository and the networks know real people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
from rich.console import Console
from rich.progress import track

from model_assets.training.day import DAY, REFERENCES, Picture, frames, references
from vss.paths import REPOSITORY

SHARED = REPOSITORY.parent / "shared"
PHOTOGRAPHED = ("biden", "obama")
BROKEN = "broken.jpg"
PHOTOGRAPHS = (
    ("entrance", "faces/knn_test_obama_and_biden.jpg"),
    ("entrance", "faces/knn_test_kit_with_rose.jpg"),
    ("yard", "people/humans_5.jpg"),
    ("car-park", "people/peds_3.jpg"),
    ("corridor", "no_people/room_5.jpg"),
)
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 88]


@dataclass(frozen=True, slots=True)
class Shot:
    """A file that a camera drops."""

    camera_id: str
    path: Path


def take_shots(folder: Path, photographs: bool, console: Console) -> list[Shot]:
    """Write all that the cameras take into ``folder``, a folder a camera; real ones if wanted."""
    paths = _write(frames(), len(DAY), folder, "Rendering a day at four cameras", console)
    taken = [Shot(path.parent.name, path) for path in paths]
    if photographs:
        taken += _photographs(folder)
    return [*taken, _broken(folder, taken[0].path)]


def take_references(folder: Path, photographs: bool, console: Console) -> Path:
    """Write photographs of the people to be registered, a folder a person."""
    _write(references(), REFERENCES, folder, "Photographing two people", console)
    if photographs and (SHARED / "images").is_dir():
        for person in PHOTOGRAPHED:
            (folder / person).mkdir(parents=True)
            for photograph in (SHARED / "images" / "faces").glob(f"knn_train_{person}_*"):
                (folder / person / photograph.name).symlink_to(photograph)
    return folder


def _write(
    pictures: Iterator[Picture], total: int, folder: Path, what: str, console: Console
) -> list[Path]:
    paths = []
    for picture in track(pictures, what, total=total, console=console):
        path = folder / picture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), picture.image, _QUALITY)
        paths.append(path)
    return paths


def _photographs(folder: Path) -> Iterator[Shot]:
    for camera, name in PHOTOGRAPHS:
        source = SHARED / "images" / name
        if source.is_file():
            path = folder / camera / source.name
            path.symlink_to(source)
            yield Shot(camera, path)


def _broken(folder: Path, whole: Path) -> Shot:
    """Cut a JPEG off in the middle, as a camera that loses power does."""
    path = folder / "corridor" / BROKEN
    data = whole.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return Shot("corridor", path)

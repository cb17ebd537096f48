"""Rendered faces with identity and landmarks, made from seeds, for the two face networks.

python -m model_assets.training.face_dataset --out build/training/faces --split train
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from model_assets.training.casting import sample_guise, with_face
from model_assets.training.ground_truth import Sighting, sightings
from model_assets.training.noise import Image, Rng
from model_assets.training.people.expression import sample_expression
from model_assets.training.people.face_identity import sample_identity
from model_assets.training.people.figure import Figure
from model_assets.training.people.person import Placement, Wearer, build_figure
from model_assets.training.people.postures import sample_posture
from model_assets.training.rendering.lens import photograph, sample_conditions
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Camera, Render
from model_assets.training.sites.site import Site
from model_assets.training.staging import Location, sample_locations, scene_with

SIDE = 192
"""Rows and columns of a face picture; the eyes are about a quarter of it apart."""

SPLITS = {"train": 21, "validation": 22}
"""Name of each split and the number its seeds are mixed with: no identity is in two of them."""

IDENTITIES_A_CHUNK = 20
_VIEW_M = 0.27
_BODIES, _PLACES = 6, 3
_TRIES = 60


@dataclass(frozen=True, slots=True, eq=False)
class FacePicture:
    """A face that looks roughly at the camera.

    Attributes:
        image: BGR uint8 [192, 192, 3].
        landmarks: float32 [5, 2] pixels, as ``high_level_algorithms.types.Landmarks``.
        identity: number of the identity within the split.
    """

    image: Image
    landmarks: NDArray[np.float32]
    identity: int


def main() -> None:
    """Write a split as memory-mapped arrays, with progress."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=SPLITS, required=True)
    parser.add_argument("--identities", type=int, required=True)
    parser.add_argument("--pictures", type=int, required=True, help="of each identity")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    write(**vars(parser.parse_args()))


def write(out: Path, split: str, identities: int, pictures: int, seed: int, workers: int) -> None:
    """Render ``pictures`` of each identity into ``out``: images, landmarks, identity (.npy)."""
    out.mkdir(parents=True, exist_ok=True)
    total = identities * pictures
    memmap = np.lib.format.open_memmap
    images = memmap(out / "images.npy", "w+", np.uint8, (total, SIDE, SIDE, 3))
    landmarks = memmap(out / "landmarks.npy", "w+", np.float32, (total, 5, 2))
    identity = memmap(out / "identity.npy", "w+", np.int32, (total,))
    chunks = range(0, identities, IDENTITIES_A_CHUNK)
    tasks = [
        (split, seed, range(first, min(first + IDENTITIES_A_CHUNK, identities)), pictures)
        for first in chunks
    ]
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        rendered = (face for chunk in pool.imap(_chunk, tasks) for face in chunk)
        for index, face in enumerate(track(rendered, "Rendering", total=total)):
            images[index] = face.image
            landmarks[index] = face.landmarks
            identity[index] = face.identity


def _chunk(task: tuple[str, int, range, int]) -> list[FacePicture]:
    split, seed, numbers, pictures = task
    rng = np.random.default_rng([SPLITS[split], seed, numbers.start])
    locations = sample_locations(rng, _PLACES)
    bodies = [sample_guise(rng, bareheaded=True).prepared() for _ in range(_BODIES)]
    faces = []
    for number in numbers:
        body = bodies[int(rng.integers(_BODIES))]
        wearer = with_face(body, sample_identity(rng))
        drawn = pictures_of(rng, wearer, locations, pictures)
        faces += [FacePicture(image, points, number) for image, points in drawn]
    return faces


def pictures_of(
    rng: Rng, wearer: Wearer, locations: Sequence[Location], count: int
) -> Iterator[tuple[Image, NDArray[np.float32]]]:
    """Yield pictures of one person's face and its landmarks; looks, light and place change."""
    for _ in range(count):
        location, render, sighting = _seen_face(rng, wearer, locations)
        conditions = sample_conditions(rng, location.night)
        yield photograph(rng, render.image, conditions), sighting.landmarks


def _seen_face(
    rng: Rng, wearer: Wearer, locations: Sequence[Location]
) -> tuple[Location, Render, Sighting]:
    """Draw places and views until nose and eyes are seen."""
    for _ in range(_TRIES):
        location = locations[int(rng.integers(len(locations)))]
        figure = _figure(rng, wearer, location.site)
        camera = _close_up(rng, figure)
        render = rasterise(scene_with(location.site, camera, [figure]))
        (sighting,) = sightings([figure], camera, render)
        if sighting.shows_face:
            return location, render, sighting
    raise ValueError(f"in {_TRIES} views of {len(locations)} places no face was seen")


def _figure(rng: Rng, wearer: Wearer, site: Site) -> Figure:
    x0, y0, x1, y1 = site.floor[int(rng.integers(len(site.floor)))]
    place = Placement(rng.uniform(x0, x1), rng.uniform(y0, y1), rng.uniform(-np.pi, np.pi))
    posture = sample_posture(rng, "standing" if rng.random() < 0.5 else "walking")
    return build_figure(wearer, posture, place, sample_expression(rng), owner=0)


def _close_up(rng: Rng, figure: Figure) -> Camera:
    """Return a camera before the face, mostly from somewhat above, up to 55 degrees aside."""
    yaw = np.radians(np.clip(rng.normal(0, 24), -55, 55))
    pitch = np.radians(np.clip(rng.normal(8, 12), -22, 35))
    face_yaw = np.arctan2(figure.facing[0], -figure.facing[1]) + yaw
    distance = rng.uniform(1.2, 5.0)
    away = np.array(
        [np.sin(face_yaw) * np.cos(pitch), -np.cos(face_yaw) * np.cos(pitch), np.sin(pitch)]
    )
    middle = figure.landmarks.mean(0) + rng.normal(0, 0.012, 3)
    position = middle + away * distance
    view = _VIEW_M * rng.uniform(0.9, 1.2)
    degrees = float(np.degrees(2 * np.arctan(view / 2 / distance)))
    return Camera(tuple(position.tolist()), tuple(middle.tolist()), degrees, SIDE, SIDE)


if __name__ == "__main__":
    main()

"""Rendered faces with identity and landmarks, made from seeds, for the two face networks.

python -m model_assets.training.face_dataset --out build/training/faces --split train
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_assets.training import dataset_writer
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
from model_assets.training.sites.site import Site, sample_spots
from model_assets.training.staging import Location, sample_locations, scene_with

SIDE = 192
"""Rows and columns of a face picture; the eyes are about a quarter of it apart."""

SPLITS = {"train": 21, "validation": 22}
"""Name of each split and the number its seeds are mixed with: no identity is in two of them."""

IDENTITIES_A_CHUNK = 20
_VIEW_M = 0.27
_BODIES, _PLACES = 6, 3
_TRIES = 60


class FacePicture(NamedTuple):
    """A face that looks roughly at the camera.

    Attributes:
        images: BGR uint8 [192, 192, 3].
        landmarks: float32 [5, 2] pixels, as ``high_level_algorithms.types.Landmarks``.
        identity: number of the identity within the split.
    """

    images: Image
    landmarks: NDArray[np.float32]
    identity: np.int32


class Chunk(NamedTuple):
    """Pictures to be made by one process: of whom, and how many of each."""

    split: str
    seed: int
    identities: range
    pictures: int


def main() -> None:
    """Write a split as memory-mapped arrays, with progress."""
    arguments = dataset_writer.parse(__doc__, SPLITS, ("identities", "pictures"))
    last = arguments.identities
    chunks = [
        Chunk(
            arguments.split,
            arguments.seed,
            range(first, min(first + IDENTITIES_A_CHUNK, last)),
            arguments.pictures,
        )
        for first in range(0, last, IDENTITIES_A_CHUNK)
    ]
    rows = arguments.identities * arguments.pictures
    dataset_writer.write(arguments.out, pictures_of_chunk, chunks, rows, arguments.workers)


def pictures_of_chunk(chunk: Chunk) -> list[FacePicture]:
    """Render the pictures of a chunk, whose people share a few bodies and places."""
    rng = np.random.default_rng([SPLITS[chunk.split], chunk.seed, chunk.identities.start])
    locations = sample_locations(rng, _PLACES)
    bodies = [sample_guise(rng, bareheaded=True).prepared() for _ in range(_BODIES)]
    faces = []
    for number in chunk.identities:
        body = bodies[int(rng.integers(_BODIES))]
        wearer = with_face(body, sample_identity(rng))
        drawn = pictures_of(rng, wearer, locations, chunk.pictures)
        faces += [FacePicture(image, points, np.int32(number)) for image, points in drawn]
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
    x, y = sample_spots(rng, site.floor, 1)[0].tolist()
    place = Placement(x, y, rng.uniform(-np.pi, np.pi))
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

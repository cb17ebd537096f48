"""Rendered frames with people and what is known of them, made from seeds, for the pose network.

python -m model_assets.training.pose_dataset --out build/training/pose --split train --frames 12000
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_assets.training import dataset_writer
from model_assets.training.camera_shots import CameraShot, shoot
from model_assets.training.casting import cast_people
from model_assets.training.ground_truth import SEEN, Sighting
from model_assets.training.noise import Image, Rng
from model_assets.training.sites.site import sample_camera
from model_assets.training.staging import sample_locations

WIDTH, HEIGHT, STRIDE = 456, 256, 8
MOST_PEOPLE = 8
CHUNK = 400
"""Frames that share their places and people, which take longer to make than to render."""

SPLITS = {"train": 11, "validation": 12}
"""Name of each split and the number its seeds are mixed with: no frame is in two of them."""

_PLACES_A_CHUNK, _PEOPLE_A_CHUNK = 6, 20
# How many people a frame shows, and how often.
_COUNTS, _SHARES = (0, 1, 2, 3, 4, 6), (0.06, 0.3, 0.28, 0.18, 0.1, 0.08)
# Cameras deliver more pixels than the network gets: 640 to 1920 columns.
_REDUCED_TO = 0.24, 0.7
# A person smaller than this gives the network no chance: neither sought nor held against it.
_LEAST_TORSO_PX, _LEAST_SEEN = 12.0, 5


class PoseFrame(NamedTuple):
    """A frame as the network gets it and the people in it.

    Attributes:
        images: BGR uint8 [256, 456, 3].
        keypoints: float32 [8, 18, 3] x, y in pixels, visibility flag; unused rows all 0.
        ignore: uint8 [8, 4] x0, y0, x1, y1 in cells of 8 pixels, not to be learnt from.
    """

    images: Image
    keypoints: NDArray[np.float32]
    ignore: NDArray[np.uint8]


class Chunk(NamedTuple):
    """Frames to be made by one process: which, and how many."""

    split: str
    seed: int
    number: int
    frames: int


def main() -> None:
    """Write a split as memory-mapped arrays, with progress."""
    arguments = dataset_writer.parse(__doc__, SPLITS, ("frames",))
    chunks = [
        Chunk(arguments.split, arguments.seed, number, min(CHUNK, arguments.frames - first))
        for number, first in enumerate(range(0, arguments.frames, CHUNK))
    ]
    dataset_writer.write(
        arguments.out, frames_of_chunk, chunks, arguments.frames, arguments.workers
    )


def frames_of_chunk(chunk: Chunk) -> list[PoseFrame]:
    """Render the frames of a chunk."""
    rng = np.random.default_rng([SPLITS[chunk.split], chunk.seed, chunk.number])
    return list(frames_of(rng, chunk.frames))


def frames_of(rng: Rng, count: int) -> Iterator[PoseFrame]:
    """Render frames of a few places with a few people, ever new views, positions and postures."""
    locations = sample_locations(rng, _PLACES_A_CHUNK)
    cast = cast_people(rng, _PEOPLE_A_CHUNK)
    for _ in range(count):
        location = locations[int(rng.integers(len(locations)))]
        camera = sample_camera(rng, location.site, WIDTH, HEIGHT)
        people = int(rng.choice(_COUNTS, p=_SHARES))
        scale = float(np.exp(rng.uniform(*np.log(_REDUCED_TO))))
        yield _frame(shoot(rng, location, camera, cast, people, scale=scale))


def _frame(shot: CameraShot) -> PoseFrame:
    keypoints = np.zeros((MOST_PEOPLE, 18, 3), np.float32)
    ignore = np.zeros((MOST_PEOPLE, 4), np.uint8)
    for slot, sighting in enumerate(shot.sightings):
        points = sighting.keypoints
        if is_taught(sighting):
            keypoints[slot] = np.where(points[:, 2:] > 0, points, 0)
        else:
            cells = np.array(sighting.box) / STRIDE
            ignore[slot] = [*np.floor(cells[:2]), *np.ceil(cells[2:])]
    return PoseFrame(shot.image, keypoints, ignore)


def is_taught(sighting: Sighting) -> bool:
    """Tell whether a person is large and complete enough to be learnt from."""
    seen = int((sighting.keypoints[:, 2] == SEEN).sum())
    return seen >= _LEAST_SEEN and sighting.torso_px >= _LEAST_TORSO_PX


if __name__ == "__main__":
    main()

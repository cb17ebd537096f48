"""Rendered frames with people and what is known of them, made from seeds, for the pose network.

python -m model_assets.training.pose_dataset --out build/training/pose --split train --frames 12000
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from deep_learning.image_ops import letterbox
from numpy.typing import NDArray
from rich.progress import track

from model_assets.training.casting import cast_people
from model_assets.training.ground_truth import SEEN, Sighting, sightings
from model_assets.training.noise import Image, Rng
from model_assets.training.rendering.lens import photograph, sample_conditions
from model_assets.training.rendering.render import rasterise
from model_assets.training.sites.site import sample_camera
from model_assets.training.staging import sample_locations, stage

WIDTH, HEIGHT, STRIDE = 456, 256, 8
MOST_PEOPLE = 8
CHUNK = 400
"""Frames that share their places and people, which take longer to make than to render."""

SPLITS = {"train": 11, "validation": 12, "test": 13}
"""Name of each split and the number its seeds are mixed with: no frame is in two of them."""

_PLACES_A_CHUNK, _PEOPLE_A_CHUNK = 6, 20
# How many people a frame shows, and how often.
_COUNTS, _SHARES = (0, 1, 2, 3, 4, 6), (0.06, 0.3, 0.28, 0.18, 0.1, 0.08)
# A person smaller than this gives the network no chance: neither sought nor held against it.
_LEAST_TORSO_PX, _LEAST_SEEN = 9.0, 4


@dataclass(frozen=True, slots=True, eq=False)
class PoseFrame:
    """A frame as the network gets it, BGR [256, 456, 3], and the people in it.

    Attributes:
        image: BGR uint8 [256, 456, 3], padded at the right and bottom.
        keypoints: float32 [8, 18, 3] x, y in pixels, visibility flag; unused rows all 0.
        ignore: uint8 [8, 4] x0, y0, x1, y1 in cells of 8 pixels, not to be learnt from.
    """

    image: Image
    keypoints: NDArray[np.float32]
    ignore: NDArray[np.uint8]


def main() -> None:
    """Write a split as memory-mapped arrays, with progress."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=SPLITS, required=True)
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    write(arguments.out, arguments.split, arguments.frames, arguments.seed, arguments.workers)


def write(out: Path, split: str, frames: int, seed: int, workers: int) -> None:
    """Render ``frames`` frames of a split into ``out``: images, keypoints, ignore (.npy)."""
    out.mkdir(parents=True, exist_ok=True)
    shapes = {
        "images": ((HEIGHT, WIDTH, 3), np.uint8),
        "keypoints": ((MOST_PEOPLE, 18, 3), np.float32),
        "ignore": ((MOST_PEOPLE, 4), np.uint8),
    }
    arrays = {
        name: np.lib.format.open_memmap(out / f"{name}.npy", "w+", dtype, (frames, *shape))
        for name, (shape, dtype) in shapes.items()
    }
    chunks = [(split, seed, chunk) for chunk in range(-(-frames // CHUNK))]
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        rendered = (frame for chunk in pool.imap(_chunk, chunks) for frame in chunk)
        shown = track(zip(range(frames), rendered, strict=False), "Rendering", total=frames)
        for index, frame in shown:
            arrays["images"][index] = frame.image
            arrays["keypoints"][index] = frame.keypoints
            arrays["ignore"][index] = frame.ignore


def _chunk(task: tuple[str, int, int]) -> list[PoseFrame]:
    split, seed, chunk = task
    return list(frames_of(np.random.default_rng([SPLITS[split], seed, chunk]), CHUNK))


def frames_of(rng: Rng, count: int) -> Iterator[PoseFrame]:
    """Render frames of a few places with a few people, ever new views, positions and postures."""
    locations = sample_locations(rng, _PLACES_A_CHUNK)
    cast = cast_people(rng, _PEOPLE_A_CHUNK)
    for _ in range(count):
        location = locations[int(rng.integers(len(locations)))]
        camera = sample_camera(rng, location.site, WIDTH, HEIGHT)
        people = int(rng.choice(_COUNTS, p=_SHARES))
        staged = stage(rng, location.site, cast, camera, people)
        render = rasterise(staged.scene)
        image = photograph(rng, render.image, sample_conditions(rng, location.night))
        yield _frame(image, sightings(staged.figures, camera, render))


def _frame(image: Image, seen: list[Sighting]) -> PoseFrame:
    fitted = letterbox(image, WIDTH, HEIGHT)
    scale = np.float32([*fitted.scale_xy, 1])
    keypoints = np.zeros((MOST_PEOPLE, 18, 3), np.float32)
    ignore = np.zeros((MOST_PEOPLE, 4), np.uint8)
    for slot, sighting in enumerate(seen):
        scaled = sighting.keypoints * scale
        if is_taught(sighting, fitted.scale_xy[0]):
            keypoints[slot] = np.where(scaled[:, 2:] > 0, scaled, 0)
        else:
            cells = np.array(sighting.box) * fitted.scale_xy[0] / STRIDE
            ignore[slot] = [*np.floor(cells[:2]), *np.ceil(cells[2:])]
    return PoseFrame(fitted.image, keypoints, ignore)


def is_taught(sighting: Sighting, scale: float) -> bool:
    """Tell whether a person is large and complete enough to be learnt from."""
    seen = int((sighting.keypoints[:, 2] == SEEN).sum())
    return seen >= _LEAST_SEEN and sighting.torso_px * scale >= _LEAST_TORSO_PX


if __name__ == "__main__":
    main()

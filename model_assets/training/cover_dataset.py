"""Labelled frames made from seeds: the same seed gives the same frame on every run.

Covered means that something at the lens hides or blurs at least 70 % of the frame; a cover of
less than 25 % leaves the frame clear; what lies between is ambiguous and is never generated.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model_assets.training.conditions import CONDITIONS
from model_assets.training.covers import COVERS, HELD_OUT, PARTIAL, TRAINED, Cover, compose
from model_assets.training.noise import Field, Image, Rng
from model_assets.training.scenes import HARD, any_scene, ordinary_scene
from model_assets.training.sensor import capture, expose, fit

Row = tuple[Image, NDArray[np.uint8], int, str]

CLEAR, COVERED = 0, 1
HIDDEN_GRID = (18, 32)
"""Rows and columns of the map of what is hidden."""

SPLITS: dict[str, tuple[int, tuple[str, ...]]] = {
    "train": (1, (*TRAINED, "unnamed", "unnamed", "unnamed")),
    "validation": (2, TRAINED),
    "test": (3, tuple(kind for kind in TRAINED if kind != "unnamed")),
    "unseen": (4, HELD_OUT),
}
"""Name of each split: the number its seeds are mixed with, the kinds of cover in it."""

LEAST_COVERED, MOST_CLEAR = 0.72, 0.24
_LEAST_STRUCTURE = 12.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame (BGR uint8 [height, width, 3]), its label and the kind of thing it shows.

    ``hidden`` is float32 [height, width], 1 where a cover hides the scene.
    """

    image: Image
    label: int
    kind: str
    hidden: Field


@dataclass(frozen=True, slots=True)
class Batch:
    """Many frames: uint8 [n, height, width, 3], labels int64 [n], kinds in order.

    ``hidden`` is uint8 [n, *HIDDEN_GRID], 255 where a cover hides the scene.
    """

    images: NDArray[np.uint8]
    hidden: NDArray[np.uint8]
    labels: NDArray[np.int64]
    kinds: tuple[str, ...]


def sample(seed: int, split: str) -> Sample:
    """Return the frame number `seed` of a split, at the size its imaginary camera delivers."""
    salt, kinds = SPLITS[split]
    rng = np.random.default_rng([salt, seed])
    height, width = frame_size(rng)
    if rng.random() < 0.47:
        kind = kinds[int(rng.integers(len(kinds)))]
        return covered_sample(rng, height, width, kind)
    return clear_sample(rng, height, width)


def frame_size(rng: Rng) -> tuple[int, int]:
    """Return height and width of about 56,000 pixels; 16:9 is the most frequent shape."""
    shapes = (16 / 9, 16 / 9, 16 / 9, 4 / 3, 4 / 3, 3 / 2, 1.0, 2 / 3, 9 / 16, 2.2)
    aspect = shapes[int(rng.integers(len(shapes)))]
    height = (rng.uniform(38_000, 62_000) / aspect) ** 0.5
    return int(height), int(height * aspect)


def draw_cover(rng: Rng, height: int, width: int, kind: str) -> Cover:
    """Return a cover of the kind that hides all of the frame or at least 72 % of it."""
    hidden = 1.0
    if kind != "defocus" and rng.random() < 0.55:
        hidden = rng.uniform(LEAST_COVERED, 1.0)
    return COVERS[kind](rng, height, width, hidden)


def covered_sample(rng: Rng, height: int, width: int, kind: str) -> Sample:
    """Return a frame whose lens is covered by the given kind of thing."""
    scene = any_scene(rng, height, width)
    if rng.random() < 0.15:
        condition = list(CONDITIONS.values())[int(rng.integers(len(CONDITIONS)))]
        scene = condition(rng, scene)
    cover = draw_cover(rng, height, width, kind)
    image = compose(cover, scene)
    if rng.random() < 0.45:
        image = expose(rng, image)
    return Sample(capture(rng, image), COVERED, kind, cover.opacity)


def clear_sample(rng: Rng, height: int, width: int) -> Sample:
    """Return a frame that shows its scene, half of them under some difficulty.

    A draw in which next to nothing can be seen (say, fog before a bare wall) is drawn again: its
    label would be wrong.
    """
    while True:
        image, kind, hidden = draw_clear(rng, height, width)
        if structure(image) >= _LEAST_STRUCTURE:
            return Sample(capture(rng, image), CLEAR, kind, hidden)


def draw_clear(rng: Rng, height: int, width: int) -> tuple[Image, str, Field]:
    """Return a clear scene before the camera's own effects, what makes it hard, what is hidden."""
    choice = rng.random()
    nothing = np.zeros((height, width), np.float32)
    if choice < 0.25:
        return ordinary_scene(rng, height, width), "ordinary", nothing
    if choice < 0.5:
        kind = list(HARD)[int(rng.integers(len(HARD)))]
        image = HARD[kind](rng, height, width)
        return (soften(rng, image) if rng.random() < 0.45 else image), kind, nothing
    if choice < 0.62:
        hidden = rng.uniform(0.03, MOST_CLEAR)
        partial = PARTIAL[int(rng.integers(len(PARTIAL)))]
        cover = COVERS[partial](rng, height, width, hidden)
        scene = ordinary_scene(rng, height, width)
        return compose(cover, scene), "small cover", cover.opacity
    kind = list(CONDITIONS)[int(rng.integers(len(CONDITIONS)))]
    return CONDITIONS[kind](rng, any_scene(rng, height, width)), kind, nothing


def soften(rng: Rng, image: Image) -> Image:
    """Return a hard scene made harder: small, a little blurred, in other colours or light."""
    kinds = ("low resolution", "mild blur", "tinted", "partial shadow", "low contrast")
    return CONDITIONS[kinds[int(rng.integers(len(kinds)))]](rng, image)


def structure(image: Image) -> float:
    """Return how strong the strongest edges are, in grey levels per pixel of an 80x48 frame."""
    small = fit(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), 80, 48).astype(np.float32)
    down, across = np.gradient(small)
    return float(np.quantile(np.hypot(down, across), 0.985))


def _fitted(task: tuple[int, str, int, int]) -> Row:
    seed, split, width, height = task
    drawn = sample(seed, split)
    hidden = cv2.resize(drawn.hidden, HIDDEN_GRID[::-1], interpolation=cv2.INTER_AREA)
    rounded = (hidden * 255).round().clip(0, 255).astype(np.uint8)
    return fit(drawn.image, width, height), rounded, drawn.label, drawn.kind


def _one_thread() -> None:
    cv2.setNumThreads(1)


def stream(split: str, seeds: range, width: int, height: int, workers: int) -> Iterator[Row]:
    """Yield frame of the given size, map of what is hidden, label, kind; seed after seed."""
    tasks = [(seed, split, width, height) for seed in seeds]
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, initializer=_one_thread) as pool:
        yield from pool.imap(_fitted, tasks, chunksize=64)


def collect(rows: Iterator[Row], count: int, width: int, height: int) -> Batch:
    """Return `count` generated frames of one size as arrays."""
    images = np.empty((count, height, width, 3), np.uint8)
    hidden = np.empty((count, *HIDDEN_GRID), np.uint8)
    labels = np.empty(count, np.int64)
    kinds = []
    for index, (image, hides, label, kind) in enumerate(rows):
        images[index], hidden[index], labels[index] = image, hides, label
        kinds.append(kind)
    return Batch(images, hidden, labels, tuple(kinds))

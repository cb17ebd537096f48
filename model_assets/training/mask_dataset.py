"""Rendered windows of frames with people, some of them masked, for the mask network; from seeds.

python -m model_assets.training.mask_dataset --out build/training/train/masks --split train \
    --frames 6000
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from high_level_algorithms.skeleton import LEFT_EYE, NOSE, RIGHT_EYE
from high_level_algorithms.types import Pose
from numpy.typing import NDArray

from model_assets.training import dataset_writer
from model_assets.training.casting import Player, cast_people
from model_assets.training.ground_truth import SEEN, Sighting, sightings
from model_assets.training.noise import Image, Rng
from model_assets.training.people.face_mask import FaceMask, Wearing, sample_mask, with_mask
from model_assets.training.people.figure import Figure
from model_assets.training.rendering.lens import photograph, sample_conditions
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Array, Camera
from model_assets.training.sites.site import sample_camera
from model_assets.training.staging import Direction, Location, sample_locations, stage
from vss.continuum.anonymise.heads import Head, head_of_pose

SIDE = 360
"""Rows and columns of a window, of which the training cuts what the network gets."""

MOST_PEOPLE = 8
CHUNK = 150
"""Frames that share their places and people."""

SPLITS = {"train": 41, "validation": 42}
"""Name of each split and the number its seeds are mixed with: no frame is in two of them."""

NOBODY, MASKED, UNMASKED, UNCLEAR = 0, 1, 2, 3
"""What is taught of a slot: nothing, a mask, none, or nothing because too little is seen."""

WIDTH, HEIGHT = 832, 468
_PLACES, _PEOPLE = 5, 14
_COUNTS, _SHARES = (1, 2, 3, 4, 6), (0.22, 0.3, 0.24, 0.14, 0.1)
_REDUCED_TO = 0.4, 1.0
_WEARING = (
    (None, 0.36),
    (Wearing.PROPER, 0.5),
    (Wearing.UNDER_NOSE, 0.07),
    (Wearing.UNDER_CHIN, 0.07),
)
_STANDING = (
    *("standing", "walking", "carrying", "hands_on_hips", "arms_crossed", "phone"),
    *("pointing", "sitting"),
)
# Seen at this angle or more from the side, a face tells nothing of a mask.
_LEAST_FRONTAL, _UNCLEAR_FRONTAL = 0.3, -0.15
_LEAST_FACE_PX = 9.0
_CLOSE_UPS = 0.3


class MaskWindow(NamedTuple):
    """A window of a frame and the faces in it.

    Attributes:
        images: BGR uint8 [360, 360, 3].
        faces: float32 [8, 4] x0, y0, x1, y1 px, from forehead to chin.
        kinds: uint8 [8] ``NOBODY``, ``MASKED``, ``UNMASKED`` or ``UNCLEAR``.
        heads: float32 [8, 3] x, y and height px of every head, turned away or not; height 0 = none.
    """

    images: Image
    faces: NDArray[np.float32]
    kinds: NDArray[np.uint8]
    heads: NDArray[np.float32]


class Chunk(NamedTuple):
    """Frames to be made by one process: which, and how many."""

    split: str
    seed: int
    number: int
    frames: int


@dataclass(frozen=True, slots=True)
class MaskedPlayer:
    """A person of the cast with what they wear on their face."""

    player: Player
    mask: FaceMask | None

    @property
    def kind(self) -> int:
        """Whether mouth and nose are covered."""
        proper = self.mask is not None and self.mask.wearing is Wearing.PROPER
        return MASKED if proper else UNMASKED


@dataclass(frozen=True, slots=True, eq=False)
class MaskFrame:
    """A frame and, of each person: face box, what is taught, head, and the person's index."""

    image: Image
    boxes: list[NDArray[np.float32]]
    kinds: list[int]
    heads: list[Head | None]
    players: tuple[int, ...]


def main() -> None:
    """Write a split as memory-mapped arrays, with progress."""
    arguments = dataset_writer.parse(__doc__, SPLITS, ("frames",))
    chunks = [
        Chunk(arguments.split, arguments.seed, number, min(CHUNK, arguments.frames - first))
        for number, first in enumerate(range(0, arguments.frames, CHUNK))
    ]
    dataset_writer.write(
        arguments.out, windows_of_chunk, chunks, arguments.frames, arguments.workers
    )


def windows_of_chunk(chunk: Chunk) -> list[MaskWindow]:
    """Render the frames of a chunk and cut a window out of each."""
    rng = np.random.default_rng([SPLITS[chunk.split], chunk.seed, chunk.number])
    return [window(rng, frame) for frame in frames_of(rng, chunk.frames)]


def frames_of(rng: Rng, count: int) -> Iterator[MaskFrame]:
    """Render frames of a few places and a few people, who keep what they wear on their faces."""
    locations = sample_locations(rng, _PLACES)
    cast = masked_cast(rng, _PEOPLE)
    for _ in range(count):
        location = locations[int(rng.integers(_PLACES))]
        close = rng.random() < _CLOSE_UPS
        camera = sample_camera(rng, location.site, WIDTH, HEIGHT)
        direction = Direction(0.75, 0.55, _STANDING, 3.2 if close else 14.0)
        people = int(rng.choice(_COUNTS, p=_SHARES))
        yield shoot_masked(rng, location, camera, cast, people, direction)


def masked_cast(rng: Rng, count: int) -> list[MaskedPlayer]:
    """Return random people, about half of them with a mask over mouth and nose."""
    wearings, shares = zip(*_WEARING, strict=True)
    cast = []
    for player in cast_people(rng, count):
        wearing = wearings[int(rng.choice(len(wearings), p=shares))]
        mask = None if wearing is None else sample_mask(rng, wearing)
        cast.append(MaskedPlayer(player if mask is None else wears(player, mask), mask))
    return cast


def wears(player: Player, mask: FaceMask) -> Player:
    """Return the person with a mask on."""
    near, far = (replace(one, head=with_mask(one.head, mask)) for one in (player.near, player.far))
    return Player(near, far)


def shoot_masked(
    rng: Rng,
    location: Location,
    camera: Camera,
    cast: Sequence[MaskedPlayer],
    count: int,
    direction: Direction,
) -> MaskFrame:
    """Return a frame with up to ``count`` of the cast in it."""
    players = [one.player for one in cast]
    staged = stage(rng, location.site, players, camera, count, direction)
    render = rasterise(staged.scene)
    seen = sightings(staged.figures, camera, render)
    share = float(np.exp(rng.uniform(*np.log(_REDUCED_TO))))
    conditions = sample_conditions(rng, location.night).reduced(share)
    boxes = [face_box(figure, camera) for figure in staged.figures]
    kinds = [
        _taught(cast[player].kind, sighting, box)
        for player, sighting, box in zip(staged.players, seen, boxes, strict=True)
    ]
    heads = [head_of_sighting(sighting) for sighting in seen]
    return MaskFrame(photograph(rng, render.image, conditions), boxes, kinds, heads, staged.players)


def face_box(figure: Figure, camera: Camera) -> NDArray[np.float32]:
    """Return x0, y0, x1, y1 px of a face from forehead to chin, float32 [4]."""
    right, left, nose, *mouth = figure.landmarks
    eyes, lips = (right + left) / 2, (mouth[0] + mouth[1]) / 2
    across, down = left - right, lips - eyes
    points = np.stack(
        [
            *(eyes - 0.8 * down + side * across for side in (-0.75, 0.75)),
            *(eyes + side * across + 0.3 * down for side in (-1.1, 1.1)),
            *(lips + 0.62 * down + side * across for side in (-0.5, 0.5)),
            nose,
        ]
    ).astype(np.float32)
    xy = camera.project(points)[:, :2]
    return np.concatenate([xy.min(0), xy.max(0)]).astype(np.float32)


def head_of_sighting(sighting: Sighting) -> Head | None:
    """Return the head as the anonymiser would find it of a perfect pose."""
    points = sighting.keypoints.astype(np.float64)
    if not points[:, 2].any():
        return None
    return head_of_pose(Pose(np.where(points[:, 2:] > 0, points, 0)))


def _taught(kind: int, sighting: Sighting, box: Array) -> int:
    seen = (sighting.keypoints[[NOSE, RIGHT_EYE, LEFT_EYE], 2] == SEEN).sum()
    if sighting.frontal < _UNCLEAR_FRONTAL or not sighting.keypoints[:, 2].any():
        return NOBODY
    large = float(box[3] - box[1]) >= _LEAST_FACE_PX
    return kind if large and seen >= 2 and sighting.frontal >= _LEAST_FRONTAL else UNCLEAR


def window(rng: Rng, frame: MaskFrame) -> MaskWindow:
    """Cut a window, mostly around one of the people."""
    height, width = frame.image.shape[:2]
    left = int(rng.integers(width - SIDE + 1))
    top = int(rng.integers(height - SIDE + 1))
    taught = [box for box, kind in zip(frame.boxes, frame.kinds, strict=True) if kind != NOBODY]
    if taught and rng.random() < 0.9:
        box = taught[int(rng.integers(len(taught)))]
        middle = (box[:2] + box[2:]) / 2 + rng.uniform(-0.4, 0.4, 2) * SIDE
        left, top = (
            int(np.clip(value - SIDE / 2, 0, size - SIDE))
            for value, size in zip(middle, (width, height), strict=True)
        )
    faces, heads = np.zeros((MOST_PEOPLE, 4), np.float32), np.zeros((MOST_PEOPLE, 3), np.float32)
    kinds = np.zeros(MOST_PEOPLE, np.uint8)
    rows = zip(frame.boxes, frame.kinds, frame.heads, strict=True)
    for slot, (box, kind, head) in enumerate(rows):
        faces[slot] = box - (left, top, left, top)
        kinds[slot] = kind
        if head is not None:
            heads[slot] = head.x - left, head.y - top, head.height
    return MaskWindow(frame.image[top : top + SIDE, left : left + SIDE], faces, kinds, heads)


if __name__ == "__main__":
    main()

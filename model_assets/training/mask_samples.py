"""What the mask network learns from: pictures cut from windows, anonymised or not, and targets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from high_level_algorithms.face_anchors import PICTURE_PX, encode, face_anchors
from numpy.typing import NDArray

from model_assets.training.conditions import jpeg
from model_assets.training.mask_dataset import NOBODY, UNCLEAR
from model_assets.training.noise import Image, Rng
from model_assets.training.photometry import grainy, relight
from vss.continuum.anonymise.heads import Head
from vss.continuum.anonymise.obscuring import obscure

Floats = NDArray[np.float32]

SMALL_PX = 164
"""Side of most samples: of the network's whole picture the most part shows nobody."""

ANCHORS = {side: face_anchors(side) for side in (SMALL_PX, PICTURE_PX)}
"""By the side of the sample."""

_WHOLE = 0.35
IGNORED = -1

_OBSCURED = 0.75
_CELLS = 4.0, 20.0
# How far the anonymiser's heads are off, in heights: shift and logarithm of the size.
_SHIFT, _STRETCH, _MISSED = 0.07, 0.1, 0.03
# Enlarged that much now and then, faces fill the boxes of the coarse grids too.
_SCALES = 0.73, 2.6
_ANYWHERE = 0.15
# Overlap of an anchor with a face (intersection over union) from which on it is one; from the
# lower value on it is neither that nor background.
_FACE, _NEITHER = 0.42, 0.3
_LEAST_PX = 7.0
_LEAST_INSIDE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class MaskData:
    """Windows and the faces in them, see ``mask_dataset.MaskWindow``."""

    images: NDArray[np.uint8]
    faces: Floats
    kinds: NDArray[np.uint8]
    heads: Floats

    @classmethod
    def read(cls, folder: Path) -> MaskData:
        """Map the arrays of a folder into memory."""
        names = ("images", "faces", "kinds", "heads")
        return cls(*(np.load(folder / f"{name}.npy", mmap_mode="r") for name in names))


@dataclass(frozen=True, slots=True, eq=False)
class MaskBatch:
    """Pictures and what is true of their anchors.

    Attributes:
        images: uint8 [n, side, side, 3] BGR; the side is 164 or 260 px.
        kinds: int8 [n, anchors] ``NOBODY``, ``IGNORED`` or as in ``mask_dataset``.
        offsets: float32 [n, anchors, 4], meant where there is a face.
    """

    images: NDArray[np.uint8]
    kinds: NDArray[np.int8]
    offsets: Floats


def mask_batch(data: MaskData, rng: Rng, size: int) -> MaskBatch:
    """Return pictures cut out of windows chosen at random, with their targets; all of one side."""
    side = PICTURE_PX if rng.random() < _WHOLE else SMALL_PX
    rows = [sample(data, rng, int(rng.integers(len(data.images))), side) for _ in range(size)]
    targets = [target(faces, kinds, side) for _, faces, kinds in rows]
    return MaskBatch(
        np.stack([image for image, _, _ in rows]),
        np.stack([kinds for kinds, _ in targets]),
        np.stack([offsets for _, offsets in targets]),
    )


def heads_of(rows: Floats) -> list[Head]:
    """Return the heads that slots [8, 3] hold."""
    return [Head(*map(float, row)) for row in rows if row[2] > 0]


def sample(
    data: MaskData, rng: Rng, index: int, side: int = PICTURE_PX
) -> tuple[Image, Floats, NDArray[np.uint8]]:
    """Return a picture, its faces in 0..1 of it and what is taught of each."""
    image = np.array(data.images[index])
    if rng.random() < _OBSCURED:
        cells = float(np.exp(rng.uniform(*np.log(_CELLS))))
        image = obscure(image, _found(rng, data.heads[index]), cells)
    low, high = np.log(_SCALES)
    scale = float(np.exp(rng.uniform(low, high)))
    cut = side / scale
    left, top = _corner(rng, data, index, cut)
    flipped = bool(rng.random() < 0.5)
    matrix = np.array([[scale, 0, -scale * left], [0, scale, -scale * top]])
    faces = (data.faces[index] - np.float32([left, top, left, top])) / cut
    if flipped:
        matrix = np.array([[-1.0, 0, side - 1], [0, 1, 0]]) @ np.vstack([matrix, [0, 0, 1]])
        faces = np.stack([1 - faces[:, 2], faces[:, 1], 1 - faces[:, 0], faces[:, 3]], 1)
    picture = cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_LINEAR)
    return _taken(rng, picture), faces.astype(np.float32), data.kinds[index]


def _corner(rng: Rng, data: MaskData, index: int, side: float) -> tuple[float, float]:
    """Return the upper left corner of a sample, mostly near one of the faces."""
    room = data.images.shape[1] - side
    taught = np.flatnonzero(data.kinds[index] != NOBODY)
    if not taught.size or rng.random() < _ANYWHERE:
        left, top = rng.uniform(0, room, 2).tolist()
        return left, top
    box = data.faces[index][int(rng.choice(taught))]
    middle = (box[:2] + box[2:]) / 2 + rng.uniform(-0.4, 0.4, 2) * side
    left, top = np.clip(middle - side / 2, 0, room).tolist()
    return left, top


def _found(rng: Rng, rows: Floats) -> list[Head]:
    """Return the heads as an anonymiser finds them: off by a little, one now and then missed."""
    found = []
    for head in heads_of(rows):
        if rng.random() < _MISSED:
            continue
        x, y = rng.normal(0, _SHIFT, 2) * head.height
        height = head.height * float(np.exp(rng.normal(0, _STRETCH)))
        found.append(Head(head.x + float(x), head.y + float(y), height))
    return found


def _taken(rng: Rng, image: Image) -> Image:
    """Return the picture in other light, with other noise, perhaps compressed again."""
    image = relight(rng, image)
    if rng.random() < 0.3:
        image = grainy(rng, image)
    return jpeg(image, int(rng.integers(50, 95))) if rng.random() < 0.3 else image


def target(
    faces: Floats, kinds: NDArray[np.uint8], side: int = PICTURE_PX
) -> tuple[NDArray[np.int8], Floats]:
    """Return what is true of every anchor: kinds int8 [n] and offsets float32 [n, 4].

    Args:
        faces: [8, 4] in 0..1 of the picture; what is too small or mostly cut is not taught.
        kinds: [8].
        side: of the picture, px.
    """
    anchors = ANCHORS[side]
    labels = np.zeros(len(anchors), np.int8)
    offsets = np.zeros((len(anchors), 4), np.float32)
    chosen = np.flatnonzero(kinds != NOBODY)
    if not chosen.size:
        return labels, offsets
    boxes = faces[chosen]
    overlap = _overlap(boxes, anchors)
    best = overlap.argmax(0)
    labels[overlap.max(0) >= _NEITHER] = IGNORED
    large = (boxes[:, 2:] - boxes[:, :2]).max(1) * side >= _LEAST_PX
    taught = large & (kinds[chosen] != UNCLEAR) & is_shown(boxes)
    for number in np.flatnonzero(~taught):
        labels[_inside(boxes[number], anchors)] = IGNORED
    for number in np.flatnonzero(taught):
        positive = (best == number) & (overlap[number] >= _FACE)
        positive[overlap[number].argmax()] = True
        labels[positive] = kinds[chosen[number]]
        repeated = np.repeat(boxes[number : number + 1], int(positive.sum()), 0)
        offsets[positive] = encode(repeated, anchors[positive])
    return labels, offsets


def is_shown(boxes: Floats) -> NDArray[np.bool_]:
    """Tell which boxes [n, 4], in 0..1 of a picture, lie in it for the most part."""
    low, high = np.maximum(boxes[:, :2], 0), np.minimum(boxes[:, 2:], 1)
    inside = np.prod(np.maximum(high - low, 0), 1)
    whole = np.prod(boxes[:, 2:] - boxes[:, :2], 1)
    return np.asarray((whole > 0) & (inside >= _LEAST_INSIDE * whole), np.bool_)


def _inside(box: Floats, anchors: Floats) -> NDArray[np.bool_]:
    """Tell which anchors have their middle in a box."""
    middle = anchors[:, :2]
    within: NDArray[np.bool_] = ((middle > box[:2]) & (middle < box[2:])).all(1)
    return within


def _overlap(boxes: Floats, anchors: Floats) -> Floats:
    """Return the intersection over union of boxes [m, 4] with anchors [n, 4], as [m, n]."""
    low, high = anchors[:, :2] - anchors[:, 2:] / 2, anchors[:, :2] + anchors[:, 2:] / 2
    common = np.prod(
        np.maximum(np.minimum(high, boxes[:, None, 2:]) - np.maximum(low, boxes[:, None, :2]), 0),
        2,
    )
    area = np.prod(boxes[:, None, 2:] - boxes[:, None, :2], 2)
    union = area + np.prod(anchors[:, 2:], 1) - common
    return np.asarray(common / np.maximum(union, 1e-9), np.float32)

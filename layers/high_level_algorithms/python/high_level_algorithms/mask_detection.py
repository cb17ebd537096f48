"""Masks: the faces of a frame, and whether mouth and nose of each are covered.

A single-shot detector looks at the whole frame and, in a large frame, at overlapping parts of it.
"""

from __future__ import annotations

import cv2
import numpy as np
from deep_learning.image_ops import letterbox
from deep_learning.runtime import Network
from numpy.typing import NDArray

from high_level_algorithms.face_anchors import decode, face_anchors
from high_level_algorithms.square_windows import SquareWindow, square_windows
from high_level_algorithms.types import FaceSeen, Floats, Image

_MASKED = 0
# Two boxes are of one face from this share of their union, or of the smaller one, on.
_SAME_UNION, _SAME_SMALLER = 0.4, 0.7
# A box this near to a cut edge, in shares of the window, may be of a part of a face.
_CUT = 0.008
_MOST_FACES = 200


class MaskDetector:
    """Finds faces with and without masks.

    Args:
        network: gives for every anchor the probabilities of a masked and of a bare face, and the
            offsets of its box.
        threshold: least probability of a face, the sum of both.
    """

    def __init__(self, network: Network, threshold: float) -> None:
        self._network = network
        self._threshold = threshold
        self._anchors = face_anchors()

    def find(self, image: Image) -> tuple[FaceSeen, ...]:
        """Return the faces of a BGR frame, the most certain first; at most 200."""
        height, width = image.shape[:2]
        windows = square_windows(width, height, self._network.input_height_width[0])
        found = [self._find_in(image, window) for window in windows]
        boxes, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
        inside = np.clip(boxes, 0, (width, height, width, height))
        kept = distinct(inside, scores.sum(1))[:_MOST_FACES]
        return tuple(_face(inside[index], scores[index]) for index in kept)

    def _find_in(self, image: Image, window: SquareWindow) -> tuple[Floats, Floats]:
        """Return boxes [n, 4] in pixels of the frame and scores [n, 2] of masked and bare."""
        left, top, side = window
        part = image[top : top + side, left : left + side]
        size, _ = self._network.input_height_width
        fitted = letterbox(part, size, size)
        classes, offsets = self._network.infer(fitted.image)
        # A face is one whatever it wears: the network may be sure of that and not of the mask.
        chosen = np.flatnonzero(classes[0].sum(1) >= self._threshold)
        boxes = decode(offsets[0, chosen], self._anchors[chosen])
        whole = _uncut(boxes, window, image.shape[1], image.shape[0])
        scaled = boxes[whole] * size / np.tile(fitted.scale_xy, 2) + (left, top, left, top)
        return scaled.astype(np.float32), classes[0, chosen][whole]


def _uncut(boxes: Floats, window: SquareWindow, width: int, height: int) -> NDArray[np.bool_]:
    """Tell which boxes touch no edge of the window that cuts the frame."""
    left, top, side = window
    low = np.array([_CUT if left else -np.inf, _CUT if top else -np.inf])
    high = np.array(
        [
            1 - _CUT if left + side < width else np.inf,
            1 - _CUT if top + side < height else np.inf,
        ]
    )
    inside = (boxes[:, :2] > low) & (boxes[:, 2:] < high)
    return np.asarray(inside.all(1), np.bool_)


def _face(box: Floats, scores: Floats) -> FaceSeen:
    x0, y0, x1, y1 = map(float, box)
    return FaceSeen((x0, y0, x1, y1), bool(scores.argmax() == _MASKED), float(scores.max()))


def distinct(boxes: Floats, scores: Floats) -> list[int]:
    """Return the indices of the boxes that are of different faces, by falling score.

    Args:
        boxes: [n, 4] x0, y0, x1, y1.
        scores: [n].
    """
    area = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), 1)
    order = np.argsort(-scores, kind="stable")
    order = order[area[order] > 0]
    kept: list[int] = []
    while order.size:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        low = np.maximum(boxes[best, :2], boxes[order, :2])
        high = np.minimum(boxes[best, 2:], boxes[order, 2:])
        common = np.prod(np.maximum(high - low, 0), 1)
        union = area[best] + area[order] - common
        smaller = np.minimum(area[best], area[order])
        order = order[(common < _SAME_UNION * union) & (common < _SAME_SMALLER * smaller)]
    return kept


def draw_faces(image: Image, faces: tuple[FaceSeen, ...]) -> Image:
    """Return a copy of a BGR frame with a box around each face: green masked, red bare."""
    drawn = image.copy()
    thickness = max(1, round(max(image.shape[:2]) / 640))
    for face in faces:
        x0, y0, x1, y1 = (round(value) for value in face.box)
        colour = (60, 180, 60) if face.masked else (40, 40, 220)
        cv2.rectangle(drawn, (x0, y0), (x1, y1), colour, thickness)
        label = f"{'mask' if face.masked else 'no mask'} {face.score:.2f}"
        scale = 0.4 * thickness
        at = (x0, max(y0 - 3 * thickness, round(12 * scale) + 2))
        cv2.putText(drawn, label, at, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thickness)
    return drawn

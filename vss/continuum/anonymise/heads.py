"""Heads: where they are and how large, from whatever of a body or a face was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot, inf
from statistics import median

import numpy as np
from high_level_algorithms.skeleton import LEFT_EAR, LEFT_EYE, NOSE, RIGHT_EAR, RIGHT_EYE
from high_level_algorithms.types import Points, Pose
from numpy.typing import NDArray

NECK, RIGHT_SHOULDER, LEFT_SHOULDER, RIGHT_HIP, LEFT_HIP = 1, 2, 5, 8, 11
FACE = (NOSE, RIGHT_EYE, LEFT_EYE, RIGHT_EAR, LEFT_EAR)

# Height of a head (chin to crown, 240 mm) in the greatest distance that a camera can see between
# two keypoints. Turned away they come nearer to each other, so the largest of the heights counts.
_ACROSS = (
    (RIGHT_EYE, LEFT_EYE, 3.7),
    (RIGHT_EAR, LEFT_EAR, 1.6),
    (NOSE, RIGHT_EAR, 1.9),
    (NOSE, LEFT_EAR, 1.9),
    (RIGHT_EYE, RIGHT_EAR, 2.4),
    (LEFT_EYE, LEFT_EAR, 2.4),
    (RIGHT_SHOULDER, LEFT_SHOULDER, 0.65),
    (NECK, RIGHT_SHOULDER, 1.3),
    (NECK, LEFT_SHOULDER, 1.3),
)
_ALONG = (
    (NOSE, NECK, 0.95),
    (RIGHT_EAR, RIGHT_SHOULDER, 0.9),
    (LEFT_EAR, LEFT_SHOULDER, 0.9),
    (NECK, RIGHT_HIP, 0.47),
    (NECK, LEFT_HIP, 0.47),
    (RIGHT_SHOULDER, RIGHT_HIP, 0.5),
    (LEFT_SHOULDER, LEFT_HIP, 0.5),
)
# Further apart than that, measured by the usual height along the body, which turning does not
# change, two keypoints are not of one body.
_OUTLIER = 1.8
# Where only the body tells: the middle of the head above the neck, in heights, and how much larger
# the head is taken, since it may be bent any way.
_ABOVE_NECK, _UNSEEN, _BESIDE_NECK = 0.85, 1.35, 2.0
# Of a face box (forehead to chin, as detectors give it) to the whole head.
_PER_FACE, _FACE_BELOW = 1.5, 0.12


@dataclass(frozen=True, slots=True)
class Head:
    """A head in a frame, seen from any side.

    Attributes:
        x: of its middle, px; may lie beyond the border.
        y: likewise.
        height: from chin to crown, px.
    """

    x: float
    y: float
    height: float

    def covers(self, x: float, y: float) -> bool:
        """Tell whether a point lies on the head."""
        return hypot(x - self.x, y - self.y) <= self.height / 2


def head_of_pose(pose: Pose) -> Head | None:
    """Return the head of a person; None where what was found of them does not tell."""
    points, seen = pose.keypoints[:, :2], pose.keypoints[:, 2] > 0
    along = _heights(points, seen, _ALONG)
    heights = along + _heights(points, seen, _ACROSS)
    if not heights:
        return None
    limit = _OUTLIER * median(along) if len(along) > 1 else inf
    height = max(2.0, *(value for value in heights if value <= limit))
    face = [kind for kind in FACE if seen[kind]]
    if face:
        x, y = points[face].mean(0).tolist()
        # Of one point only it is not known which way the rest lies.
        return Head(x, y, height * (1.0 if len(face) > 1 else _UNSEEN))
    return _above_shoulders(points, seen, height)


def head_of_face(left: float, top: float, right: float, bottom: float) -> Head:
    """Return the head of a face found by a detector: box in px."""
    height = _PER_FACE * max(right - left, bottom - top, 1.0)
    return Head((left + right) / 2, (top + bottom) / 2 - _FACE_BELOW * height, height)


def _heights(
    points: Points, seen: NDArray[np.bool_], pairs: tuple[tuple[int, int, float], ...]
) -> list[float]:
    """Return the height of the head by each pair of keypoints that was seen."""
    return [
        per * float(np.hypot(*(points[first] - points[second])))
        for first, second, per in pairs
        if seen[first] and seen[second]
    ]


def _above_shoulders(points: Points, seen: NDArray[np.bool_], height: float) -> Head | None:
    """Return the head of somebody whose face is turned away, above the neck or the shoulders."""
    shoulders = [kind for kind in (NECK, RIGHT_SHOULDER, LEFT_SHOULDER) if seen[kind]]
    if not shoulders:
        return None
    # Of a single shoulder it is not known on which side the neck is.
    larger = _BESIDE_NECK if len(shoulders) == 1 and not seen[NECK] else _UNSEEN
    neck = points[NECK] if seen[NECK] else points[shoulders].mean(0)
    hips = [kind for kind in (RIGHT_HIP, LEFT_HIP) if seen[kind]]
    up = neck - points[hips].mean(0) if hips else np.array([0.0, -1.0])
    x, y = (neck + up / max(float(np.hypot(*up)), 1e-6) * _ABOVE_NECK * height).tolist()
    return Head(x, y, height * larger)


def unlike(heads: list[Head]) -> Iterator[Head]:
    """Yield the heads without those that another one, about as large, already is."""
    kept: list[Head] = []
    for head in sorted(heads, key=lambda one: -one.height):
        same = any(
            hypot(head.x - other.x, head.y - other.y) < 0.15 * other.height
            and head.height > 0.75 * other.height
            for other in kept
        )
        if not same:
            kept.append(head)
            yield head

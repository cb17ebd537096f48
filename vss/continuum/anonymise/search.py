"""The search for heads: everything that may be one is named, and doubts are spoken out.

Two kinds of network look for them in several sizes: poses, whose heads are also found turned away
or cut by the border, and faces, where a detector of faces is at hand. A head that only one of them
sees is obscured all the same. What is left are doubts: a body whose head nobody finds, a point of a
face that belongs to no head. A frame with a doubt is withheld.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot
from typing import Protocol

import numpy as np
from high_level_algorithms.types import FaceSeen, Image, Pose

from vss.continuum.anonymise.errors import Reason
from vss.continuum.anonymise.heads import (
    LEFT_HIP,
    RIGHT_HIP,
    Head,
    head_of_face,
    head_of_pose,
    unlike,
)
from vss.continuum.anonymise.look import Body, FacePoint, Look

MOST_HEADS = 120
# A lone point of a face, too faint to be called one, is obscured as a head of so many cells.
_POINT_CELLS = 4.0
_DOUBTFUL_CELLS = 3.0
# Two keypoints are one if they are nearer than that share of the smaller body.
_SAME = 0.12
_KNEES = 9, 12
# From the hips to the middle of the head, in lengths of a thigh.
_HEAD_ABOVE_HIPS = 1.9
# Least difference of the brightest and darkest hundredth of the pixels, and least brightness.
_LEAST_CONTRAST, _LEAST_BRIGHTEST = 24.0, 36.0


class FaceFinder(Protocol):
    """Finds faces in a BGR frame."""

    def find(self, image: Image) -> tuple[FaceSeen, ...]:
        """Return them."""


class Looker(Protocol):
    """Looks for bodies in a BGR frame."""

    @property
    def certain_score(self) -> float:
        """Score from which on a point alone is certain."""

    def looks(self, image: Image) -> Iterable[Look]:
        """Return what it sees, in the frame as a whole and in parts of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The heads of a frame, and what is wrong with it where it cannot be vouched for."""

    heads: tuple[Head, ...]
    doubt: Reason | None


class HeadSearch:
    """Finds all heads of a frame.

    Args:
        looker: sees bodies.
        face_finder: sees faces; None where there is no detector of faces.
    """

    def __init__(self, looker: Looker, face_finder: FaceFinder | None) -> None:
        self._looker = looker
        self._face_finder = face_finder

    def search(self, image: Image) -> Found:
        """Return the heads of a BGR frame; whatever the networks raise comes through."""
        if is_unjudgeable(image):
            return Found((), Reason.UNJUDGEABLE)
        looks = list(self._looker.looks(image))
        heads = _heads_of([body for look in looks for body in look.bodies])
        if self._face_finder is not None:
            heads += [head_of_face(*face.box) for face in self._face_finder.find(image)]
        heads = list(unlike(heads))
        points = [
            point
            for look in looks
            for point in look.face_points
            if not any(head.covers(point.x, point.y) for head in heads)
        ]
        doubt = self._doubt(looks, points, heads, image.shape[:2])
        heads += [Head(point.x, point.y, _POINT_CELLS * point.cell_px) for point in points]
        if len(heads) > MOST_HEADS:
            return Found((), Reason.TOO_MANY_HEADS)
        return Found(tuple(heads), doubt)

    def _doubt(
        self,
        looks: list[Look],
        points: list[FacePoint],
        heads: list[Head],
        shape: tuple[int, int],
    ) -> Reason | None:
        certain = [point for point in points if point.score >= self._looker.certain_score]
        if any(_is_supported(point, certain) for point in certain):
            return Reason.UNCERTAIN_HEAD
        poses = [body.pose for look in looks for body in look.bodies]
        headed = [pose for pose in poses if head_of_pose(pose) is not None]
        for body in (body for look in looks for body in look.bodies):
            if body.is_certain and not body.is_cut and not _has_head(body.pose, headed, shape):
                return Reason.BODY_WITHOUT_HEAD
        return None


def _heads_of(bodies: list[Body]) -> list[Head]:
    """Return the heads of bodies; one that is cut gives none if it was seen uncut, too."""
    uncut = [body.pose for body in bodies if not body.is_cut and head_of_pose(body.pose)]
    return [
        head
        for body in bodies
        if (head := head_of_pose(body.pose)) is not None
        and not (body.is_cut and _is_part_of(body.pose, uncut))
    ]


def _has_head(pose: Pose, headed: list[Pose], shape: tuple[int, int]) -> bool:
    """Tell whether the head of a body was found, or lies beyond the border."""
    if head_of_pose(pose) is not None or _is_part_of(pose, headed):
        return True
    expected = _expected_head(pose)
    return expected is not None and not _is_inside(expected, shape)


def is_unjudgeable(image: Image) -> bool:
    """Tell whether a frame is too dark or flat for the networks, though perhaps not for others."""
    thin = image[::8, ::8].max(2)
    darkest, brightest = np.percentile(thin, (1, 99))
    return bool(brightest - darkest < _LEAST_CONTRAST or brightest < _LEAST_BRIGHTEST)


def _is_supported(point: FacePoint, others: list[FacePoint]) -> bool:
    """Tell whether another point of a face lies so near that both may be of one."""
    reach = _DOUBTFUL_CELLS * point.cell_px
    return any(0 < hypot(point.x - other.x, point.y - other.y) <= reach for other in others)


def _is_part_of(pose: Pose, others: list[Pose]) -> bool:
    """Tell whether a body is one that was seen with its head, too: half of its points are."""
    seen = pose.keypoints[:, 2] > 0
    reach = _SAME * max(1.0, float(np.ptp(pose.keypoints[seen, :2], axis=0).max()))
    for other in others:
        common = seen & (other.keypoints[:, 2] > 0)
        off = np.hypot(*(pose.keypoints[:, :2] - other.keypoints[:, :2]).T)
        if 2 * int((common & (off <= reach)).sum()) >= int(seen.sum()):
            return True
    return False


def _expected_head(pose: Pose) -> tuple[float, float] | None:
    """Return where the head of a pair of legs must be; None where they do not tell."""
    points, seen = pose.keypoints[:, :2], pose.keypoints[:, 2] > 0
    thighs = [
        points[hip] - points[knee]
        for hip, knee in zip((RIGHT_HIP, LEFT_HIP), _KNEES, strict=True)
        if seen[hip] and seen[knee]
    ]
    if not thighs:
        return None
    hips = points[[hip for hip in (RIGHT_HIP, LEFT_HIP) if seen[hip]]].mean(0)
    x, y = (hips + _HEAD_ABOVE_HIPS * max(thighs, key=lambda one: float(np.hypot(*one)))).tolist()
    return x, y


def _is_inside(point: tuple[float, float], shape: tuple[int, int]) -> bool:
    height, width = shape
    return 0 <= point[0] < width and 0 <= point[1] < height

"""A look: what the pose network says of one part of a frame, at two degrees of certainty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from typing import NamedTuple

import numpy as np
from deep_learning.image_ops import letterbox
from deep_learning.runtime import Network
from high_level_algorithms.body_pose import STRIDE, thresholds_of
from high_level_algorithms.pose_decoding import decode_poses, find_peaks
from high_level_algorithms.skeleton import KEYPOINT_COUNT
from high_level_algorithms.square_windows import starts
from high_level_algorithms.types import Image, Points, Pose

from vss.continuum.anonymise.heads import FACE
from vss.continuum.anonymise.mirroring import mirrored

# Of the certainties that belong to a network: what it would rather not call a person is still
# obscured, and a single point of a face that it would call one is not overlooked.
_FAINT_PEAK, _FAINT_PERSON = 0.6, 0.6
_FAINT_KEYPOINTS = 3
# A part of a frame has half its sides; people of half the size are seen in it.
_PART = 0.5
_OVERLAP = 0.4
# Of a part's sides: a body that ends so near to an edge goes on beyond it.
_CUT = 0.04
_LEAST_PART_PX = 480
# Of the frame's sides: so far the parts reach beyond it.
_MARGIN = 0.045


class Part(NamedTuple):
    """A rectangle of the frame, px."""

    left: int
    top: int
    width: int
    height: int


class FacePoint(NamedTuple):
    """A point that may be of a face: where, how certain, and pixels of the frame per cell."""

    x: float
    y: float
    score: float
    cell_px: float


@dataclass(frozen=True, slots=True)
class Body:
    """What looks like a body, in pixels of the frame.

    Attributes:
        pose: of it.
        is_certain: whether the network would call it a person.
        is_cut: whether it ends where a part of the frame ends, but not the frame.
    """

    pose: Pose
    is_certain: bool
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: bodies, and noses, eyes and ears with or without one."""

    bodies: tuple[Body, ...]
    face_points: tuple[FacePoint, ...]


class PoseLooker:
    """Looks at a frame as a whole and, where it is large, at overlapping parts of it."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._certain = thresholds_of(network.entry)
        self._faint = replace(
            self._certain,
            peak=_FAINT_PEAK * self._certain.peak,
            person=_FAINT_PERSON * self._certain.person,
            keypoints=_FAINT_KEYPOINTS,
        )

    @property
    def certain_score(self) -> float:
        """Score from which on a point alone is as certain as a person must be on average."""
        return self._certain.person

    def looks(self, image: Image) -> Iterator[Look]:
        """Yield what is seen in the whole of a BGR frame, then in its parts."""
        height, width = image.shape[:2]
        across, down = _margins(width, height)
        around = mirrored(image, across, down)
        for part in parts_of(width, height):
            top, left = part.top + down, part.left + across
            shown = around[top : top + part.height, left : left + part.width]
            yield self._look(shown, part, width, height)

    def _look(self, shown: Image, part: Part, width: int, height: int) -> Look:
        size = self._network.input_height_width
        fitted = letterbox(shown, size[1], size[0])
        fields, heatmaps = self._network.infer(fitted.image)
        per_cell = STRIDE / np.array(fitted.scale_xy)
        shift = np.array([part.left, part.top], float)

        bodies = []
        for thresholds in (self._certain, self._faint):
            for keypoints in decode_poses(heatmaps[0], fields[0], thresholds):
                keypoints[:, :2] = keypoints[:, :2] * per_cell + shift
                is_cut = _is_cut(keypoints, part, width, height)
                bodies.append(Body(Pose(keypoints), thresholds is self._certain, is_cut))
        # Lone points: half-way from what may be a keypoint to what makes a person.
        least = sqrt(self._certain.peak * self._certain.person)
        peaks = find_peaks(heatmaps[0, :KEYPOINT_COUNT], least)
        points = tuple(
            FacePoint(
                float(xy[0] * per_cell[0] + part.left),
                float(xy[1] * per_cell[1] + part.top),
                float(score),
                float(per_cell.max()),
            )
            for kind in FACE
            for xy, score in zip(
                peaks.xy[peaks.first[kind] : peaks.first[kind + 1]],
                peaks.score[peaks.first[kind] : peaks.first[kind + 1]],
                strict=True,
            )
        )
        return Look(tuple(bodies), points)


def _is_cut(keypoints: Points, part: Part, width: int, height: int) -> bool:
    """Tell whether keypoints lie at an edge of the part that is none of the frame."""
    x, y = keypoints[keypoints[:, 2] > 0, :2].T
    across, down = _CUT * part.width, _CUT * part.height
    right, bottom = part.left + part.width, part.top + part.height
    return bool(
        (part.left > 0 and x.min() < part.left + across)
        or (part.top > 0 and y.min() < part.top + down)
        or (right < width and x.max() > right - across)
        or (bottom < height and y.max() > bottom - down)
    )


def parts_of(width: int, height: int) -> tuple[Part, ...]:
    """Return the whole frame, then its parts if it is large enough for them."""
    whole = Part(0, 0, width, height)
    part_width, part_height = round(width * _PART), round(height * _PART)
    if max(part_width, part_height) < _LEAST_PART_PX:
        return (whole,)
    across, down = _margins(width, height)
    lefts = starts(width + 2 * across, part_width, _OVERLAP)
    tops = starts(height + 2 * down, part_height, _OVERLAP)
    parts = (
        Part(left - across, top - down, part_width, part_height) for top in tops for left in lefts
    )
    return (whole, *parts)


def _margins(width: int, height: int) -> tuple[int, int]:
    """Return how far the frame is continued at its sides, and above and below."""
    return round(_MARGIN * width), round(_MARGIN * height)

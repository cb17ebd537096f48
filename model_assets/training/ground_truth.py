"""What a camera could see of each figure: keypoints with visibility, boxes and landmarks.

Exact, since it is taken from the depth and owner of every rendered pixel. The visibility flags are
those of COCO: 2 seen, 1 not seen but labelled, 0 not labelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from high_level_algorithms.skeleton import (
    KEYPOINT_COUNT,
    LEFT_EAR,
    LEFT_EYE,
    NOSE,
    RIGHT_EAR,
    RIGHT_EYE,
)
from numpy.typing import NDArray

from model_assets.training.people.figure import Figure
from model_assets.training.rendering.scene import Array, Camera, Render

HIDDEN, LABELLED, SEEN = 0, 1, 2
NECK, HIPS = 1, (8, 11)

_FACE = (NOSE, RIGHT_EYE, LEFT_EYE, RIGHT_EAR, LEFT_EAR)
# How far below the surface seen a keypoint may lie, in metres: joints lie inside the limb, points
# of the face on the skin, ears under hair.
_DEPTH_OF = np.full(KEYPOINT_COUNT, 0.16, np.float32)
_DEPTH_OF[[NOSE, RIGHT_EYE, LEFT_EYE]] = 0.03
_DEPTH_OF[[RIGHT_EAR, LEFT_EAR]] = 0.05
# Nearer than this in front of the joint is another body or thing, not the edge of the own one.
_IN_FRONT = 0.25
_LEAST_SEEN = 8
_LEAST_TORSO_PX = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A figure as the camera sees it.

    Attributes:
        keypoints: float32 [18, 3] x, y in pixels and visibility flag.
        box: x0, y0, x1, y1 in pixels around all of the figure that is seen; all 0 where nothing.
        landmarks: float32 [5, 2] in pixels.
        frontal: cosine between the way the face looks and the way to the camera.
    """

    keypoints: Array
    box: tuple[int, int, int, int]
    landmarks: Array
    frontal: float

    @property
    def torso_px(self) -> float:
        """Distance of the neck from the middle of the hips."""
        neck, hips = self.keypoints[NECK, :2], self.keypoints[list(HIPS), :2].mean(0)
        return float(np.hypot(*(neck - hips)))

    def is_visible(self, scale: float) -> bool:
        """Tell whether a finder of people must find this one: enough is seen, large enough.

        Args:
            scale: pixels of the network's picture per pixel of this one.
        """
        seen = int((self.keypoints[:, 2] == SEEN).sum())
        return seen >= _LEAST_SEEN and self.torso_px * scale >= _LEAST_TORSO_PX

    @property
    def shows_face(self) -> bool:
        """Tell whether nose and both eyes are seen."""
        return bool((self.keypoints[[NOSE, RIGHT_EYE, LEFT_EYE], 2] == SEEN).all())


def sightings(figures: Sequence[Figure], camera: Camera, render: Render) -> list[Sighting]:
    """Return what ``camera`` sees of each figure; figure i is owner i of the render."""
    return [_sighting(figure, owner, camera, render) for owner, figure in enumerate(figures)]


def _sighting(figure: Figure, owner: int, camera: Camera, render: Render) -> Sighting:
    projected = camera.project(figure.keypoints)
    flags = [_flag(kind, point, owner, render) for kind, point in enumerate(projected)]
    to_camera = np.subtract(camera.position, figure.landmarks[2])
    frontal = float(figure.facing @ to_camera / np.linalg.norm(to_camera))
    return Sighting(
        keypoints=np.column_stack([projected[:, :2], flags]).astype(np.float32),
        box=_box(render.owner == owner),
        landmarks=camera.project(figure.landmarks)[:, :2],
        frontal=frontal,
    )


def _flag(kind: int, point: Array, owner: int, render: Render) -> int:
    """Compare the keypoint's depth with what the pixels around it show."""
    x, y, depth = (float(value) for value in point)
    height, width = render.depth.shape
    if depth <= 0 or not (0 <= x < width and 0 <= y < height):
        return HIDDEN
    rows = slice(max(0, int(y) - 1), int(y) + 2)
    columns = slice(max(0, int(x) - 1), int(x) + 2)
    own = render.owner[rows, columns] == owner
    in_front = depth - render.depth[rows, columns]
    if (own & (in_front <= _DEPTH_OF[kind])).any():
        return SEEN
    if own.any():
        return HIDDEN if kind in _FACE else LABELLED
    # Of a thin limb at the edge of a pixel only the background may be left.
    return SEEN if kind not in _FACE and (in_front < _IN_FRONT).all() else HIDDEN


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

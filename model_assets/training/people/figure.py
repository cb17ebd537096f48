"""A posed person in the world: what is rendered of them, and where their keypoints are."""

from __future__ import annotations

from dataclasses import dataclass

from model_assets.training.rendering.scene import Array, Mesh


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A person.

    Attributes:
        meshes: body, clothes, head, hair, glasses, carried things.
        keypoints: float32 [18, 3] in the world, metres, in the order of
            ``high_level_algorithms.skeleton.KEYPOINT_NAMES``.
        landmarks: float32 [5, 3] in the world: the person's right eye, left eye, nose tip, right
            and left mouth corner (a face that looks at the camera has the right eye at the left
            of the picture, as the landmark network counts).
        facing: float32 [3], unit vector the face looks along.
    """

    meshes: tuple[Mesh, ...]
    keypoints: Array
    landmarks: Array
    facing: Array

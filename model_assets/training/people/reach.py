"""Two-bone inverse kinematics: how an arm reaches a point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model_assets.training.people.rotations import Quaternions, from_matrix, turn

Vector3 = NDArray[np.float64]


def reach(
    shoulder: Vector3, target: Vector3, pole: Vector3, upper: float, lower: float
) -> tuple[Quaternions, Quaternions]:
    """Return the rotations of upper arm and forearm that bring the wrist to `target`.

    Args:
        shoulder: the joint, in the frame the result refers to (the chest's), metres.
        target: where the wrist shall be; one out of reach is approached.
        pole: direction the elbow points in.
        upper: length of the upper arm, metres.
        lower: length of the forearm, metres.
    """
    way = target - shoulder
    distance = float(np.clip(np.linalg.norm(way), abs(upper - lower) + 0.03, upper + lower - 1e-3))
    ahead = way / np.linalg.norm(way)
    aside = pole - ahead * (pole @ ahead)
    aside = aside / np.linalg.norm(aside)
    cosine = (upper**2 + distance**2 - lower**2) / (2 * upper * distance)
    sine = np.sqrt(max(0.0, 1 - cosine**2))
    arm = cosine * ahead + sine * aside
    back = cosine * aside - sine * ahead
    axes = np.column_stack([np.cross(back, -arm), back, -arm])
    bend = (upper**2 + lower**2 - distance**2) / (2 * upper * lower)
    flexion = 180 - float(np.degrees(np.arccos(np.clip(bend, -1, 1))))
    return from_matrix(axes), turn(x=-flexion)

"""Head region: where the face must be, from the pose's nose, eyes and ears alone."""

from __future__ import annotations

import numpy as np

from high_level_algorithms.skeleton import LEFT_EAR, LEFT_EYE, NOSE, RIGHT_EAR, RIGHT_EYE
from high_level_algorithms.types import Points, Pose, Square

# Lengths of an upright face seen from the front, in distances between the eyes.
_EARS = 2.2
_NOSE_BELOW_EYES = 0.7
_FACE_SIDE = 2.2


def head_region(pose: Pose) -> Square | None:
    """Return the square around the face, a pixel at least, or None where the face cannot be seen.

    A face is visible if the nose and both eyes are. The distance between the eyes shrinks as the
    head turns; the distances of the ears and of the nose from the eyes then give the size.
    """
    if not pose.sees(NOSE, RIGHT_EYE, LEFT_EYE):
        return None
    xy = pose.keypoints[:, :2]
    eyes = (xy[RIGHT_EYE] + xy[LEFT_EYE]) / 2
    lengths = [
        _distance(xy[RIGHT_EYE], xy[LEFT_EYE]),
        _distance(xy[NOSE], eyes) / _NOSE_BELOW_EYES,
    ]
    if pose.sees(RIGHT_EAR, LEFT_EAR):
        lengths.append(_distance(xy[RIGHT_EAR], xy[LEFT_EAR]) / _EARS)
    x, y = xy[NOSE]
    return Square(float(x), float(y), max(1.0, _FACE_SIDE * max(lengths)))


def _distance(first: Points, second: Points) -> float:
    return float(np.hypot(*(first - second)))

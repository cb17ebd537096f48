"""Head region: where the face must be, from the pose's nose, eyes and ears alone."""

from __future__ import annotations

from math import hypot

from high_level_algorithms.skeleton import LEFT_EAR, LEFT_EYE, NOSE, RIGHT_EAR, RIGHT_EYE
from high_level_algorithms.types import Pose, Square

# Lengths of an upright face seen from the front, in distances between the eyes.
_EARS = 2.2
_NOSE_BELOW_EYES = 0.7
_FACE_SIDE = 2.2


def head_region(pose: Pose) -> Square | None:
    """Return the square around the face, a pixel at least, or None where the face cannot be seen.

    A face is visible if the nose and both eyes are. The distance between the eyes shrinks as the
    head turns; the distances of the ears and of the nose from the eyes then give the size.
    """
    keypoints = pose.keypoints.tolist()
    nose, right_eye, left_eye = (keypoints[kind] for kind in (NOSE, RIGHT_EYE, LEFT_EYE))
    if not (_is_seen(nose) and _is_seen(right_eye) and _is_seen(left_eye)):
        return None
    between_eyes = [(right + left) / 2 for right, left in zip(right_eye, left_eye, strict=True)]
    lengths = [
        _distance(right_eye, left_eye),
        _distance(nose, between_eyes) / _NOSE_BELOW_EYES,
    ]
    right_ear, left_ear = keypoints[RIGHT_EAR], keypoints[LEFT_EAR]
    if _is_seen(right_ear) and _is_seen(left_ear):
        lengths.append(_distance(right_ear, left_ear) / _EARS)
    return Square(nose[0], nose[1], max(1.0, _FACE_SIDE * max(lengths)))


def _is_seen(keypoint: list[float]) -> bool:
    return keypoint[2] > 0


def _distance(first: list[float], second: list[float]) -> float:
    return hypot(first[0] - second[0], first[1] - second[1])

"""Face image quality: whether a photograph shows a face well enough to be a reference.

All but the turn and the size are measured on the aligned face, that is, on what the embedding
network sees: blur that vanishes when a large face is reduced does no harm and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from math import atan, degrees, hypot

import numpy as np
from deep_learning.errors import ConfigurationError
from numpy.typing import NDArray

from high_level_algorithms.alignment import REFERENCE_POINTS, align, similarity
from high_level_algorithms.skeleton import LEFT_EAR, LEFT_EYE, RIGHT_EAR, RIGHT_EYE
from high_level_algorithms.types import Floats, Image, Landmarks, Points, Pose, Refusal
from high_level_algorithms.types import RefusalReason as Reason

# Side of the aligned face in pixels; the networks in use were trained at this size.
_SIDE = 128
_LUMA = np.array([0.114, 0.587, 0.299], np.float32)  # of B, G, R: ITU-R BT.601
_BINOMIAL = np.array([1, 8, 28, 56, 70, 56, 28, 8, 1], np.float32) / 256  # a Gaussian of 1.4 px
_BLOWN_OUT = 250

# Lengths of a head seen from the front, and how they grow with the tangent of its turn, in
# distances between the eyes; read off rendered heads turned by known angles.
_NOSE_PER_TANGENT = 0.45
_EAR_BESIDE_EYE = 0.85
_EAR_PER_TANGENT = 1.05


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """What was measured of a face.

    Attributes:
        inside: share of the aligned face's area that lies inside the photograph, 0..1.
        highlights: luminance that 5 % of the face exceed, 0..255. The mean would mistake dark
            skin for bad light; highlights are there on any skin.
        blown_out: share of the face whose luminance is at least 250 of 255, 0..1.
        turn_degrees: how far the head is turned aside, to either side, 0..90; good to 15 degrees.
        inter_ocular_px: distance between the eyes in pixels of the photograph.
        sharpness: share of the contrast between neighbouring pixels that more blur takes away,
            0..1: much of a sharp face, little of one that is blurred already.
    """

    inside: float
    highlights: float
    blown_out: float
    turn_degrees: float
    inter_ocular_px: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """What a face must fulfil to be a reference; a value at its limit does.

    Attributes:
        least_inside: share of the aligned face inside the photograph, 0..1.
        least_highlights: luminance, 0..255.
        most_blown_out: share of the face, 0..1.
        most_turn_degrees: 0..90.
        least_inter_ocular_px: distance between the eyes, 1..1000 px; below 24 the aligned face is
            enlarged more than twofold.
        least_sharpness: share of the contrast, 0..1.

    Raises:
        ConfigurationError: a value is out of range.
    """

    least_inside: float = 0.9
    least_highlights: float = 45.0
    most_blown_out: float = 0.2
    most_turn_degrees: float = 42.0
    least_inter_ocular_px: float = 24.0
    least_sharpness: float = 0.18

    def __post_init__(self) -> None:
        ranges = ((0, 1), (0, 255), (0, 1), (0, 90), (1, 1000), (0, 1))
        for field, (low, high) in zip(fields(self), ranges, strict=True):
            value = getattr(self, field.name)
            if not low <= value <= high:
                raise ConfigurationError(f"{field.name} is {value}; allowed are {low} to {high}")


def measure(image: Image, pose: Pose, landmarks: Landmarks) -> FaceQuality:
    """Measure one face of a BGR photograph.

    Args:
        image: uint8 [height, width, 3].
        pose: of the person, both eyes seen.
        landmarks: of the face.
    """
    luminance = np.asarray(align(image, landmarks, _SIDE) @ _LUMA, np.float32)
    face = luminance[_FACE]
    return FaceQuality(
        inside=_share_inside(image, landmarks),
        highlights=float(np.quantile(face, 0.95)),
        blown_out=float((face >= _BLOWN_OUT).mean()),
        turn_degrees=_turn_degrees(pose, landmarks),
        inter_ocular_px=landmarks.inter_ocular_px,
        sharpness=_sharpness(luminance),
    )


def first_shortcoming(quality: FaceQuality, limits: QualityLimits) -> Refusal | None:
    """Return the first limit that a face does not meet, None if it meets all."""
    return next(_shortcomings(quality, limits), None)


def _shortcomings(quality: FaceQuality, limits: QualityLimits) -> Iterator[Refusal]:
    """Yield all of them, first those which falsify the measures that follow."""
    if quality.inside < limits.least_inside:
        yield Refusal(
            Reason.CUT_BY_BORDER,
            f"{quality.inside:.1%} of the face is inside the photograph; "
            f"at least {limits.least_inside:.1%} must be",
        )
    if quality.highlights < limits.least_highlights:
        yield Refusal(
            Reason.UNDEREXPOSED,
            f"the brightest parts of the face have luminance {quality.highlights:.1f} of 255; "
            f"at least {limits.least_highlights:g} is needed",
        )
    if quality.blown_out > limits.most_blown_out:
        yield Refusal(
            Reason.OVEREXPOSED,
            f"{quality.blown_out:.1%} of the face is blown out to white; "
            f"at most {limits.most_blown_out:.1%} may be",
        )
    if quality.turn_degrees > limits.most_turn_degrees:
        yield Refusal(
            Reason.TURNED_AWAY,
            f"the head is turned aside by about {quality.turn_degrees:.1f} degrees; "
            f"at most {limits.most_turn_degrees:g} are allowed",
        )
    if quality.inter_ocular_px < limits.least_inter_ocular_px:
        yield Refusal(
            Reason.TOO_SMALL,
            f"{quality.inter_ocular_px:.1f} px between the eyes; "
            f"at least {limits.least_inter_ocular_px:g} are needed",
        )
    if quality.sharpness < limits.least_sharpness:
        yield Refusal(
            Reason.BLURRED,
            f"sharpness is {quality.sharpness:.3f}; at least {limits.least_sharpness:g} is needed",
        )


def _centres() -> tuple[Points, Points]:
    """Return x and y of the pixel centres of the aligned face, each [128, 128]."""
    y, x = np.mgrid[:_SIDE, :_SIDE] + 0.5
    return x, y


def _ellipse() -> NDArray[np.bool_]:
    """Return which pixels of the aligned face show the face, not hair and background."""
    x, y = _centres()
    inside: NDArray[np.bool_] = np.hypot(x / _SIDE - 0.5, (y / _SIDE - 0.6) * 0.86) <= 0.36
    return inside


_FACE = _ellipse()


def _share_inside(image: Image, landmarks: Landmarks) -> float:
    """Return the share of the aligned face's pixels that come from inside the photograph."""
    (cosine, _, shift_x), (sine, _, shift_y) = similarity(
        landmarks.points, REFERENCE_POINTS * _SIDE
    )
    x, y = _centres()
    source = (x - shift_x + 1j * (y - shift_y)) / complex(cosine, sine)
    height, width = image.shape[:2]
    across = (source.real >= 0) & (source.real <= width)
    down = (source.imag >= 0) & (source.imag <= height)
    return float((across & down).mean())


def _turn_degrees(pose: Pose, landmarks: Landmarks) -> float:
    """Estimate how far the head is turned aside from its nose and from its ears.

    Landmark networks bring a face seen from far aside back towards the front; there the ear
    betrays it, which moves away from its eye. Where hair hides the ears, the nose must do.
    """
    tangents = [_nose_offset(landmarks) / _NOSE_PER_TANGENT]
    tangents += [
        (distance - _EAR_BESIDE_EYE) / _EAR_PER_TANGENT
        for distance in _ear_distances(pose, landmarks)
    ]
    return degrees(atan(max(tangents)))


def _nose_offset(landmarks: Landmarks) -> float:
    """Return how far the nose tip is beside the line from eyes to mouth, in eye distances."""
    left_eye, right_eye, nose, *mouth = (complex(x, y) for x, y in landmarks.points.tolist())
    eyes = (left_eye + right_eye) / 2
    down = sum(mouth) / 2 - eyes
    aside = ((nose - eyes) * down.conjugate()).imag
    return abs(aside) / max(abs(down) * abs(right_eye - left_eye), 1e-9)


def _ear_distances(pose: Pose, landmarks: Landmarks) -> Iterator[float]:
    """Yield the distance from each ear seen to its eye, in eye distances.

    Of pose and landmarks now one, now the other misplaces the far eye: the mean of both counts.
    """
    points = pose.keypoints[:, :2]
    between = (hypot(*(points[LEFT_EYE] - points[RIGHT_EYE])) + landmarks.inter_ocular_px) / 2
    for ear, eye in ((RIGHT_EAR, RIGHT_EYE), (LEFT_EAR, LEFT_EYE)):
        if pose.sees(ear):
            yield hypot(*(points[ear] - points[eye])) / max(between, 1e-9)


def _sharpness(luminance: Floats) -> float:
    """Return the share of the contrast that is lost when the face is blurred once more.

    After Crété et al., "The blur effect: perception and estimation with a new no-reference
    perceptual blur metric" (SPIE 6492, 2007), with a Gaussian and root mean squares: it depends on
    neither the contrast nor, much, on the light.
    """
    before = _contrast(luminance)
    if not before:
        return 0.0
    return 1 - _contrast(_blurred(_blurred(luminance).T).T) / before


def _contrast(luminance: Floats) -> float:
    """Return the root mean square of the gradients within the face."""
    down, across = (np.gradient(luminance, axis=axis)[_FACE] for axis in (0, 1))
    return float(np.sqrt((down**2 + across**2).mean()))


def _blurred(luminance: Floats) -> Floats:
    """Blur along the rows, which go on beyond the border as they end there."""
    reach = len(_BINOMIAL) // 2
    padded = np.pad(luminance, ((0, 0), (reach, reach)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(_BINOMIAL), axis=1)
    return np.asarray(windows @ _BINOMIAL, np.float32)

"""Face quality: each measure follows what it measures, each limit refuses with its reason."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import cv2
import numpy as np
import pytest
from deep_learning.errors import ConfigurationError
from high_level_algorithms.alignment import REFERENCE_POINTS
from high_level_algorithms.face_quality import (
    FaceQuality,
    QualityLimits,
    first_shortcoming,
    measure,
)
from high_level_algorithms.types import Landmarks, Pose, RefusalReason

from tests.factories import face_pose, noise_image, similarity_matrix, transformed

FACE_PX = 160
EYES_PX = FACE_PX * float(REFERENCE_POINTS[1, 0] - REFERENCE_POINTS[0, 0])
SIDE = 400
LIMITS = QualityLimits()
GOOD = FaceQuality(
    inside=1.0,
    highlights=190.0,
    blown_out=0.0,
    turn_degrees=5.0,
    inter_ocular_px=60.0,
    sharpness=0.4,
)


def landmarks_at(left: float = 120, top: float = 120, nose_aside: float = 0.0) -> Landmarks:
    """Return a frontal face; ``nose_aside`` moves the nose tip, in distances between the eyes."""
    points = REFERENCE_POINTS * FACE_PX + (left, top)
    middle = points[[0, 1]].mean(0), points[[3, 4]].mean(0)
    share = (points[2, 1] - middle[0][1]) / (middle[1][1] - middle[0][1])
    points[2, 0] = middle[0][0] * (1 - share) + middle[1][0] * share + nose_aside * EYES_PX
    return Landmarks(points)


def pose_of(landmarks: Landmarks, **ears: float) -> Pose:
    """Return the head's pose; ears by their distance from their eye, in those between the eyes."""
    left, right = landmarks.points[:2]
    along = right - left
    points = {"right_eye": left, "left_eye": right, "nose": landmarks.points[2]}
    if "right_ear" in ears:
        points["right_ear"] = left - ears["right_ear"] * along
    if "left_ear" in ears:
        points["left_ear"] = right + ears["left_ear"] * along
    return face_pose(**{name: tuple(xy) for name, xy in points.items()})


def quality_of(image: np.ndarray, landmarks: Landmarks | None = None) -> FaceQuality:
    face = landmarks_at() if landmarks is None else landmarks
    return measure(image, pose_of(face), face)


def grey(level: int) -> np.ndarray:
    return np.full((SIDE, SIDE, 3), level, np.uint8)


def texture() -> np.ndarray:
    return cv2.GaussianBlur(noise_image(SIDE, SIDE), (0, 0), 0.8)


@pytest.mark.parametrize(
    ("left", "top", "share"),
    [
        (120, 120, 1.0),
        (0, 0, 1.0),
        (SIDE - FACE_PX, SIDE - FACE_PX, 1.0),
        (-FACE_PX / 2, 120, 0.5),
        (SIDE - FACE_PX / 4, 120, 0.25),
        (120, -FACE_PX / 4, 0.75),
        (-FACE_PX / 2, SIDE - FACE_PX / 2, 0.25),
        (-FACE_PX, 120, 0.0),
    ],
)
def test_share_of_the_face_inside_the_photograph(left: float, top: float, share: float) -> None:
    landmarks = landmarks_at(left, top)
    points = landmarks.points
    points[2] = REFERENCE_POINTS[2] * FACE_PX + (left, top)
    assert quality_of(grey(128), landmarks).inside == pytest.approx(share, abs=0.01)


def test_the_eyes_are_measured_in_pixels_of_the_photograph() -> None:
    assert quality_of(grey(128)).inter_ocular_px == pytest.approx(EYES_PX)


@pytest.mark.parametrize("aside", [0.0, 0.1, -0.2, 0.45, -0.9])
@pytest.mark.parametrize("roll", [0.0, 0.4, -1.2])
def test_the_nose_tells_the_turn_however_the_head_is_tilted(aside: float, roll: float) -> None:
    points = landmarks_at(nose_aside=aside).points
    turned = transformed(similarity_matrix(roll, 1.0, (150, 90)), points)
    quality = quality_of(grey(128), Landmarks(turned))
    assert quality.turn_degrees == pytest.approx(math.degrees(math.atan(abs(aside) / 0.45)), abs=1)


@pytest.mark.parametrize(
    ("ears", "degrees"),
    [
        ({}, 0),
        ({"right_ear": 0.85, "left_ear": 0.85}, 0),
        ({"right_ear": 0.2, "left_ear": 0.85}, 0),
        ({"right_ear": 1.9}, 45),
        ({"left_ear": 1.9}, 45),
        ({"right_ear": 0.3, "left_ear": 2.7}, 60),
    ],
)
def test_the_ears_tell_a_turn_that_the_nose_hides(ears: dict[str, float], degrees: float) -> None:
    face = landmarks_at()
    quality = measure(grey(128), pose_of(face, **ears), face)
    assert quality.turn_degrees == pytest.approx(degrees, abs=1)


@pytest.mark.parametrize("level", [0, 20, 100, 255])
def test_highlights_are_luminance(level: int) -> None:
    assert quality_of(grey(level)).highlights == pytest.approx(level, abs=0.5)


def test_highlights_are_there_on_dark_skin_but_not_in_the_dark() -> None:
    skin = grey(35)
    skin[:, ::8] = 110
    assert quality_of(skin).highlights > LIMITS.least_highlights
    assert quality_of(skin // 4).highlights < LIMITS.least_highlights


@pytest.mark.parametrize(("white", "share"), [(0, 0.0), (200, 0.5), (SIDE, 1.0)])
def test_white_parts_of_the_face_are_blown_out(white: int, share: float) -> None:
    image = grey(240)
    image[:, :white] = 255
    assert quality_of(image).blown_out == pytest.approx(share, abs=0.02)


def test_hair_and_background_do_not_count() -> None:
    image = grey(120)
    image[:140] = 255
    image[:, :140] = 255
    quality = quality_of(image)
    assert quality.blown_out < 0.01
    assert quality.highlights < 130


def test_sharpness_falls_with_each_step_of_blur() -> None:
    steps = [quality_of(cv2.GaussianBlur(texture(), (0, 0), sigma)) for sigma in (0.3, 1, 2, 3, 5)]
    values = [quality.sharpness for quality in steps]
    assert values == sorted(values, reverse=True)
    assert values[0] > LIMITS.least_sharpness > values[-1]


@pytest.mark.parametrize(("contrast", "light"), [(0.5, 0), (0.25, 100), (0.7, 60)])
def test_sharpness_asks_neither_for_contrast_nor_for_light(contrast: float, light: float) -> None:
    changed = cv2.convertScaleAbs(texture(), alpha=contrast, beta=light)
    expected = quality_of(texture()).sharpness
    assert quality_of(changed).sharpness == pytest.approx(expected, abs=0.01)


def test_blur_that_vanishes_in_the_aligned_face_does_no_harm() -> None:
    large = Landmarks(landmarks_at(0, 0).points * 5)
    image = cv2.resize(texture(), None, fx=5, fy=5, interpolation=cv2.INTER_NEAREST)
    clear, soft = (quality_of(picture, large) for picture in (image, cv2.blur(image, (5, 5))))
    assert soft.sharpness == pytest.approx(clear.sharpness, abs=0.1)
    assert soft.sharpness > LIMITS.least_sharpness


def test_what_shows_nothing_is_not_sharp() -> None:
    assert quality_of(grey(90)).sharpness == 0


@pytest.mark.parametrize(
    ("measure_of", "limit_of", "value", "reason", "words"),
    [
        ("inside", "least_inside", 0.7, RefusalReason.CUT_BY_BORDER, "70.0%"),
        ("highlights", "least_highlights", 20.0, RefusalReason.UNDEREXPOSED, "20.0 of 255"),
        ("blown_out", "most_blown_out", 0.5, RefusalReason.OVEREXPOSED, "50.0%"),
        ("turn_degrees", "most_turn_degrees", 70.0, RefusalReason.TURNED_AWAY, "70.0 degrees"),
        ("inter_ocular_px", "least_inter_ocular_px", 15.0, RefusalReason.TOO_SMALL, "15.0 px"),
        ("sharpness", "least_sharpness", 0.1, RefusalReason.BLURRED, "0.100"),
    ],
)
def test_each_limit_refuses_with_its_reason_value_and_what_is_allowed(
    measure_of: str, limit_of: str, value: float, reason: RefusalReason, words: str
) -> None:
    refusal = first_shortcoming(replace(GOOD, **{measure_of: value}), LIMITS)
    assert refusal is not None
    assert refusal.reason is reason
    assert words in refusal.text
    limit = getattr(LIMITS, limit_of)
    assert f"{limit:g}" in refusal.text or f"{limit:.1%}" in refusal.text
    assert first_shortcoming(replace(GOOD, **{measure_of: limit}), LIMITS) is None


def test_a_good_face_has_no_shortcoming() -> None:
    assert first_shortcoming(GOOD, LIMITS) is None


def test_what_falsifies_other_measures_is_named_first() -> None:
    worst = FaceQuality(0.0, 0.0, 1.0, 90.0, 0.0, 0.0)
    mended = {}
    reasons = []
    for field in fields(FaceQuality):
        refusal = first_shortcoming(replace(worst, **mended), LIMITS)
        assert refusal is not None
        reasons.append(refusal.reason)
        mended[field.name] = getattr(GOOD, field.name)
    assert reasons == [
        RefusalReason.CUT_BY_BORDER,
        RefusalReason.UNDEREXPOSED,
        RefusalReason.OVEREXPOSED,
        RefusalReason.TURNED_AWAY,
        RefusalReason.TOO_SMALL,
        RefusalReason.BLURRED,
    ]
    assert first_shortcoming(replace(worst, **mended), LIMITS) is None


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("least_inside", 1.1, "0 to 1"),
        ("least_highlights", -1.0, "0 to 255"),
        ("most_blown_out", float("nan"), "0 to 1"),
        ("most_turn_degrees", 91.0, "0 to 90"),
        ("least_inter_ocular_px", 0.0, "1 to 1000"),
        ("least_sharpness", 2.0, "0 to 1"),
    ],
)
def test_limits_out_of_range_are_named(name: str, value: float, allowed: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"{name} is .*; allowed are {allowed}"):
        QualityLimits(**{name: value})

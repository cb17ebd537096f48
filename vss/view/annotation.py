"""Draws the findings onto a copy of the image: skeletons, faces, landmarks, names, the verdict."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import cv2
import numpy as np
from high_level_algorithms.skeleton import LIMBS
from high_level_algorithms.types import (
    Face,
    FaceStatus,
    Findings,
    FrameStatus,
    Image,
    Person,
    Points,
    Pose,
)

Colour = tuple[int, int, int]

_WHITE: Colour = (255, 255, 255)
_BANNER: dict[FrameStatus, Colour] = {
    FrameStatus.ANALYSED: (70, 120, 60),
    FrameStatus.COVERED: (40, 40, 200),
}
_FACE: dict[FaceStatus, Colour] = {
    FaceStatus.IDENTIFIED: (90, 200, 60),
    FaceStatus.UNKNOWN: (0, 140, 255),
    FaceStatus.TOO_SMALL: (170, 170, 170),
    FaceStatus.ERASED: (200, 120, 160),
}
# Every limb has its own colour of the rainbow, as poses are usually drawn.
_LIMB_COLOURS: tuple[Colour, ...] = tuple(
    (round(255 * blue), round(255 * green), round(255 * red))
    for red, green, blue in (
        colorsys.hsv_to_rgb(index / len(LIMBS), 0.85, 1.0) for index in range(len(LIMBS))
    )
)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class _Pen:
    """Sizes that suit the image: line width and text height grow with it."""

    line: int
    text: float
    stroke: int

    @classmethod
    def for_image(cls, image: Image) -> _Pen:
        longest = max(image.shape[:2])
        return cls(
            line=max(1, round(longest / 400)),
            text=max(0.4, longest / 1600),
            stroke=max(1, round(longest / 800)),
        )


def annotate(image: Image, findings: Findings) -> Image:
    """Return a copy of a BGR image with the findings drawn on it, the verdict in a strip above."""
    drawn = image.copy()
    pen = _Pen.for_image(image)
    for person in findings.persons:
        _draw_pose(drawn, person.pose, pen)
    for person in findings.persons:
        _draw_face(drawn, person.face, pen)
    return np.vstack([_banner(drawn.shape[1], findings, pen), drawn])


def _draw_pose(image: Image, pose: Pose, pen: _Pen) -> None:
    for limb, colour in zip(LIMBS, _LIMB_COLOURS, strict=True):
        if pose.sees(limb.start, limb.end):
            start, end = _pixel(pose.keypoints[limb.start]), _pixel(pose.keypoints[limb.end])
            cv2.line(image, start, end, colour, pen.line, cv2.LINE_AA)
    for keypoint in pose.keypoints[pose.keypoints[:, 2] > 0]:
        cv2.circle(image, _pixel(keypoint), pen.line + 1, _WHITE, -1, cv2.LINE_AA)


def _draw_face(image: Image, face: Face, pen: _Pen) -> None:
    if face.region is None:
        return
    colour = _FACE[face.status]
    half = face.region.side / 2
    low = _pixel((face.region.x - half, face.region.y - half))
    high = _pixel((face.region.x + half, face.region.y + half))
    cv2.rectangle(image, low, high, colour, pen.line, cv2.LINE_AA)
    if face.landmarks is not None:
        for point in face.landmarks.points:
            cv2.circle(image, _pixel(point), pen.line, (255, 255, 0), -1, cv2.LINE_AA)
    _draw_label(image, _face_label(face), low, colour, pen)


def _face_label(face: Face) -> str:
    if face.identity is not None:
        return f"{face.identity.person_id} {face.identity.score:.2f}"
    return face.status.replace("_", " ")


def _banner(width: int, findings: Findings, pen: _Pen) -> Image:
    probability = f"{findings.cover.probability:.3f}"
    text = (
        f"CAMERA COVERED  p={probability}"
        if findings.status is FrameStatus.COVERED
        else f"clear  p(covered)={probability}  {_count(findings.persons)}".rstrip()
    )
    (_, height), baseline = cv2.getTextSize(text, _FONT, pen.text, pen.stroke)
    strip = np.full((2 * (height + baseline), width, 3), _BANNER[findings.status], np.uint8)
    origin = (height, strip.shape[0] - height // 2 - baseline // 2)
    cv2.putText(strip, text, origin, _FONT, pen.text, _WHITE, pen.stroke, cv2.LINE_AA)
    return strip


def _count(persons: tuple[Person, ...]) -> str:
    """Count the people; say nothing of none, since they may not have been looked for."""
    if not persons:
        return ""
    return f"{len(persons)} person" + ("" if len(persons) == 1 else "s")


def _draw_label(
    image: Image, text: str, corner: tuple[int, int], colour: Colour, pen: _Pen
) -> None:
    """Write white text on a filled box above ``corner``, inside the image."""
    (width, height), baseline = cv2.getTextSize(text, _FONT, pen.text, pen.stroke)
    box_height = height + baseline + pen.line
    x = max(0, min(corner[0], image.shape[1] - width))
    y = max(0, corner[1] - box_height)
    cv2.rectangle(image, (x, y), (x + width, y + box_height), colour, -1)
    origin = (x, y + height + pen.line // 2)
    cv2.putText(image, text, origin, _FONT, pen.text, _WHITE, pen.stroke, cv2.LINE_AA)


def _pixel(point: Points | tuple[float, float]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))

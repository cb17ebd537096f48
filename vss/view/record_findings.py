"""The findings of a record, so that what came back from the cloud can be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from business_logic.record import Json
from high_level_algorithms.skeleton import KEYPOINT_COUNT, KEYPOINT_NAMES
from high_level_algorithms.types import (
    LANDMARK_NAMES,
    CoverVerdict,
    Face,
    FaceStatus,
    Findings,
    FrameStatus,
    Identity,
    Landmarks,
    Person,
    Pose,
    Square,
)


def findings_of(record: Json) -> Findings | None:
    """Return what a ``vss.record/1`` says was found; None for a rejected image."""
    if record["status"] == FrameStatus.REJECTED:
        return None
    status = FrameStatus(record["status"])
    verdict = CoverVerdict(status is FrameStatus.COVERED, record["cover"]["probability"])
    return Findings(status, verdict, tuple(map(_person, record["persons"])))


def _person(item: dict[str, Any]) -> Person:
    keypoints = np.zeros((KEYPOINT_COUNT, 3))
    for keypoint in item["keypoints"]:
        row = KEYPOINT_NAMES.index(keypoint["name"])
        keypoints[row] = keypoint["x"], keypoint["y"], keypoint["score"]
    return Person(Pose(keypoints), _face(item["face"]))


def _face(item: dict[str, Any]) -> Face:
    return Face(
        status=FaceStatus(item["status"]),
        region=None if item["box"] is None else _square(item["box"]),
        landmarks=None if item["landmarks"] is None else _landmarks(item["landmarks"]),
        identity=(
            None
            if item["person_id"] is None
            else Identity(item["person_id"], item["score"], item["margin"])
        ),
    )


def _square(box: dict[str, float]) -> Square:
    centre_x, centre_y = (box["x0"] + box["x1"]) / 2, (box["y0"] + box["y1"]) / 2
    return Square(centre_x, centre_y, box["x1"] - box["x0"])


def _landmarks(points: dict[str, dict[str, float]]) -> Landmarks:
    return Landmarks(np.array([[points[name]["x"], points[name]["y"]] for name in LANDMARK_NAMES]))

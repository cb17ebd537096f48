"""The values that the pipeline hands from step to step and returns.

Coordinates are pixels of the decoded frame, x to the right and y down, whole numbers at pixel
edges. Left and right of the body are those of the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from high_level_algorithms.skeleton import KEYPOINT_NAMES

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]
Points = NDArray[np.float64]


LANDMARK_NAMES = ("left_eye", "right_eye", "nose_tip", "left_mouth_corner", "right_mouth_corner")


class FrameStatus(StrEnum):
    """What became of a frame; the values are part of the record format."""

    ANALYSED = "analysed"
    COVERED = "covered"
    REJECTED = "rejected"


class FaceStatus(StrEnum):
    """What became of a face; the values are part of the record format.

    No analysis gives ``ERASED``: a record says so of a face that was identified once, and whose
    person has been removed since.
    """

    IDENTIFIED = "identified"
    UNKNOWN = "unknown"
    TOO_SMALL = "too_small"
    NOT_VISIBLE = "not_visible"
    ERASED = "erased"


class RefusalReason(StrEnum):
    """Why a photograph is not taken as a reference; the values are part of the report."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    UNDEREXPOSED = "underexposed"
    OVEREXPOSED = "overexposed"
    TURNED_AWAY = "turned_away"
    CUT_BY_BORDER = "cut_by_border"
    UNLIKE_OWN = "unlike_own"
    LIKE_OTHER = "like_other"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a photograph is not taken as a reference: machine-readable, and in words.

    The words give the value measured and what is allowed. They name nobody.
    """

    reason: RefusalReason
    text: str


@dataclass(frozen=True, slots=True)
class CoverVerdict:
    """Whether something hides the camera's view, and how probable that is (0..1)."""

    covered: bool
    probability: float


class NamedKeypoint(NamedTuple):
    """A keypoint that was seen: position in pixels and heatmap score."""

    name: str
    x: float
    y: float
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """One person's body.

    Attributes:
        keypoints: [18, 3] x, y, score in the order of ``skeleton.KEYPOINT_NAMES``; a score of 0
            means not seen.
    """

    keypoints: Points

    @property
    def score(self) -> float:
        """Mean score of the keypoints seen, 0..1."""
        seen = self.keypoints[:, 2] > 0
        return float(self.keypoints[seen, 2].mean())

    def named_keypoints(self) -> tuple[NamedKeypoint, ...]:
        """Return the keypoints that were seen, by name."""
        return tuple(
            NamedKeypoint(name, *map(float, keypoint))
            for name, keypoint in zip(KEYPOINT_NAMES, self.keypoints, strict=True)
            if keypoint[2] > 0
        )

    def sees(self, *kinds: int) -> bool:
        """Tell whether every keypoint of ``kinds`` was found."""
        return bool((self.keypoints[list(kinds), 2] > 0).all())


@dataclass(frozen=True, slots=True)
class Square:
    """A square region of the frame: its centre and its side in pixels."""

    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Five facial landmarks.

    Attributes:
        points: [5, 2] x, y of left eye, right eye, nose tip, left and right mouth corner, as the
            network counts them: left is the left of the picture.
    """

    points: Points

    def named_points(self) -> dict[str, tuple[float, float]]:
        """Return x, y of each landmark by name."""
        rows = zip(LANDMARK_NAMES, self.points, strict=True)
        return {name: (float(x), float(y)) for name, (x, y) in rows}

    @property
    def inter_ocular_px(self) -> float:
        """Distance between the eyes in pixels."""
        return float(np.hypot(*(self.points[1] - self.points[0])))


@dataclass(frozen=True, slots=True)
class Identity:
    """The gallery person a face was identified as.

    Attributes:
        person_id: id in the gallery.
        score: comparison score, cosine -1..1.
        margin: score minus the best score of any other person; to -1 where there is no other.
    """

    person_id: str
    score: float
    margin: float


@dataclass(frozen=True, slots=True)
class Face:
    """A face of a person in the frame; what its status does not allow is None."""

    status: FaceStatus
    region: Square | None = None
    landmarks: Landmarks | None = None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person in the frame."""

    pose: Pose
    face: Face


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found in one frame; a covered frame has no persons."""

    status: FrameStatus
    cover: CoverVerdict
    persons: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """A face, and whether it wears a mask over mouth and nose.

    Attributes:
        box: x0, y0, x1, y1 in pixels of the frame, inside it.
        masked: whether it does.
        score: of the likelier of both, 0..1.
    """

    box: tuple[float, float, float, float]
    masked: bool
    score: float


class MaskState(StrEnum):
    """What is to be thought of a frame; the values are part of the report's format."""

    SAFE = "safe"
    WARNING = "warning"
    DANGER = "danger"
    NOBODY_SEEN = "nobody_seen"


@dataclass(frozen=True, slots=True)
class MaskVerdict:
    """How the people of a frame keep to wearing masks.

    Attributes:
        masked: faces with a mask over mouth and nose.
        unmasked: faces without.
        state: what is to be thought of it.
    """

    masked: int
    unmasked: int
    state: MaskState

    @property
    def share_unmasked(self) -> float | None:
        """Share of the faces without a mask, 0..1; None where there is no face."""
        people = self.masked + self.unmasked
        return self.unmasked / people if people else None

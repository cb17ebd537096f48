"""How good decoded poses are: people found, people invented, keypoints right (PCK)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from high_level_algorithms.pose_decoding import PoseThresholds, decode_poses
from high_level_algorithms.skeleton import KEYPOINT_NAMES
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Points = NDArray[np.float64]

_STRIDE = 8
# Keypoints that must be seen for a person to be counted as visible.
_LEAST_SEEN = 5
_LEAST_SIMILARITY = 0.5
_PCK_SHARE = 0.2
_NECK, _RIGHT_HIP, _LEFT_HIP = (
    KEYPOINT_NAMES.index(name) for name in ("neck", "right_hip", "left_hip")
)
# Twice the standard deviation of annotators in shares of the body's size (COCO keypoint
# evaluation); the neck, which COCO lacks, as the shoulders.
_SPREADS = {
    "nose": 0.026,
    "neck": 0.079,
    "shoulder": 0.079,
    "elbow": 0.072,
    "wrist": 0.062,
    "hip": 0.107,
    "knee": 0.087,
    "ankle": 0.089,
    "eye": 0.025,
    "ear": 0.035,
}
_SPREAD = 2 * np.array([_SPREADS[name.rpartition("_")[2]] for name in KEYPOINT_NAMES])


@dataclass(frozen=True, slots=True)
class PoseCounts:
    """Sums over frames.

    Attributes:
        people: visible people.
        found: of those, with a decoded pose of their own.
        poses: decoded poses, but for those of people who are not counted as visible.
        keypoints: seen keypoints of visible people.
        right: of those, decoded within 0.2 torso lengths.
        keypoints_found: seen keypoints of people found.
    """

    people: int = 0
    found: int = 0
    poses: int = 0
    keypoints: int = 0
    right: int = 0
    keypoints_found: int = 0

    def __add__(self, other: PoseCounts) -> PoseCounts:
        pairs = zip(self._values(), other._values(), strict=True)
        return PoseCounts(*(mine + theirs for mine, theirs in pairs))

    def _values(self) -> list[int]:
        return [getattr(self, name) for name in self.__slots__]

    def shares(self) -> dict[str, float]:
        """Return recall and precision of people, PCK@0.2 over all and over those found."""
        return {
            "found": self.found / max(1, self.people),
            "precision": self.found / max(1, self.poses),
            "pck": self.right / max(1, self.keypoints),
            "pck_of_found": self.right / max(1, self.keypoints_found),
        }


def count(poses: list[Points], truth: Floats) -> PoseCounts:
    """Compare the decoded poses of a frame with the truth.

    Args:
        poses: [18, 3] x, y, score each, the most certain first; a score of 0 = not seen.
        truth: [people, 18, 3] x, y and label: 2 = seen, 1 = hidden, 0 = none.
    """
    labelled = truth[(truth[:, :, 2] > 0).any(1)].astype(np.float64)
    visible = (labelled[:, :, 2] == 2).sum(1) >= _LEAST_SEEN
    pairs = _assign(poses, labelled)
    found = [(pose, person) for pose, person in pairs if visible[person]]
    seen = labelled[:, :, 2] == 2
    return PoseCounts(
        people=int(visible.sum()),
        found=len(found),
        poses=len(poses) - (len(pairs) - len(found)),
        keypoints=int(seen[visible].sum()),
        right=sum(_right(poses[pose], labelled[person]) for pose, person in found),
        keypoints_found=sum(int(seen[person].sum()) for _, person in found),
    )


def _assign(poses: list[Points], people: Points) -> list[tuple[int, int]]:
    """Pair poses with people, each once, the most similar pair first: (pose, person)."""
    similar = np.array([[similarity(pose, person) for person in people] for pose in poses])
    pairs = []
    while similar.size and similar.max() >= _LEAST_SIMILARITY:
        pose, person = divmod(int(similar.argmax()), len(people))
        pairs.append((pose, person))
        similar[pose, :] = similar[:, person] = 0
    return pairs


def similarity(pose: Points, person: Points) -> float:
    """Return the object keypoint similarity of COCO, over the seen keypoints if there are any."""
    counted = person[:, 2] == 2
    counted = counted if counted.any() else person[:, 2] > 0
    labelled = person[person[:, 2] > 0, :2]
    # COCO's area is that of the body's outline: half of a box, of a slim person rather more.
    width, height = labelled.max(0) - labelled.min(0)
    area = max(0.5 * width * height, 0.16 * max(width, height) ** 2, 1.0)
    distance = np.hypot(*(pose[:, :2] - person[:, :2]).T)
    like = np.exp(-(distance**2) / (2 * area * _SPREAD**2)) * (pose[:, 2] > 0)
    return float(like[counted].mean())


def torso(person: Points) -> float:
    """Return the length from neck to hips in pixels, guessed from the height if out of sight."""
    labelled = person[:, 2] > 0
    hips = [hip for hip in (_RIGHT_HIP, _LEFT_HIP) if labelled[hip]]
    extent = np.ptp(person[labelled, :2], axis=0).max()
    if not labelled[_NECK] or not hips:
        return 0.3 * float(extent)
    length = np.hypot(*(person[hips, :2].mean(0) - person[_NECK, :2]))
    # Seen along its axis a torso has no length.
    return max(float(length), 0.15 * float(extent))


def _right(pose: Points, person: Points) -> int:
    distance = np.hypot(*(pose[:, :2] - person[:, :2]).T)
    right = (distance <= _PCK_SHARE * torso(person)) & (pose[:, 2] > 0) & (person[:, 2] == 2)
    return int(right.sum())


def evaluate(
    maps: list[tuple[Floats, Floats]], truth: Floats, thresholds: PoseThresholds
) -> PoseCounts:
    """Decode and count.

    Args:
        maps: fields [38, rows, columns] and heatmaps [19, rows, columns] of each frame.
        truth: [frames, people, 18, 3] as for ``count``, in pixels.
        thresholds: of the decoder.
    """
    total = PoseCounts()
    for (fields, heatmaps), people in zip(maps, truth, strict=True):
        poses = decode_poses(heatmaps, fields, thresholds)
        for pose in poses:
            pose[:, :2] *= _STRIDE
        total += count(poses, people)
    return total


def best_thresholds(maps: list[tuple[Floats, Floats]], truth: Floats) -> PoseThresholds:
    """Return the thresholds that make the most of recall and precision of people and of PCK."""
    grid = [
        PoseThresholds(peak, person, keypoints)
        for peak in (0.1, 0.15, 0.2, 0.25)
        for person in (0.35, 0.45, 0.55)
        for keypoints in (3, 4, 5)
    ]

    def merit(thresholds: PoseThresholds) -> float:
        shares = evaluate(maps, truth, thresholds).shares()
        return shares["found"] + shares["precision"] + shares["pck"]

    return max(grid, key=merit)

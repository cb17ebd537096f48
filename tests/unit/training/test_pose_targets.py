from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.pose_decoding import PoseThresholds, decode_poses
from high_level_algorithms.skeleton import KEYPOINT_NAMES, LIMBS
from numpy.typing import NDArray

from model_assets.training.pose_targets import MIRRORED, fields, heatmaps

ROWS, COLUMNS = 32, 57
# A person of 26 cells who stands upright, facing the camera: x, y of each keypoint.
STANDING = np.array(
    [
        (0.0, 3.1),
        (0.0, 6.0),
        (-3.0, 6.1),
        (-4.0, 10.2),
        (-4.3, 14.0),
        (3.0, 6.1),
        (4.0, 10.2),
        (4.3, 14.0),
        (-2.0, 14.2),
        (-2.2, 20.0),
        (-2.3, 26.1),
        (2.0, 14.2),
        (2.2, 20.0),
        (2.3, 26.1),
        (-0.9, 2.3),
        (0.9, 2.3),
        (-2.0, 2.8),
        (2.0, 2.8),
    ]
)


def person(x: float, y: float) -> NDArray[np.float32]:
    return np.column_stack([STANDING + np.array([x, y]), np.full(len(STANDING), 2)]).astype(
        np.float32
    )


@pytest.mark.parametrize(
    "places", [[(28.3, 2.1)], [(12.0, 1.0), (40.7, 3.4)], [(20.0, 2.0), (26.5, 2.5)]]
)
def test_decoder_finds_in_the_maps_the_people_they_were_made_of(
    places: list[tuple[float, float]],
) -> None:
    people = np.stack([person(*place) for place in places])
    poses = decode_poses(
        heatmaps(people, ROWS, COLUMNS), fields(people, ROWS, COLUMNS), PoseThresholds(0.1, 0.35)
    )
    assert len(poses) == len(people)
    found = np.array(sorted(poses, key=lambda pose: pose[1, 0]))
    assert (found[:, :, 2] > 0.7).all()
    np.testing.assert_allclose(found[:, :, :2], people[:, :, :2], atol=0.12)


def test_keypoint_without_a_label_leaves_neither_peak_nor_limb() -> None:
    people = person(28, 2)[None]
    wrist = KEYPOINT_NAMES.index("left_wrist")
    people[0, wrist, 2] = 0
    (limb,) = (limb for limb in LIMBS if wrist in (limb.start, limb.end))
    assert not heatmaps(people, ROWS, COLUMNS)[wrist].any()
    assert not fields(people, ROWS, COLUMNS)[limb.channel : limb.channel + 2].any()


def test_frame_without_people_is_all_background() -> None:
    nobody = np.zeros((0, len(KEYPOINT_NAMES), 3), np.float32)
    maps = heatmaps(nobody, ROWS, COLUMNS)
    assert not maps[:-1].any()
    assert (maps[-1] == 1).all()
    assert not fields(nobody, ROWS, COLUMNS).any()


def test_fields_are_unit_vectors_at_most_and_point_along_the_limb() -> None:
    maps = fields(np.stack([person(20, 2), person(21, 2)]), ROWS, COLUMNS)
    lengths = np.hypot(maps[0::2], maps[1::2])
    assert lengths.max() <= 1 + 1e-6
    # From the neck down to the right hip.
    assert maps[1, 12, 19] > 0.9


def test_mirroring_exchanges_left_and_right_and_undoes_itself() -> None:
    assert (MIRRORED[MIRRORED] == np.arange(len(KEYPOINT_NAMES))).all()
    for name, other in zip(KEYPOINT_NAMES, MIRRORED, strict=True):
        assert ("left" in name) == ("right" in KEYPOINT_NAMES[other])

"""Body pose fits the frame to the network and brings keypoints back to frame pixels."""

from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.body_pose import BodyPose
from high_level_algorithms.pose_decoding import PoseThresholds

from tests.factories import Points, render_fields, render_heatmaps, smooth_image, standing
from tests.fakes import FakeNetwork

THRESHOLDS = PoseThresholds(peak=0.1, person=0.3)
STRIDE = 8


def _network(people: list[Points]) -> FakeNetwork:
    outputs = (render_fields(people)[np.newaxis], render_heatmaps(people)[np.newaxis])
    return FakeNetwork((256, 456), lambda image: outputs)


@pytest.mark.parametrize("shape", [(1080, 1920), (256, 456), (720, 1280), (480, 640), (900, 400)])
def test_keypoints_come_back_in_frame_pixels(shape: tuple[int, int]) -> None:
    height, width = shape
    scale = min(456 / width, 256 / height)
    person = standing(10.3, 16.2, 18)
    body_pose = BodyPose(_network([person]), THRESHOLDS)
    (pose,) = body_pose.find(body_pose.fit(np.zeros((height, width, 3), np.uint8)))
    expected = person[:, :2] * STRIDE / scale
    # The content has whole pixels: its scale differs from the ideal one by up to 0.3 %.
    tolerance = 0.15 * STRIDE / scale + 0.003 * max(shape)
    np.testing.assert_allclose(pose.keypoints[:, :2], expected, atol=tolerance)


def test_the_network_is_given_the_letterboxed_frame() -> None:
    network = _network([])
    body_pose = BodyPose(network, THRESHOLDS)
    fitted = body_pose.fit(smooth_image(720, 1280))
    assert body_pose.find(fitted) == ()
    (image,) = network.images
    np.testing.assert_array_equal(image, fitted.image)


def test_the_most_certain_pose_comes_first() -> None:
    people = [standing(8.2 + 13 * n, 16.3, 20) for n in range(4)]
    for person, score in zip(people, (0.6, 0.95, 0.5, 0.8), strict=True):
        person[:, 2] = score
    body_pose = BodyPose(_network(people), THRESHOLDS)
    poses = body_pose.find(body_pose.fit(smooth_image(256, 456)))
    assert [pose.score for pose in poses] == sorted((pose.score for pose in poses), reverse=True)
    order = [round((pose.keypoints[1, 0] / STRIDE - 8.2) / 13) for pose in poses]
    assert order == [1, 3, 0, 2]


def test_poses_outlive_the_next_inference() -> None:
    scenes = iter([[standing(20.2, 16.3, 20)], []])

    def respond(image: object) -> tuple[Points, ...]:
        people = next(scenes)
        return render_fields(people)[np.newaxis], render_heatmaps(people)[np.newaxis]

    body_pose = BodyPose(FakeNetwork((256, 456), respond), THRESHOLDS)
    fitted = body_pose.fit(smooth_image(256, 456))
    (pose,) = body_pose.find(fitted)
    before = pose.keypoints.copy()
    assert body_pose.find(fitted) == ()
    np.testing.assert_array_equal(pose.keypoints, before)

"""Body pose (BP): the people of a frame and their 18 keypoints."""

from __future__ import annotations

import numpy as np
from deep_learning.image_ops import Letterbox, letterbox
from deep_learning.runtime import Network

from high_level_algorithms.pose_decoding import PoseThresholds, decode_poses
from high_level_algorithms.types import Image, Pose

STRIDE = 8


class BodyPose:
    """Finds poses with a network that gives heatmaps and part affinity fields at stride 8."""

    def __init__(self, network: Network, thresholds: PoseThresholds) -> None:
        self._network = network
        self._thresholds = thresholds

    def fit(self, image: Image) -> Letterbox:
        """Bring a frame to the network's input size."""
        height, width = self._network.input_height_width
        return letterbox(image, width, height)

    def find(self, fitted: Letterbox) -> tuple[Pose, ...]:
        """Return the poses in frame coordinates, the most certain first."""
        fields, heatmaps = self._network.infer(fitted.image)
        scale = STRIDE / np.array(fitted.scale_xy)
        frame = np.array(fitted.content.shape[1::-1]) / fitted.scale_xy
        poses = []
        for keypoints in decode_poses(heatmaps[0], fields[0], self._thresholds):
            # A peak of the border cells may lie a fraction of a cell beyond the frame.
            keypoints[:, :2] = np.clip(keypoints[:, :2] * scale, 0, frame)
            poses.append(Pose(keypoints))
        return tuple(sorted(poses, key=lambda pose: -pose.score))

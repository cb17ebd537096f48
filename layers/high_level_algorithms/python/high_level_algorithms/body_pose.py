"""Body pose (BP): the people of a frame and their 18 keypoints."""

from __future__ import annotations

import numpy as np
from deep_learning.catalogue import NetworkEntry
from deep_learning.image_ops import Letterbox, letterbox
from deep_learning.runtime import Network

from high_level_algorithms.pose_decoding import PoseThresholds, decode_poses
from high_level_algorithms.types import Image, Pose

STRIDE = 8


def thresholds_of(network: NetworkEntry) -> PoseThresholds:
    """Return the decision values that belong to a pose network.

    Raises:
        ModelError: the manifest gives one of them not.
    """
    return PoseThresholds(
        peak=network.threshold("peak"),
        person=network.threshold("person"),
        keypoints=round(network.threshold("keypoints")),
    )


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
        people = decode_poses(heatmaps[0], fields[0], self._thresholds)
        height, width, _ = fitted.content.shape
        for keypoints in people:
            # A peak of the border cells may lie a fraction of a cell beyond the frame.
            inside = np.minimum(keypoints[:, :2] * STRIDE, (width, height))
            keypoints[:, :2] = np.maximum(inside, 0) / fitted.scale_xy
        return tuple(map(Pose, people))

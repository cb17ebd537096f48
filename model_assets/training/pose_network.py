"""The demo pose network: part affinity fields and heatmaps at stride 8, in two stages.

The two-stage form of Osokin, "Real-time 2D Multi-Person Pose Estimation on CPU: Lightweight
OpenPose" (2018), on a trunk of residual blocks (He et al., 2016) whose dilation (Yu and Koltun,
2016) lets a cell see a person of 200 pixels. Dense convolutions: with AMX they train faster than
depthwise separable ones, whose cost is memory traffic.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_assets.training.mobilenet import convolution
from model_assets.training.pose_targets import FIELD_CHANNELS, HEATMAP_CHANNELS

_WIDTH = 128
_DILATIONS = (1, 2, 4, 2)


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions and what came in."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = self._convolution(channels, dilation)
        self.second = self._convolution(channels, dilation)

    @staticmethod
    def _convolution(channels: int, dilation: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return features of the same shape."""
        return functional.relu(features + self.second(functional.relu(self.first(features))))


class PoseNetwork(nn.Module):
    """From BGR images 0..255 [n, 3, height, width] to maps at stride 8."""

    def __init__(self) -> None:
        super().__init__()
        outputs = FIELD_CHANNELS + HEATMAP_CHANNELS
        self.trunk = nn.Sequential(
            convolution(3, 32, stride=2),
            convolution(32, 64, stride=2),
            ResidualBlock(64),
            convolution(64, _WIDTH, stride=2),
            *(ResidualBlock(_WIDTH, dilation) for dilation in _DILATIONS),
        )
        self.guess = nn.Conv2d(_WIDTH, outputs, 1)
        self.refine = nn.Sequential(
            convolution(_WIDTH + outputs, _WIDTH, kernel=1), ResidualBlock(_WIDTH, 2)
        )
        self.correct = nn.Conv2d(_WIDTH, outputs, 1)
        for head in (self.guess, self.correct):
            # Most of every map is empty: training starts from there.
            nn.init.normal_(head.weight, std=0.003)
            nn.init.zeros_(head.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return fields [n, 38, rows, columns] and heatmaps [n, 19, rows, columns]."""
        return self.stages(image)[-1]

    def stages(self, image: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Return fields and heatmaps of both stages."""
        features = self.trunk(image / 127.5 - 1.0)
        guess = self.guess(features)
        correction = self.correct(self.refine(torch.cat([features, guess], 1)))
        return [_split(guess), _split(guess + correction)]


def _split(maps: Tensor) -> tuple[Tensor, Tensor]:
    return maps[:, :FIELD_CHANNELS], maps[:, FIELD_CHANNELS:]

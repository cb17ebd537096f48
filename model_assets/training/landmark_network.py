"""The demo landmark network: five points out of a face crop of 48 x 48 pixels."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from model_assets.training.mobilenet import convolution

SIZE = 48
POINTS = 5
_LAST = SIZE // 16


class LandmarkNetwork(nn.Module):
    """From BGR crops 0..255 [n, 3, 48, 48] to x0, y0 … x4, y4 in 0..1 of the crop."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(3, 16, stride=2),
            convolution(16, 24),
            convolution(24, 32, stride=2),
            convolution(32, 32),
            convolution(32, 48, stride=2),
            convolution(48, 48),
            convolution(48, 64, stride=2),
            nn.Conv2d(64, 96, _LAST, bias=False),
            nn.BatchNorm2d(96),
            nn.ReLU(inplace=True),
            nn.Conv2d(96, 2 * POINTS, 1),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return [n, 10, 1, 1]."""
        # In single precision up to here, since half a pixel is 0.01.
        return torch.sigmoid(self.layers(image / 127.5 - 1.0).float())

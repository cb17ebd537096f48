"""MobileNet v1 for two classes: clear and covered.

Architecture: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile
Vision Applications", 2017, table 1, with their width multiplier.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

BLOCKS: tuple[tuple[int, int], ...] = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
"""Output channels at width 1 and stride of each depthwise separable block."""
LOCAL = 1 + 2 * 11
"""Layers up to the last one at stride 16."""


class MobileNetV1(nn.Module):
    """Classifier from BGR frames 0..255 [n, 3, height, width] to two logits [n, 2]."""

    def __init__(self, width: float) -> None:
        super().__init__()
        channels = max(8, round(32 * width))
        layers = [convolution(3, channels, stride=2)]
        for full, stride in BLOCKS:
            after = max(8, round(full * width))
            layers.append(convolution(channels, channels, stride, groups=channels))
            layers.append(convolution(channels, after, kernel=1))
            channels = after
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(channels, 2)
        self.localiser = nn.Conv2d(max(8, round(512 * width)), 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits (clear, covered) of each frame."""
        return self.classify(self.features[LOCAL:](self.local_features(image)))

    def local_features(self, image: Tensor) -> Tensor:
        """Return the features at stride 16."""
        return self.features[:LOCAL](image / 127.5 - 1.0)

    def classify(self, features: Tensor) -> Tensor:
        """Return the logits of the features of the last block."""
        return self.classifier(self.dropout(features.mean((2, 3))))

    def learn(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of each frame and of each of its cells at stride 16 being hidden.

        The cells exist in training only: told where the cover lies, the network learns what a
        cover looks like instead of what else distinguishes the frames it was shown.
        """
        local = self.local_features(image)
        return self.classify(self.features[LOCAL:](local)), self.localiser(local)


class CoverProbability(nn.Module):
    """The classifier as it is shipped: frames 0..255 in, softmax (clear, covered) out."""

    def __init__(self, network: MobileNetV1) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """Return the probabilities (clear, covered) of each frame, [n, 2]."""
        return torch.softmax(self.network(image), dim=1)


def convolution(
    before: int, after: int, stride: int = 1, kernel: int = 3, groups: int = 1
) -> nn.Sequential:
    """Return convolution, batch normalisation and ReLU."""
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )

"""The demo mask network: a single-shot detector with the tensors of AIZOO's.

Residual trunk (He et al., 2016) and predictions on five grids (Liu et al., "SSD: Single Shot
MultiBox Detector", ECCV 2016).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from model_assets.training.mobilenet import convolution
from model_assets.training.pose_network import ResidualBlock

CLASSES, OFFSETS, BOXES = 2, 4, 4
"""Values of an anchor, and anchors of a cell."""

_RARE = -4.0


class MaskNetwork(nn.Module):
    """From BGR images 0..255 [n, 3, 260, 260] to classes [n, 5972, 2] and offsets [n, 5972, 4].

    Whether there is a face, and whether it wears a mask, are learnt apart: their product are the
    probabilities of a masked and of a bare face.
    """

    def __init__(self) -> None:
        super().__init__()
        fine = nn.Sequential(
            convolution(3, 24, stride=2),
            convolution(24, 32, stride=2),
            ResidualBlock(32),
            convolution(32, 64, stride=2),
            ResidualBlock(64),
            ResidualBlock(64, 2),
        )
        self.stages = nn.ModuleList(
            [
                fine,
                nn.Sequential(convolution(64, 96, stride=2), ResidualBlock(96)),
                convolution(96, 96, stride=2),
                convolution(96, 64, stride=2),
                convolution(64, 64, stride=2),
            ]
        )
        values = BOXES * (CLASSES + OFFSETS)
        self.heads = nn.ModuleList(
            [nn.Conv2d(width, values, 3, padding=1) for width in (64, 96, 96, 64, 64)]
        )
        for head in self.heads:
            # Hardly any anchor is a face: training starts from there.
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
            head.bias.data.view(BOXES, -1)[:, 0] = _RARE

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return probabilities and offsets."""
        logits, offsets = self.logits(image)
        face, masked = torch.sigmoid(logits).split(1, 2)
        return torch.cat([face * masked, face * (1 - masked)], 2), offsets

    def logits(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return log-odds of a face and its mask, and offsets; finest grid first, cell by cell."""
        features, parts = image / 127.5 - 1.0, []
        for stage, head in zip(self.stages, self.heads, strict=True):
            features = stage(features)
            values = head(features).permute(0, 2, 3, 1)
            parts.append(values.reshape(values.shape[0], -1, CLASSES + OFFSETS))
        joined = torch.cat(parts, 1).float()
        return joined[..., :CLASSES], joined[..., CLASSES:]

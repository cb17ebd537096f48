"""The demo embedding network, and the loss that spreads identities over the sphere."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_assets.training.mobilenet import convolution
from model_assets.training.pose_network import ResidualBlock

SIZE, VALUES = 128, 256
_LAST = SIZE // 16
_CHANNELS = 144

_SCALE, _MARGIN, _MARGIN_GROWN = 24.0, 0.25, 0.3


class EmbeddingNetwork(nn.Module):
    """From aligned BGR faces 0..255 [n, 3, 128, 128] to [n, 256, 1, 1], compared by cosine.

    Residual blocks and, as in MobileFaceNets (Chen et al., 2018), a depthwise convolution over
    the whole last map in place of a mean: where a feature lies in an aligned face matters.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(3, 32, stride=2),
            convolution(32, 48, stride=2),
            ResidualBlock(48),
            convolution(48, 96, stride=2),
            ResidualBlock(96),
            ResidualBlock(96),
            convolution(96, _CHANNELS, stride=2),
            ResidualBlock(_CHANNELS),
            nn.Conv2d(_CHANNELS, _CHANNELS, _LAST, groups=_CHANNELS, bias=False),
            nn.BatchNorm2d(_CHANNELS),
            nn.Conv2d(_CHANNELS, VALUES, 1, bias=False),
            nn.BatchNorm2d(VALUES),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return the embeddings, not of unit length."""
        return self.layers(image / 127.5 - 1.0).float()


class IdentityClassifier(nn.Module):
    """The network in training: the loss of telling the training identities apart.

    CosFace (Wang et al., CVPR 2018): a softmax over cosines, that of the true identity lowered by
    a margin, which grows from nothing so that training starts at all.
    """

    def __init__(self, identities: int) -> None:
        super().__init__()
        self.network = EmbeddingNetwork()
        self.centres = nn.Parameter(torch.randn(identities, VALUES))

    def forward(self, image: Tensor) -> Tensor:
        """Return embeddings of unit length [n, 256]."""
        return functional.normalize(self.network(image).flatten(1))

    def cosines(self, embeddings: Tensor) -> Tensor:
        """Return the cosines of [n, 256] with each identity's centre, [n, identities]."""
        return embeddings @ functional.normalize(self.centres).T


def margin_loss(cosines: Tensor, identity: Tensor, progress: float) -> Tensor:
    """Return the loss of cosines [n, identities] at a progress of 0..1."""
    margin = _MARGIN * min(1.0, progress / _MARGIN_GROWN)
    lowered = cosines - margin * functional.one_hot(identity, cosines.shape[1])
    return functional.cross_entropy(_SCALE * lowered, identity)

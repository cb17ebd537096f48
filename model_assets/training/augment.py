"""Random changes to frames during training that leave their labels true."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def augment(frames: Tensor, hidden: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return float frames 0..255 [n, 3, height, width], each changed in its own random way.

    The map of what is hidden, 0..1 [n, 1, rows, columns], is moved along.

    Mirrored, zoomed and shifted by up to a tenth; gain, colour gain, offset, grey, fine noise.
    """
    count = frames.shape[0]

    def draw(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator).to(frames.device)

    zoom = 1 - 0.12 * draw(count, 2)
    mirror = torch.where(draw(count) < 0.5, -1.0, 1.0)
    flip = torch.where(draw(count) < 0.15, -1.0, 1.0)
    shift = (2 * draw(count, 2) - 1) * (1 - zoom)
    affine = torch.zeros(count, 2, 3, device=frames.device)
    affine[:, 0, 0], affine[:, 1, 1] = zoom[:, 0] * mirror, zoom[:, 1] * flip
    affine[:, :, 2] = shift
    grid = functional.affine_grid(affine, list(frames.shape), align_corners=False)
    frames = functional.grid_sample(frames, grid, padding_mode="border", align_corners=False)
    grid = functional.affine_grid(affine, list(hidden.shape), align_corners=False)
    hidden = functional.grid_sample(hidden, grid, padding_mode="border", align_corners=False)
    grey = (draw(count, 1, 1, 1) < 0.12).float()
    frames = frames * (1 - grey) + frames.mean(1, keepdim=True) * grey
    gain = 0.75 + 0.5 * draw(count, 1, 1, 1) + 0.16 * (draw(count, 3, 1, 1) - 0.5)
    frames = frames * gain + 24 * (draw(count, 1, 1, 1) - 0.5)
    level = 7 * draw(count, 1, 1, 1) ** 2
    noise = torch.randn(frames.shape, generator=generator).to(frames.device)
    return (frames + level * noise).clamp(0, 255), hidden

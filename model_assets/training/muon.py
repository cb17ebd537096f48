"""The optimiser of the demo trainings: Muon for the convolutions, AdamW for all else.

Muon (Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024) steps in the
direction of the momentum made orthogonal, so that rare directions of a weight matrix are learned as
fast as common ones. The steps are scaled to the size of AdamW's (Liu et al., "Muon is Scalable for
LLM Training", 2025), so that both share a learning rate. Trainings of minutes need half of the
samples or less with it; PyTorch's own takes matrices only, no kernels of convolutions.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_MOMENTUM, _DECAY = 0.95, 0.02
_LIKE_ADAM = 0.2
# Of the fifth-order Newton-Schulz iteration, and how often it is applied.
_COEFFICIENTS, _ITERATIONS = (3.4445, -4.7750, 2.0315), 5


class Muon(torch.optim.Optimizer):
    """For kernels [out, in, rows, columns], each taken as a matrix [out, in * rows * columns]."""

    def __init__(self, kernels: Iterable[nn.Parameter]) -> None:
        super().__init__(kernels, {"lr": 1e-3})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Change the kernels by their gradients."""
        for group in self.param_groups:
            for kernel in group["params"]:
                state = self.state.setdefault(kernel, {})
                momentum = state.setdefault("momentum", torch.zeros_like(kernel))
                momentum.lerp_(kernel.grad, 1 - _MOMENTUM)
                ahead = kernel.grad.lerp(momentum, _MOMENTUM).contiguous()
                change = orthogonal(ahead.reshape(len(ahead), -1))
                kernel.mul_(1 - group["lr"] * _DECAY)
                size = _LIKE_ADAM * max(change.shape) ** 0.5
                kernel.sub_(change.reshape(kernel.shape), alpha=group["lr"] * size)


def orthogonal(matrix: Tensor) -> Tensor:
    """Return roughly the nearest matrix [rows, columns] whose singular values are all 1.

    They come out between 0.7 and 1.2, which is near enough; in bfloat16, as published.
    """
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    found = wide.bfloat16() / wide.norm().clamp(min=1e-7)
    a, b, c = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        gram = found @ found.T
        found = a * found + (b * gram + c * gram @ gram) @ found
    found = found.to(matrix.dtype)
    return found if wide is matrix else found.T


def optimisers_of(network: nn.Module) -> list[torch.optim.Optimizer]:
    """Return the optimisers that together learn all parameters of a network.

    Muon takes the convolutions within, which have no bias; AdamW vectors, kernels that read pixels
    or one channel each, and outputs.
    """
    kernels = [
        layer.weight
        for layer in network.modules()
        if isinstance(layer, nn.Conv2d)
        and layer.bias is None
        and layer.groups == 1
        and layer.in_channels > 3
    ]
    taken = {id(kernel) for kernel in kernels}
    others = [parameter for parameter in network.parameters() if id(parameter) not in taken]
    optimisers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(others, weight_decay=_DECAY, fused=True)
    ]
    return [Muon(kernels), *optimisers] if kernels else optimisers

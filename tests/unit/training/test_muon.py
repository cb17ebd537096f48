from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is installed only where networks are trained")


@pytest.mark.parametrize("shape", [(8, 40), (40, 8), (16, 16)])
def test_orthogonal_keeps_the_directions_and_evens_the_singular_values(
    shape: tuple[int, int],
) -> None:
    from model_assets.training.muon import orthogonal

    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    found = orthogonal(matrix)
    assert found.shape == matrix.shape
    values = torch.linalg.svdvals(found)
    assert values.min() > 0.3
    assert values.max() < 1.4
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    aligned = (left.T @ found @ right.T).diagonal()
    assert torch.allclose(aligned, values.new_ones(len(aligned)), atol=0.7)


def test_muon_learns_the_convolutions_within_and_adam_the_rest() -> None:
    from model_assets.training.muon import Muon, optimisers_of
    from model_assets.training.pose_network import PoseNetwork

    network = PoseNetwork()
    muon, adam = optimisers_of(network)
    assert isinstance(muon, Muon)
    kernels, others = (
        {id(parameter) for group in optimiser.param_groups for parameter in group["params"]}
        for optimiser in (muon, adam)
    )
    assert kernels.isdisjoint(others)
    assert kernels | others == {id(parameter) for parameter in network.parameters()}
    pixels, block = network.trunk[0][0].weight, network.trunk[2].first[0].weight
    assert id(pixels) in others
    assert id(block) in kernels
    assert id(network.guess.weight) in others


def test_muon_learns_a_convolution() -> None:
    from torch import nn

    from model_assets.training.muon import Muon

    torch.manual_seed(1)
    wanted, layer = (nn.Conv2d(4, 6, 3, bias=False) for _ in range(2))
    muon = Muon([layer.weight])
    images = torch.rand(8, 4, 9, 9) - 0.5

    def error() -> torch.Tensor:
        return (layer(images) - wanted(images)).square().mean()

    before = float(error().detach())
    for step in range(200):
        muon.param_groups[0]["lr"] = 0.02 * (1 - step / 200)
        layer.zero_grad()
        error().backward()
        muon.step()
    assert float(error().detach()) < 0.02 * before

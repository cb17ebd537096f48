from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is installed only where the network is trained")


@pytest.mark.parametrize(("width", "size"), [(0.25, (96, 128)), (0.5, (72, 128))])
def test_network_gives_two_probabilities_for_each_frame(
    width: float, size: tuple[int, int]
) -> None:
    from model_assets.training.mobilenet import CoverProbability, MobileNetV1

    model = CoverProbability(MobileNetV1(width)).eval()
    with torch.no_grad():
        probability = model(torch.full((2, 3, *size), 128.0))
    assert probability.shape == (2, 2)
    torch.testing.assert_close(probability.sum(1), torch.ones(2))


def test_augmentation_keeps_shape_and_range_and_follows_its_generator() -> None:
    from model_assets.training.augment import augment

    frames = torch.rand(4, 3, 24, 32, generator=torch.Generator().manual_seed(1)) * 255
    first, again = (augment(frames, torch.Generator().manual_seed(2)) for _ in range(2))
    assert first.shape == frames.shape
    assert first.min() >= 0
    assert first.max() <= 255
    assert torch.equal(first, again)
    assert not torch.equal(first, frames)

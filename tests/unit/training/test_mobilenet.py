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
    hidden = torch.zeros(4, 1, 6, 8)
    first, again = (augment(frames, hidden, torch.Generator().manual_seed(2))[0] for _ in range(2))
    assert first.shape == frames.shape
    assert first.min() >= 0
    assert first.max() <= 255
    assert torch.equal(first, again)
    assert not torch.equal(first, frames)


def test_the_map_of_what_is_hidden_moves_with_the_frame() -> None:
    from model_assets.training.augment import augment

    hidden = torch.zeros(16, 1, 24, 32)
    hidden[:, :, :10, :14] = 1
    frames, moved = augment(
        hidden.repeat(1, 3, 1, 1) * 255, hidden, torch.Generator().manual_seed(3)
    )
    for frame, mask in zip(frames.mean(1), moved[:, 0], strict=True):
        assert torch.corrcoef(torch.stack([frame.flatten(), mask.flatten()]))[0, 1] > 0.95
    assert not torch.equal(moved, hidden)

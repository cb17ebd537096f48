from __future__ import annotations

import numpy as np

from model_assets.training.photometry import coarsen, distant, hide_part, retouch, sharpened


def scene() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (48, 64, 3)).astype(np.uint8)


def test_retouched_image_keeps_shape_and_follows_its_generator() -> None:
    image = scene()
    kept = image.copy()
    first, again, other = (
        retouch(np.random.default_rng(seed), image, coarse_to=0.3) for seed in (4, 4, 5)
    )
    assert first.shape == image.shape
    assert first.dtype == np.uint8
    assert (first == again).all()
    assert (first != other).any()
    assert (image == kept).all()


def test_coarse_image_keeps_its_brightness_and_loses_its_detail() -> None:
    image = scene()
    coarse = coarsen(image, 0.25)
    assert abs(coarse.mean() - image.mean()) < 3
    assert coarse.std() < 0.5 * image.std()


def test_sharpening_amplifies_detail_and_keeps_the_brightness() -> None:
    image = scene() // 4 + 96
    sharp = sharpened(image, 1.0)
    assert abs(sharp.mean() - image.mean()) < 1
    assert sharp.std() > 1.5 * image.std()
    assert (sharpened(image, 0.0) == image).all()


def test_a_distant_picture_is_coarse_and_mostly_noisy() -> None:
    image = np.full((64, 64, 3), 128, np.uint8)
    seen = [distant(np.random.default_rng(seed), image, 0.25) for seed in range(40)]
    assert {picture.shape for picture in seen} == {image.shape}
    noisy = [picture for picture in seen if picture.std() > 0]
    assert 10 < len(noisy) < 40
    coarse = [abs(np.diff(picture.astype(int), axis=1)).mean() / picture.std() for picture in noisy]
    # White noise has 1.13; what was enlarged changes more slowly.
    assert np.median(coarse) < 0.8


def test_hidden_part_is_a_part() -> None:
    image = scene()
    changed = (hide_part(np.random.default_rng(2), image) != image).any(2).mean()
    assert 0.02 < changed < 0.17

from __future__ import annotations

import cv2
import numpy as np
import pytest

from model_assets.training.cover_shapes import share_hidden
from model_assets.training.covers import COVERS, HELD_OUT, PARTIAL, TRAINED, compose
from model_assets.training.noise import flat, fractal

HEIGHT, WIDTH = 120, 200


@pytest.mark.parametrize("kind", COVERS)
@pytest.mark.parametrize("hidden", [0.72, 0.9, 1.0])
def test_cover_hides_the_share_it_was_asked_for(kind: str, hidden: float) -> None:
    for seed in range(3):
        cover = COVERS[kind](np.random.default_rng(seed), HEIGHT, WIDTH, hidden)
        assert cover.kind == kind
        assert cover.hidden == pytest.approx(hidden, abs=0.02)


@pytest.mark.parametrize("kind", PARTIAL)
def test_partial_cover_leaves_three_quarters_of_the_frame_visible(kind: str) -> None:
    for seed in range(3):
        cover = COVERS[kind](np.random.default_rng(seed), HEIGHT, WIDTH, 0.24)
        assert cover.hidden < 0.26


@pytest.mark.parametrize("kind", COVERS)
def test_cover_is_valid_and_the_same_for_the_same_seed(kind: str) -> None:
    first, again, other = (
        COVERS[kind](np.random.default_rng(seed), HEIGHT, WIDTH, 0.8) for seed in (3, 3, 4)
    )
    assert first.opacity.shape == (HEIGHT, WIDTH)
    assert first.opacity.dtype == np.float32
    assert 0 <= first.opacity.min() <= first.opacity.max() <= 1
    assert first.surface.shape == (HEIGHT, WIDTH, 3)
    assert first.surface.dtype == np.uint8
    np.testing.assert_array_equal(first.surface, again.surface)
    np.testing.assert_array_equal(first.opacity, again.opacity)
    assert not np.array_equal(first.opacity, other.opacity)


@pytest.mark.parametrize("kind", COVERS)
def test_total_cover_leaves_no_fine_detail_of_the_scene(kind: str) -> None:
    board = np.indices((HEIGHT, WIDTH)).sum(0) // 4 % 2
    scene = np.repeat((board * 255).astype(np.uint8)[..., None], 3, 2)
    plain = flat(HEIGHT, WIDTH, (128, 128, 128))
    for seed in range(3):
        cover = COVERS[kind](np.random.default_rng(seed), HEIGHT, WIDTH, 1.0)
        difference = cv2.absdiff(compose(cover, scene), compose(cover, plain))
        assert np.quantile(difference, 0.9) < 12


@pytest.mark.parametrize("size", [(76, 114), (240, 427), (300, 200)])
def test_the_same_cover_fits_images_of_any_size_and_leaves_them_untouched(
    size: tuple[int, int],
) -> None:
    scene = flat(*size, (10, 200, 90))
    before = scene.copy()
    cover = COVERS["paper"](np.random.default_rng(1), HEIGHT, WIDTH, 0.75)
    result = compose(cover, scene)
    assert result.shape == scene.shape
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(scene, before)
    assert (result == scene).all(axis=2).mean() > 0.02
    assert (result != scene).any(axis=2).mean() > 0.7


@pytest.mark.parametrize("hidden", [0.05, 0.24, 0.5, 0.72, 0.99])
def test_share_hidden_is_exact_whatever_the_field(hidden: float) -> None:
    field = fractal(np.random.default_rng(7), HEIGHT, WIDTH)
    opacity = share_hidden(field, hidden, 0.1)
    assert (opacity > 0.5).mean() == pytest.approx(hidden, abs=0.005)


def test_held_out_kinds_are_at_least_three_and_never_trained_on() -> None:
    assert len(HELD_OUT) >= 3
    assert not set(HELD_OUT) & set(TRAINED)
    assert set(HELD_OUT) | set(TRAINED) == set(COVERS)

from __future__ import annotations

import numpy as np
import pytest
from deep_learning.errors import ConfigurationError

from tests.factories import noise_image, smooth_image
from vss.continuum.anonymise.heads import Head
from vss.continuum.anonymise.obscuring import obscure, region_of

HEAD = Head(200, 150, 80)


def changed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return (before != after).any(2)


def test_the_frame_itself_is_left_alone_and_nothing_but_heads_changes() -> None:
    image = noise_image(300, 400)
    before = image.copy()
    hidden = obscure(image, [HEAD])
    assert (image == before).all()
    touched = changed(image, hidden)
    assert touched[150 - 40 : 150 + 40, 200 - 40 : 200 + 40].mean() > 0.98
    touched[150 - 64 : 150 + 64, 200 - 64 : 200 + 64] = False
    assert not touched.any()


@pytest.mark.parametrize("head", [HEAD, Head(4, 295, 40), Head(398, 3, 7), Head(200, 150, 900)])
def test_the_region_of_a_head_is_what_is_obscured(head: Head) -> None:
    image = noise_image(300, 400)
    touched = changed(image, obscure(image, [head]))
    region = region_of(head, 400, 300)
    inside = np.array([[region.covers(x, y) for x in range(400)] for y in range(300)])
    assert not touched[~inside].any()
    assert touched[inside].mean() > 0.97


def test_a_head_of_a_few_pixels_is_obscured_with_what_its_place_may_be_off() -> None:
    region = region_of(Head(100, 100, 6), 400, 300)
    assert all(region.covers(100 + x, 100 + y) for x in (-7, 7) for y in (-7, 7))


def tinted(height: int, width: int, seed: int = 1) -> np.ndarray:
    """Return a picture of smooth tints, saturated nowhere."""
    return (smooth_image(height, width, seed) // 2 + 60).astype(np.uint8)


@pytest.mark.parametrize("cells", [2, 4, 8])
@pytest.mark.parametrize("height", [24, 80, 240])
def test_no_more_than_the_cells_is_left_whatever_the_size(cells: int, height: int) -> None:
    """Two frames with the same averages in every cell become one and the same."""
    cell, count = height // cells, 2 * cells
    side = cell * count
    noise = np.random.default_rng(1).integers(-50, 51, (count, cell, count, cell, 3))
    grains = noise - np.round(noise.mean((1, 3), keepdims=True)).astype(int)
    flat = np.repeat(np.repeat(tinted(count, count), cell, 0), cell, 1)
    grainy = (flat + grains.reshape(side, side, 3)).clip(0, 255).astype(np.uint8)
    # A head that fills the frame: its cells are those of the blocks.
    head = Head(side / 2, side / 2, side)
    first, second = (obscure(one, [head], count) for one in (flat, grainy))
    assert (flat != grainy).any(2).mean() > 0.9
    assert np.abs(first.astype(int) - second).mean() < 1.5


def luma(image: np.ndarray) -> np.ndarray:
    return image @ np.array([0.114, 0.587, 0.299])


def test_nothing_is_left_of_the_brightness() -> None:
    image = tinted(200, 200)
    shaded = (image * np.linspace(0.5, 1.2, 200)[:, None, None]).clip(0, 255).astype(np.uint8)
    for one in (image, shaded, np.repeat(noise_image(200, 200)[..., :1], 3, 2)):
        left = luma(obscure(one, [Head(100, 100, 130)])[10:190, 10:190])
        assert np.abs(left - 128).max() < 3


def test_the_mean_tint_and_the_contrast_are_gone() -> None:
    image = tinted(200, 200)
    warmer = (image * (0.5, 0.5, 0.5) + (10, 30, 60)).astype(np.uint8)
    head = Head(100, 100, 120)
    # All that is obscured.
    first, second = (obscure(one, [head])[13:187, 13:187] for one in (image, warmer))
    for one in (first, second):
        assert np.abs(one.mean((0, 1)) - 128).max() < 4
    assert np.abs(first.astype(int) - second).mean() < 3
    assert first.astype(float).std() > 12  # tints are left


@pytest.mark.parametrize(
    "head",
    [
        Head(-10, 50, 60),
        Head(399, 299, 50),
        Head(200, -15, 60),
        Head(-500, -500, 40),
        Head(200, 150, 5000),
        Head(200, 150, 0.5),
    ],
)
def test_heads_at_and_beyond_the_border_do_no_harm(head: Head) -> None:
    image = noise_image(300, 400)
    hidden = obscure(image, [head])
    assert hidden.shape == image.shape
    y, x = np.mgrid[:300, :400]
    inside = np.hypot(x + 0.5 - head.x, y + 0.5 - head.y) < head.height / 2 - 1
    assert changed(image, hidden)[inside].mean() > 0.97 if inside.any() else True


def test_a_small_head_within_a_large_one_shows_no_more_of_it() -> None:
    image = noise_image(300, 400)
    large, small = Head(200, 150, 200), Head(200, 140, 12)
    hidden = obscure(image, [large, small])
    alone = obscure(obscure(image, [small]), [large])
    assert (hidden == alone).all()
    assert np.abs(np.diff(hidden[100:200, 150:250].astype(int), axis=0)).max() < 16


@pytest.mark.parametrize("cells", [0, 0.99, 64.1, -4, float("nan")])
def test_a_strength_out_of_range_is_refused(cells: float) -> None:
    with pytest.raises(ConfigurationError, match=r"cells is .*; allowed are 1 to 64"):
        obscure(noise_image(40, 40), [], cells)

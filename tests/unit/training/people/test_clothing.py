from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model_assets.training.people.clothing import (
    BAGS,
    BOTTOMS,
    HEADWEAR,
    PATTERNS,
    SHOES,
    TOPS,
    sample_outfit,
)
from model_assets.training.people.fabric import ATLAS_PX, BLANK, atlas


def _outfits(count, feminine=0.5):
    rng = np.random.default_rng(0)
    return [sample_outfit(rng, feminine) for _ in range(count)]


def test_every_garment_is_worn_by_somebody():
    outfits = _outfits(600)
    worn = {name: {getattr(o, name) for o in outfits} for name in ("top", "bottom", "pattern")}
    assert worn == {"top": set(TOPS), "bottom": set(BOTTOMS), "pattern": set(PATTERNS)}
    assert {o.bag for o in outfits} == set(BAGS)
    assert {o.headwear for o in outfits} == set(HEADWEAR)
    assert {o.shoes for o in outfits} == set(SHOES)


def test_nobody_masculine_wears_dress_or_skirt():
    outfits = _outfits(200, feminine=0.0)
    assert all(o.top != "dress" and o.bottom != "skirt" for o in outfits)


def test_outfits_are_values_of_their_seed():
    assert _outfits(5) == _outfits(5)
    assert len(set(_outfits(20))) == 20


@pytest.mark.parametrize("detail", [0, 1])
@pytest.mark.parametrize("top", TOPS)
def test_the_atlas_shows_the_colours_of_the_outfit(top, detail):
    outfit = replace(_outfits(1)[0], top=top, pattern="plain", bag="none", looseness=0.3)
    outfit = replace(
        outfit, top_colour=(0.1, 0.5, 0.8), bottom="trousers", bottom_colour=(0.6, 0.3, 0.1)
    )
    image = atlas(outfit, detail) / 255
    side = ATLAS_PX[detail]
    assert image.shape == (side, side, 3)
    sleeve = np.median(image[: side // 2 - 8, int(0.66 * side) :], axis=(0, 1))
    leg = np.median(image[int(0.55 * side) : int(0.9 * side), : int(0.38 * side)], axis=(0, 1))
    assert sleeve == pytest.approx((0.1, 0.5, 0.8), abs=0.09)
    assert leg == pytest.approx((0.6, 0.3, 0.1), abs=0.09)


@pytest.mark.parametrize("pattern", [p for p in PATTERNS if p != "plain"])
def test_a_pattern_shows_the_second_colour(pattern):
    outfit = replace(_outfits(1)[0], top="t_shirt", bag="none", looseness=0.0, pattern=pattern)
    outfit = replace(outfit, top_colour=(0.1, 0.1, 0.1), second_colour=(0.1, 0.1, 0.95))
    red = atlas(outfit, 1)[:130, :162, 2] > 110
    assert red.mean() > 0.002
    assert red.mean() < 0.9


def test_parts_without_texture_find_white():
    side = ATLAS_PX[1]
    image = atlas(_outfits(1)[0], 1)
    assert (image[int(BLANK[1] * side), int(BLANK[0] * side)] == 255).all()

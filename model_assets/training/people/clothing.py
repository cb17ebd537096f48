"""What a person wears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_assets.training.noise import any_colour, hsv

Rng = np.random.Generator
Colour = tuple[float, float, float]
TOPS = ("t_shirt", "long_sleeves", "shirt", "hoodie", "jacket", "coat", "dress")
BOTTOMS = ("trousers", "jeans", "leggings", "shorts", "skirt")
PATTERNS = ("plain", "stripes", "checks", "print", "logo", "blocks")
SHOES = ("trainers", "boots", "leather")
BAGS = ("none", "backpack", "handbag", "shoulder_bag")
HEADWEAR = ("none", "cap", "hat", "beanie", "hood")


@dataclass(frozen=True, slots=True)
class Outfit:
    """Clothes; colours are BGR 0..1.

    Attributes:
        top: one of ``TOPS``.
        bottom: one of ``BOTTOMS`` (a dress goes with any; only shoes and legs show).
        pattern: of the top, one of ``PATTERNS``.
        under_colour: of what shows between the fronts of an open jacket or coat.
        looseness: 0 (tight) .. 1 (wide).
        tucked: whether the top ends under the belt.
        sleeves_rolled: whether long sleeves end at the elbow.
        seed: of folds and patterns.
    """

    top: str
    bottom: str
    pattern: str
    top_colour: Colour
    second_colour: Colour
    under_colour: Colour
    bottom_colour: Colour
    shoes: str
    shoe_colour: Colour
    sole_colour: Colour
    bag: str
    bag_colour: Colour
    headwear: str
    headwear_colour: Colour
    scarf: bool
    scarf_colour: Colour
    looseness: float
    tucked: bool
    sleeves_rolled: bool
    seed: int


def _colour(rng: Rng, saturation: float = 1.0) -> Colour:
    if rng.random() < 0.4:  # black, white, grey and navy are what most people wear
        colour = hsv(rng.uniform(0.55, 0.7), rng.uniform(0, 0.35), rng.choice([0.1, 0.2, 0.5, 0.9]))
    else:
        colour = any_colour(rng, saturation, 0.15)
    return scaled(colour, 1 / 255)


def scaled(colour: Colour, factor: float) -> Colour:
    """Return a colour times a factor, at most 1."""
    blue, green, red = (float(min(c * factor, 1.0)) for c in colour)
    return blue, green, red


def _bottom_colour(rng: Rng, bottom: str) -> Colour:
    if bottom == "jeans":
        return scaled(
            hsv(rng.uniform(0.57, 0.63), rng.uniform(0.25, 0.65), rng.uniform(0.2, 0.7)), 1 / 255
        )
    if bottom in ("trousers", "shorts") and rng.random() < 0.35:
        return scaled(
            hsv(rng.uniform(0.08, 0.13), rng.uniform(0.2, 0.5), rng.uniform(0.3, 0.75)), 1 / 255
        )
    return scaled(_colour(rng, 0.7), rng.uniform(0.5, 1.0))


def sample_outfit(rng: Rng, feminine: float = 0.5) -> Outfit:
    """Return random clothes; dresses and skirts are frequent where `feminine` is near 1."""
    dress, skirt = 0.14 * feminine, 0.2 * feminine
    top = str(rng.choice(TOPS, p=(0.25 - dress, 0.14, 0.19, 0.15, 0.17, 0.1, dress)))
    bottom = str(rng.choice(BOTTOMS, p=(0.4 - skirt, 0.38, 0.07, 0.15, skirt)))
    cold = top in ("coat", "jacket")
    if cold and bottom == "shorts":
        bottom = "jeans"
    shoe_colour = scaled(_colour(rng), rng.uniform(0.3, 1.0))
    white_sole = rng.random() < 0.5
    headwear = "none"
    if rng.random() < 0.16:
        warm = ("cap", "hat", "beanie") if not cold else ("beanie", "cap", "hat")
        headwear = str(rng.choice(warm, p=(0.5, 0.2, 0.3)))
    if top == "hoodie" and rng.random() < 0.15:
        headwear = "hood"
    return Outfit(
        top=top,
        bottom=bottom,
        pattern=str(rng.choice(PATTERNS, p=(0.46, 0.13, 0.11, 0.08, 0.13, 0.09))),
        top_colour=_colour(rng),
        second_colour=_colour(rng),
        under_colour=_colour(rng),
        bottom_colour=_bottom_colour(rng, bottom),
        shoes=str(rng.choice(SHOES, p=(0.55, 0.2, 0.25))),
        shoe_colour=shoe_colour,
        sole_colour=(0.85, 0.87, 0.88) if white_sole else scaled(shoe_colour, 0.4),
        bag=str(rng.choice(BAGS, p=(0.7, 0.13, 0.08, 0.09))),
        bag_colour=scaled(_colour(rng), 0.8),
        headwear=headwear,
        headwear_colour=_colour(rng),
        scarf=bool(rng.random() < (0.25 if cold else 0.02)),
        scarf_colour=_colour(rng),
        looseness=float(rng.beta(2, 2.5)),
        tucked=bool(top in ("shirt", "t_shirt") and rng.random() < 0.4),
        sleeves_rolled=bool(top in ("shirt", "long_sleeves") and rng.random() < 0.25),
        seed=int(rng.integers(2**31)),
    )

"""Every kind of uncovered scene, by name, each painted from a generator and a frame size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model_assets.training.figures import animal, close_person, crowd
from model_assets.training.noise import Image, Rng
from model_assets.training.places import plain_wall, room, shelf, street
from model_assets.training.portraits import portrait
from model_assets.training.textures import (
    blurred_backdrop,
    close_object,
    dead_leaves,
    foliage,
    landscape,
    pattern,
    poster,
    smooth_region,
)

Painter = Callable[[Rng, int, int], Image]


def peopled(rng: Rng, height: int, width: int) -> Image:
    """Return people in a room, a street, a landscape or before a blurred background."""
    places = (room, street, landscape, room, street, blurred_backdrop, dead_leaves)
    return crowd(rng, places[int(rng.integers(len(places)))](rng, height, width))


def near_person(rng: Rng, height: int, width: int) -> Image:
    """Return a person close to the camera who hides much of a room or street."""
    places = (room, street, shelf, blurred_backdrop)
    return close_person(rng, places[int(rng.integers(len(places)))](rng, height, width))


def collage(rng: Rng, height: int, width: int) -> Image:
    """Return two scenes side by side, as on a page or where a pillar divides the view."""
    kinds = (portrait, poster, room, close_object, dead_leaves)
    cut = int(width * rng.uniform(0.3, 0.7))
    first, second = (kinds[int(index)] for index in rng.integers(len(kinds), size=2))
    left = first(rng, height, cut)
    return np.concatenate([left, second(rng, height, width - cut)], axis=1)


ORDINARY: dict[str, tuple[Painter, float]] = {
    "room": (room, 2.0),
    "street": (street, 1.5),
    "people": (peopled, 2.0),
    "portrait": (portrait, 1.5),
    "animal": (animal, 0.7),
    "landscape": (landscape, 0.8),
    "foliage": (foliage, 0.7),
    "dead leaves": (dead_leaves, 1.0),
    "shelf": (shelf, 0.6),
    "poster": (poster, 0.8),
    "pattern": (pattern, 0.4),
    "object": (close_object, 0.8),
    "collage": (collage, 0.4),
}
"""Scenes with plenty to see: how to paint one and how often it is drawn."""

HARD: dict[str, Painter] = {
    "person close": near_person,
    "face close": portrait,
    "plain wall or floor": plain_wall,
    "smooth region": smooth_region,
}
"""Scenes that resemble a covered lens because little, or one near thing, is to be seen."""


def ordinary_scene(rng: Rng, height: int, width: int) -> Image:
    """Return a scene of a random ordinary kind."""
    weights = np.array([weight for _, weight in ORDINARY.values()])
    painters = [painter for painter, _ in ORDINARY.values()]
    return painters[int(rng.choice(len(painters), p=weights / weights.sum()))](rng, height, width)


def any_scene(rng: Rng, height: int, width: int) -> Image:
    """Return an ordinary scene or, less often, a hard one."""
    if rng.random() < 0.75:
        return ordinary_scene(rng, height, width)
    painters = list(HARD.values())
    return painters[int(rng.integers(len(painters)))](rng, height, width)

"""All places, by name."""

from __future__ import annotations

from collections.abc import Callable

from model_assets.training.noise import Rng
from model_assets.training.sites.car_park import car_park
from model_assets.training.sites.corridor import corridor
from model_assets.training.sites.entrance import entrance
from model_assets.training.sites.room import room
from model_assets.training.sites.site import Site
from model_assets.training.sites.street import street

SITES: dict[str, Callable[[Rng, bool], Site]] = {
    "entrance": entrance,
    "corridor": corridor,
    "car_park": car_park,
    "street": street,
    "room": room,
}
"""Builders that take a generator and whether it is night."""

"""Puts people into a place, before a camera, at random: the scenes of training and evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model_assets.training.casting import Player
from model_assets.training.noise import Rng
from model_assets.training.people.expression import sample_expression
from model_assets.training.people.figure import Figure
from model_assets.training.people.person import Placement, build_figure
from model_assets.training.people.postures import POSTURES, sample_posture
from model_assets.training.rendering.scene import Array, Camera, Scene
from model_assets.training.sites.catalogue import SITES
from model_assets.training.sites.site import Site, sample_spots

# Nearer than this two people would stand inside each other, metres between their middles.
_APART = 0.62
_TRIES = 40
_LEAST_DEPTH = 1.2
_FAR = 6.5
_AT_NIGHT = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Location:
    """A place by day or by night."""

    site: Site
    night: bool


@dataclass(frozen=True, slots=True)
class Direction:
    """How people are told to stand.

    Attributes:
        towards: share of them who look roughly towards the camera; the others look anywhere.
        spread: standard deviation of "roughly", radians.
        kinds: of posture.
        farthest: greatest distance from the camera along its line of sight, metres.
    """

    towards: float
    spread: float
    kinds: tuple[str, ...]
    farthest: float


# A face seen teaches more than a back.
ANYHOW = Direction(0.6, 0.6, tuple(POSTURES), 15.0)


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A scene and who is in it.

    Attributes:
        scene: to be rendered; figure i owns the meshes of owner i.
        figures: in the order of their owners.
        players: for each figure its index in the cast.
    """

    scene: Scene
    figures: tuple[Figure, ...]
    players: tuple[int, ...]


def sample_locations(rng: Rng, count: int) -> list[Location]:
    """Return random places, each by day or by night."""
    locations = []
    for name in rng.choice(list(SITES), size=count):
        night = bool(rng.random() < _AT_NIGHT)
        locations.append(Location(SITES[str(name)](rng, night), night))
    return locations


def stage(
    rng: Rng,
    site: Site,
    cast: Sequence[Player],
    camera: Camera,
    count: int,
    direction: Direction = ANYHOW,
) -> Staged:
    """Return the place with up to ``count`` of the cast where the camera sees them."""
    spots = _spots(rng, site, camera, min(count, len(cast)), direction.farthest)
    chosen = rng.choice(len(cast), size=len(spots), replace=False)
    figures = tuple(
        _figure(rng, cast[int(index)], spot, camera, owner, direction)
        for owner, (index, spot) in enumerate(zip(chosen, spots, strict=True))
    )
    return Staged(scene_with(site, camera, figures), figures, tuple(chosen.tolist()))


def scene_with(site: Site, camera: Camera, figures: Sequence[Figure]) -> Scene:
    """Return the place with the figures in it, seen by ``camera``."""
    return site.scene(camera, tuple(mesh for figure in figures for mesh in figure.meshes))


def _spots(rng: Rng, site: Site, camera: Camera, count: int, farthest: float) -> list[Array]:
    """Draw places on the floor whose upright person the camera sees, apart from each other."""
    spots: list[Array] = []
    for _ in range(_TRIES * count):
        if len(spots) == count:
            break
        spot = np.float32([*sample_spots(rng, site.floor, 1)[0], 0])
        apart = all(np.hypot(*(spot - other)[:2]) > _APART for other in spots)
        if apart and _in_view(rng, spot, camera, farthest):
            spots.append(spot)
    return spots


def _in_view(rng: Rng, spot: Array, camera: Camera, farthest: float) -> bool:
    """Tell whether chest and head are in the picture, and mostly the feet."""
    heights = np.float32([[0, 0, 0.1], [0, 0, 1.2], [0, 0, 1.7]])
    x, y, depth = camera.project(spot + heights).T
    inside = (x > 0) & (x < camera.width) & (y > 0) & (y < camera.height)
    near_enough = bool(depth.min() > _LEAST_DEPTH and depth.max() < farthest)
    return near_enough and bool(inside[1:].all()) and (bool(inside[0]) or rng.random() < 0.35)


def _figure(
    rng: Rng, player: Player, spot: Array, camera: Camera, owner: int, direction: Direction
) -> Figure:
    x, y = float(spot[0]), float(spot[1])
    heading = float(rng.uniform(-np.pi, np.pi))
    if rng.random() < direction.towards:
        heading = heading_towards(x, y, camera) + float(rng.normal(0, direction.spread))
    posture = sample_posture(rng, str(rng.choice(direction.kinds)))
    distance = float(np.hypot(x - camera.position[0], y - camera.position[1]))
    focal = camera.focal_px / 395  # 395 px: the network's picture at 60 degrees
    wearer = player.far if distance / focal > _FAR else player.near
    place = Placement(x, y, heading)
    return build_figure(wearer, posture, place, sample_expression(rng), owner)


def heading_towards(x: float, y: float, camera: Camera) -> float:
    """Return the heading (radians, 0 = towards -y) of a person at x, y who faces the camera."""
    return float(np.arctan2(camera.position[0] - x, -(camera.position[1] - y)))

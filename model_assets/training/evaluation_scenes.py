"""Frames and people that no network has seen, with what is true of them, to score networks on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model_assets.training.camera_shots import shoot
from model_assets.training.casting import Player, sample_guise
from model_assets.training.noise import Image, Rng
from model_assets.training.reference_photographs import reference_photographs
from model_assets.training.rendering.scene import Camera
from model_assets.training.scene_scoring import Actor
from model_assets.training.sites.catalogue import SITES
from model_assets.training.sites.site import (
    Site,
    camera_is_free,
    sample_camera,
    sample_spots,
    share_seen,
)
from model_assets.training.staging import ANYHOW, Direction, Location, sample_locations

WIDTH, HEIGHT = 1280, 720
SALT = 31
"""Mixed with the seed, as the splits of the training sets are: no frame is in any of those."""

_PLACES = 10
_DOOR = Direction(
    1.0, 0.3, ("standing", "walking", "carrying", "hands_on_hips", "arms_crossed"), 4.0
)
_TRIES = 400


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """People, the first of whom are enrolled.

    Attributes:
        players: everybody.
        references: pictures by person id of the enrolled, who come first in ``players``.
    """

    players: tuple[Player, ...]
    references: dict[str, list[Image]]

    def person_id(self, index: int) -> str | None:
        """Return the id of a player who is enrolled, None of a stranger."""
        ids = list(self.references)
        return ids[index] if index < len(ids) else None


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationFrame:
    """A frame, BGR [720, 1280, 3], and who is in it."""

    image: Image
    actors: tuple[Actor, ...]


def assemble_company(seed: int, enrolled: int, strangers: int) -> Company:
    """Return new people, bareheaded, some of them with three reference pictures."""
    rng = np.random.default_rng([SALT, seed])
    guises = [sample_guise(rng, bareheaded=True) for _ in range(enrolled + strangers)]
    studio = SITES["room"](rng, False)
    references = {
        f"person-{number:02}": reference_photographs(rng, guise, studio)
        for number, guise in enumerate(guises[:enrolled], start=1)
    }
    return Company(tuple(Player.of(guise) for guise in guises), references)


def evaluation_frames(
    seed: int, people: Company, surveyed: int, at_doors: int
) -> Iterator[EvaluationFrame]:
    """Yield frames of new places.

    Args:
        seed: of all that is drawn.
        people: who may be in them.
        surveyed: number of frames that overlook a place, one to four people anyhow in it.
        at_doors: number of frames of one or two people who come towards a camera near a door.
    """
    rng = np.random.default_rng([SALT, seed, 1])
    locations = sample_locations(rng, _PLACES)
    for _ in range(surveyed):
        location = locations[int(rng.integers(_PLACES))]
        camera = sample_camera(rng, location.site, WIDTH, HEIGHT)
        yield _frame(rng, location, camera, people, int(rng.integers(1, 5)), ANYHOW)
    lit = [location for location in locations if not location.night]
    for _ in range(at_doors):
        location = lit[int(rng.integers(len(lit)))]
        camera = door_camera(rng, location.site)
        yield _frame(rng, location, camera, people, int(rng.integers(1, 3)), _DOOR)


def _frame(
    rng: Rng,
    location: Location,
    camera: Camera,
    people: Company,
    count: int,
    direction: Direction,
) -> EvaluationFrame:
    shot = shoot(rng, location, camera, people.players, count, direction)
    ids = map(people.person_id, shot.players)
    return EvaluationFrame(shot.image, tuple(map(Actor, shot.sightings, ids)))


def door_camera(rng: Rng, site: Site) -> Camera:
    """Return a camera a little above the heads, that sees people two to four metres away."""
    for _ in range(_TRIES):
        here, there = sample_spots(rng, site.floor, 2)
        distance = float(np.hypot(*(there - here)))
        if not 2.2 < distance < 3.4:
            continue
        camera = Camera(
            (float(here[0]), float(here[1]), float(rng.uniform(1.8, 2.3))),
            (float(there[0]), float(there[1]), 1.25),
            float(rng.uniform(52, 68)),
            WIDTH,
            HEIGHT,
        )
        near = np.float32([there])
        if camera_is_free(camera, site) and share_seen(camera, site, near) == 1:
            return camera
    raise ValueError(f"in {_TRIES} tries no camera near a door was found")

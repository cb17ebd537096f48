"""What a camera sees: people staged in a place, photographed, and what is true of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model_assets.training.casting import Player
from model_assets.training.ground_truth import Sighting, sightings
from model_assets.training.noise import Image, Rng
from model_assets.training.rendering.lens import photograph, sample_conditions
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Camera
from model_assets.training.staging import ANYHOW, Direction, Location, stage


@dataclass(frozen=True, slots=True, eq=False)
class CameraShot:
    """A frame and who is in it.

    Attributes:
        image: BGR uint8, as large as the camera's.
        sightings: of each person.
        players: for each person the index in the cast.
    """

    image: Image
    sightings: tuple[Sighting, ...]
    players: tuple[int, ...]


def shoot(
    rng: Rng,
    location: Location,
    camera: Camera,
    cast: Sequence[Player],
    count: int,
    direction: Direction = ANYHOW,
    scale: float = 1.0,
) -> CameraShot:
    """Return a frame with up to ``count`` of the cast in it.

    Args:
        rng: source of randomness.
        location: where.
        camera: as large as the frame is to be.
        cast: who may be in it.
        count: of people, if there is room for them.
        direction: how they are told to stand.
        scale: what share of the size of the camera's own picture this one has been reduced to.
    """
    staged = stage(rng, location.site, cast, camera, count, direction)
    render = rasterise(staged.scene)
    seen = sightings(staged.figures, camera, render)
    conditions = sample_conditions(rng, location.night).reduced(scale)
    image = photograph(rng, render.image, conditions)
    return CameraShot(image, tuple(seen), staged.players)

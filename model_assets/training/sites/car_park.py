"""A car park in the open: bays, parked cars, lamp posts, hedges, a house at its side."""

from __future__ import annotations

import numpy as np

from model_assets.training.noise import Rng
from model_assets.training.sites import outdoors, surfaces
from model_assets.training.sites.construction import Material
from model_assets.training.sites.outdoors import Yard
from model_assets.training.sites.plants import foliage, hedge, tree
from model_assets.training.sites.site import Site
from model_assets.training.sites.vehicles import car

BAY_WIDTH, BAY_LENGTH = 2.6, 5.2
LANE = 6.5
HALF_WIDTH = 14.3
MOST_CARS = 6


def car_park(rng: Rng, night: bool = False) -> Site:
    """Return a car park: a pavement along a house (y < 3), two rows of bays and a lane."""
    yard = Yard(night)
    near, far = 4.0, 4.0 + BAY_LENGTH + LANE
    end = far + BAY_LENGTH
    _ground(rng, yard, near, end)
    free = _bays(rng, yard, (near, far))
    _surroundings(rng, yard, end)
    power = rng.uniform(3.5, 6.5)
    light = outdoors.lamp_light(rng, power)
    for x in (-8.0, 7.0):
        shift = float(rng.uniform(-0.8, 0.8))
        outdoors.lamp_post(yard, x + shift, near - 0.6, rng.uniform(4.0, 4.8), light, (0.0, 1.3))
        yard.block(x + shift - 0.2, near - 0.8, x + shift + 0.2, near - 0.4, 5.0)
    for x in (float(rng.uniform(-3, 2)),):
        outdoors.lamp_post(yard, x, end + 0.4, rng.uniform(4.2, 5.2), light, (0.0, -1.5))
    lane_start = near + BAY_LENGTH + 0.5
    floor = [
        (-HALF_WIDTH + 2, 0.6, HALF_WIDTH - 2, near - 1.7),
        (-HALF_WIDTH + 3, lane_start, HALF_WIDTH - 3, lane_start + LANE - 1.0),
        *free,
    ]
    sky = outdoors.daylight(rng, night)
    mounts = [
        (-9, 0.1, 2.9, 9, 0.3, 3.5),
        (-8, near - 0.9, 3.0, 9, near - 0.7, 3.5),
        (-9, end, 3.0, 9, end + 0.3, 3.5),
        (-HALF_WIDTH + 1.5, lane_start, 2.8, -HALF_WIDTH + 2, lane_start + 5, 3.4),
        (HALF_WIDTH - 2, lane_start, 2.8, HALF_WIDTH - 1.5, lane_start + 5, 3.4),
    ]
    return yard.site(sky, floor, mounts)


def _ground(rng: Rng, yard: Yard, near: float, end: float) -> None:
    """Lay asphalt, a pavement with a kerb, and grass beyond."""
    tar = Material(surfaces.asphalt(rng, rng.uniform(0.4, 0.56)), (7.0, 7.0), 0.85)
    outdoors.ground(rng, yard.place, tar, (-22, near - 0.9, 22, end + 0.2))
    slabs = Material(surfaces.paving(rng, (150, 158, 160)), (2.4, 2.4), 0.9)
    outdoors.ground(rng, yard.place, slabs, (-22, -0.5, 22, near - 1.0))
    outdoors.mark(yard.place, -22, near - 1.0, 22, near - 0.85, colour=(0.62, 0.63, 0.63))
    lawn = Material(surfaces.grass(rng), (2.5, 2.5), 1.0)
    outdoors.ground(rng, yard.place, lawn, (-22, end + 0.2, 22, end + 12), cell=6)


def _bays(rng: Rng, yard: Yard, rows: tuple[float, float]) -> list[tuple[float, ...]]:
    """Mark the bays and park cars in some; return the floor of the free ones."""
    paint = (0.75, 0.76, 0.76) if rng.random() < 0.8 else (0.25, 0.65, 0.8)
    count = round(2 * HALF_WIDTH / BAY_WIDTH)
    bays = [(row, k) for row in rows for k in range(count)]
    taken = {bays[k] for k in rng.permutation(len(bays))[: int(rng.integers(4, MOST_CARS + 1))]}
    free = []
    for start in rows:
        for line in range(count + 1):
            x = -HALF_WIDTH + line * BAY_WIDTH
            outdoors.mark(yard.place, x - 0.07, start, x + 0.07, start + BAY_LENGTH, colour=paint)
    for start, k in bays:
        x, y = -HALF_WIDTH + (k + 0.5) * BAY_WIDTH, start + BAY_LENGTH / 2
        if (start, k) not in taken:
            if 2 <= k < count - 2:
                free.append((x - 0.75, y - 2, x + 0.75, y + 2))
            continue
        turn = np.pi / 2 * float(rng.choice([-1, 1])) + float(rng.normal(0, 0.03))
        length, height = car(yard.place, rng, x + rng.normal(0, 0.08), y, turn)
        yard.block(x - 0.9, y - length / 2, x + 0.9, y + length / 2, height - 0.1)
    return free


def _surroundings(rng: Rng, yard: Yard, end: float) -> None:
    """Add the house behind the pavement, the far hedge or fence, trees, signs."""
    outdoors.house(rng, yard, (22, 0.0), (-22, 0.0), shops=rng.random() < 0.4)
    yard.block(-22, -1.0, 22, 0.0, 8.0)
    green = foliage(rng)
    for x in np.arange(-16, 17, rng.uniform(7.5, 11)):
        tree(yard.place, rng, green, float(x + rng.normal(0, 0.8)), end + rng.uniform(2.5, 6))
    if rng.random() < 0.5:
        for x in (-18.0, -9.0, 0.0, 9.0):
            hedge(yard.place, rng, green, (x, end + 1.0, 0), (x + 8.9, end + 1.9, 1.1))
    else:
        outdoors.fence(rng, yard, -20, 20, end + 1.2)
    outdoors.house(rng, yard, (-22, end + 10), (2, end + 10), shops=False)
    outdoors.house(rng, yard, (2, end + 11), (22, end + 11), shops=False, floors=3)
    outdoors.house(rng, yard, (-22, -2), (-22, end + 10), shops=False)
    outdoors.house(rng, yard, (22, end + 10), (22, -2), shops=False, floors=3)
    outdoors.kiosk(rng, yard, float(rng.uniform(-10, 10)), 3.0 - 0.4)
    outdoors.road_sign(rng, yard.place, float(rng.uniform(-12, 12)), end + 0.6, 0.0)

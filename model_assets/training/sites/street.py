"""A street with shops: pavements, road or pedestrian zone, trees, lamps, parked cars."""

from __future__ import annotations

import numpy as np

from model_assets.training.noise import Rng, hsv, shade
from model_assets.training.sites import furniture, outdoors, surfaces
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.outdoors import Yard
from model_assets.training.sites.plants import foliage, potted_plant, tree
from model_assets.training.sites.site import Site
from model_assets.training.sites.vehicles import car

START, END = -5.0, 36.0
KERB = 0.12


def street(rng: Rng, night: bool = False) -> Site:
    """Return a street along the y axis between two rows of houses."""
    yard = Yard(night)
    road, walk = float(rng.uniform(2.6, 3.4)), float(rng.uniform(3.0, 4.2))
    wall = road + walk
    traffic = rng.random() < 0.65
    _ground(rng, yard, road, wall, traffic)
    _houses(rng, yard, wall)
    lane = [
        (-wall + 0.5, START + 3, -road - 1.15, END - 8),
        (road + 1.15, START + 3, wall - 0.5, END - 8),
    ]
    if not traffic:
        lane.append((-road + 1.2, START + 3, road - 1.2, END - 8))
    for side in (-1, 1):
        _kerbside(rng, yard, side, road)
    if traffic:
        _traffic(rng, yard, road)
    sky = outdoors.daylight(rng, night)
    mounts = [
        (-wall + 0.1, START + 2, 2.8, -wall + 0.3, 16, 3.5),
        (wall - 0.3, START + 2, 2.8, wall - 0.1, 16, 3.5),
        (-road - 1.2, START + 1, 3.0, -road - 1.0, START + 2, 3.5),
        (road + 1.0, START + 1, 3.0, road + 1.2, START + 2, 3.5),
    ]
    return yard.site(sky, lane, mounts)


def _ground(rng: Rng, yard: Yard, road: float, wall: float, traffic: bool) -> None:
    """Lay the pavements and between them a road, lower by the kerb, or paving."""
    stone = hsv(rng.uniform(0.04, 0.14), rng.uniform(0.02, 0.2), rng.uniform(0.5, 0.72))
    image = surfaces.paving(rng, stone, int(rng.choice([4, 6, 8])), int(rng.choice([3, 4, 5])))
    slabs = Material(image, (2.2, 2.2), 0.85)
    for x0, x1 in ((-wall, -road), (road, wall)):
        outdoors.ground(rng, yard.place, slabs, (x0, START, x1, END))
    if not traffic:
        middle = Material(surfaces.paving(rng, shade(stone, 0.85), 12, 8), (1.6, 1.6), 0.85)
        outdoors.ground(rng, yard.place, middle, (-road, START, road, END))
        return
    tar = Material(surfaces.asphalt(rng, rng.uniform(0.36, 0.5)), (7.0, 7.0), 0.85)
    outdoors.ground(rng, yard.place, tar, (-road, START, road, END), -KERB)
    curb = Material(surfaces.concrete(rng, 0.62), (2.0, 2.0))
    for x0, x1 in ((-road - 0.02, -road + 0.16), (road - 0.16, road + 0.02)):
        yard.place.box(curb, (x0, START, -KERB), (x1, END, 0.003))
    crossing = float(rng.uniform(4, 12))
    for y in np.arange(START, END, 3.0):
        if not crossing - 2 < y < crossing + 3.5:
            outdoors.mark(yard.place, -0.06, float(y), 0.06, float(y) + 1.5, -KERB)
    for x in np.arange(-road + 0.3, road - 0.4, 0.9):
        outdoors.mark(yard.place, float(x), crossing, float(x) + 0.45, crossing + 3, -KERB)


def _houses(rng: Rng, yard: Yard, wall: float) -> None:
    """Line the street with houses and close it at both ends."""
    for side in (-1, 1):
        y = START
        while y < END:
            top = min(y + float(rng.uniform(9, 16)), END)
            ends = ((side * wall, y), (side * wall, top))
            start, end = ends if side < 0 else ends[::-1]
            outdoors.house(rng, yard, start, end, rng.random() < 0.8, int(rng.integers(2, 4)))
            y = top
        far = side * (wall + 2)
        yard.block(min(side * wall, far), START, max(side * wall, far), END, 9)
    outdoors.house(rng, yard, (-wall, END), (wall, END), True, 3)
    outdoors.house(rng, yard, (wall, START), (-wall, START), False, 3)
    yard.block(-wall, START - 2, wall, START, 9)


def _kerbside(rng: Rng, yard: Yard, side: int, road: float) -> None:
    """Put trees, lamps, bins, benches, bollards and signs along the kerb."""
    x = side * (road + 0.5)
    green = foliage(rng)
    light = outdoors.lamp_light(rng, rng.uniform(4, 7))
    kinds = ("lamp", "tree", "bin", "bench", "bollards", "sign", "pot")
    for k, y in enumerate(np.arange(START + 4, END - 6, rng.uniform(3.6, 5.0))):
        kind = "lamp" if k % 3 == (side + 1) // 2 else str(rng.choice(kinds[1:]))
        _kerb_item(rng, yard, kind, x, float(y + rng.normal(0, 0.3)), side, green, light)


def _kerb_item(
    rng: Rng,
    yard: Yard,
    kind: str,
    x: float,
    y: float,
    side: int,
    green: Material,
    light: tuple[float, float, float],
) -> None:
    """Put one thing at the kerb."""
    place = yard.place
    if kind == "lamp":
        outdoors.lamp_post(yard, x, y, float(rng.uniform(4.2, 5.2)), light, (side * 0.9, 0.0))
        yard.block(x - 0.2, y - 0.2, x + 0.2, y + 0.2, 4.0)
    elif kind == "tree":
        tree(place, rng, green, x, y)
        yard.block(x - 0.18, y - 0.18, x + 0.18, y + 0.18, 3.0)
    elif kind == "bin":
        place.join(furniture.bin_(rng, 0.9), (x, y, 0), side * np.pi / 2)
    elif kind == "bench":
        wood = furniture.board(rng)
        place.join(furniture.bench(rng, wood, 1.7, True), (x, y, 0), side * np.pi / 2)
        yard.block(x - 0.25, y - 0.85, x + 0.25, y + 0.85, 0.8)
    elif kind == "bollards":
        for step in (-0.9, 0.0, 0.9):
            outdoors.bollard(place, x, y + step)
    elif kind == "sign":
        outdoors.road_sign(rng, place, x, y, float(rng.choice([0.0, np.pi])))
    else:
        potted_plant(place, rng, x, y, 1.0)


def _traffic(rng: Rng, yard: Yard, road: float) -> None:
    """Park a few cars at the kerbs."""
    for _ in range(int(rng.integers(1, 5))):
        side = int(rng.choice([-1, 1]))
        x, y = side * (road - 1.25), float(rng.uniform(12, END - 6))
        near = [box for box in yard.obstacles if box[0] < x < box[3] and abs(box[1] + 2.3 - y) < 6]
        if near:
            continue
        local = Construction()
        length, height = car(local, rng, 0, 0, side * np.pi / 2)
        yard.place.join(local, (x, y, -KERB))
        yard.block(x - 0.9, y - length / 2, x + 0.9, y + length / 2, height - 0.2)

"""The entrance hall of a building: glass front, reception, turnstiles, seats."""

from __future__ import annotations

import numpy as np

from model_assets.training.noise import Rng, hsv
from model_assets.training.rendering.scene import Sun
from model_assets.training.sites import furniture, interior, pictures, surfaces
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.interior import Room
from model_assets.training.sites.materials import GLOSSY, MATT, SATIN, dull, picture, tone
from model_assets.training.sites.plants import potted_plant
from model_assets.training.sites.site import Site

FRONT_HEIGHT = 2.6


def entrance(rng: Rng, night: bool = False) -> Site:
    """Return a hall whose glass front with the door is at the far end (greatest y)."""
    room = Room(
        float(rng.uniform(7.5, 10.5)), float(rng.uniform(8.5, 12.5)), float(rng.uniform(2.9, 3.6))
    )
    door = float(rng.uniform(0.42, 0.58) * room.width)
    glass = (1.0, room.width - 1.0, 0.0, FRONT_HEIGHT)
    interior.shell(rng, room, {"back": [glass]})
    _glass_front(rng, room, door, glass, night)
    interior.ceiling_lamps(rng, room, rng.uniform(3.6, 4.4), rng.uniform(2.2, 2.9), rows=2)
    reception_left = rng.random() < 0.5
    _reception(rng, room, reception_left)
    _waiting(rng, room, not reception_left)
    left, right = (3.1, room.width - 1.6) if reception_left else (1.6, room.width - 3.1)
    barrier = room.depth * rng.uniform(0.36, 0.48) if rng.random() < 0.5 else None
    if barrier is not None:
        _turnstiles(room, barrier, (left, right))
    _walls(rng, room)
    floor = [(left, 1.0, right, room.depth - 0.8)]
    if barrier is not None:
        floor = [(left, 1.0, right, barrier - 0.9), (left, barrier + 0.9, right, room.depth - 0.8)]
    return _site(rng, room, floor, night)


def _site(rng: Rng, room: Room, floor: list[tuple[float, ...]], night: bool) -> Site:
    """Light the hall and say where cameras hang."""
    w, d, top = room.width, room.depth, room.height - 0.15
    mounts = [
        (0.25, 0.2, 2.3, w - 0.25, 0.35, top),
        (0.2, 0.2, 2.4, 0.3, d * 0.5, top),
        (w - 0.3, 0.2, 2.4, w - 0.2, d * 0.5, top),
        (1.5, d - 0.35, 2.65, w - 1.5, d - 0.25, top),
    ]
    sky = tone(0.1, 0.03, 0.8)
    slope = np.array([rng.normal(0, 0.5), -1.0, -rng.uniform(0.6, 1.2)])
    slope /= np.linalg.norm(slope)
    suns = ()
    if not night and rng.random() < 0.45:
        way = (float(slope[0]), float(slope[1]), float(slope[2]))
        suns = (Sun(way, (0.6, 0.7, 0.75)),)
    return room.site(
        suns=suns,
        sky=sky,
        ground=(0.62, 0.64, 0.66),
        ambient=0.42,
        floor=floor,
        mounts=mounts,
    )


def _glass_front(rng: Rng, room: Room, door: float, glass: tuple[float, ...], night: bool) -> None:
    """Add posts, sliding doors with a warning band, mat and what is seen outside."""
    wall, place = room.walls["back"], room.place
    left, right, _, top = glass
    frame = tone(0.1, 0.05, float(rng.choice([0.15, 0.3, 0.85])))
    posts = [*np.linspace(left, door - 1.0, 3), *np.linspace(door + 1.0, right, 3), door]
    for x in posts:
        wall.box(place, SATIN, x - 0.035, x + 0.035, 0, top, 0.07, frame)
    for z, high in ((0.0, 0.09), (2.2, 0.07), (top - 0.06, 0.06)):
        wall.box(place, SATIN, left, right, z, z + high, 0.06, frame)
    for x in (door - 0.12, door + 0.12):
        wall.box(place, GLOSSY, x - 0.015, x + 0.015, 0.9, 1.3, 0.1, (0.7, 0.7, 0.68))
    band = dull(rng, 0.4, 0.9)
    for x in np.arange(left + 0.15, right - 0.15, 0.18):
        wall.panel(place, MATT, float(x), float(x) + 0.07, 1.38, 1.45, band, out=0.01)
    _outside(rng, room, night)
    mat = Material(surfaces.carpet(rng, hsv(rng.random(), 0.15, 0.25), False), (0.6, 0.6))
    place.panel(mat, (door - 1.1, room.depth - 0.25, 0.012), (2.2, 0, 0), (0, -1.3, 0))


def _outside(rng: Rng, room: Room, night: bool) -> None:
    """Add the pavement before the door and a view of the street behind it."""
    place, y = room.place, room.depth
    slabs = Material(surfaces.paving(rng, (150, 156, 160)), (2.4, 2.4))
    bright = (0.12,) * 3 if night else (1.0,) * 3
    place.panel(slabs, (-6, y + 5, -0.02), (room.width + 12, 0, 0), (0, -5, 0), bright)
    shown = picture(pictures.view(rng, night), 0.35 if night else 0.95)
    start = (-6, y + 5, 5.0)
    place.panel(shown, start, (room.width + 12, 0, 0), (0, 0, -5.2), fit=True)


def _reception(rng: Rng, room: Room, left: bool) -> None:
    """Add the reception desk, its chair and a name on the wall behind it."""
    wood, y = furniture.board(rng), float(rng.uniform(0.42, 0.58) * room.depth)
    length = float(rng.uniform(2.2, 3.2))
    x, turn = (1.9, np.pi / 2) if left else (room.width - 1.9, -np.pi / 2)
    room.place.join(furniture.counter(rng, wood, length), (x, y, 0), turn)
    chair_x = 0.95 if left else room.width - 0.95
    room.place.join(furniture.office_chair(rng), (chair_x, y + 0.3, 0), turn + rng.normal(0, 0.3))
    room.block(x - 0.45, y - length / 2, x + 0.45, y + length / 2, 1.1)
    wall = room.walls["left" if left else "right"]
    at = y if left else room.depth - y
    name = pictures.sign(rng, str(rng.choice(pictures.WORDS)), hsv(rng.random(), 0.5, 0.4))
    interior.hang(rng, room.place, wall, at, name, 1.5, 2.1)


def _waiting(rng: Rng, room: Room, left: bool) -> None:
    """Add seats, a low table and plants at the other side."""
    x, turn = (0.5, np.pi / 2) if left else (room.width - 0.5, -np.pi / 2)
    y = float(rng.uniform(0.35, 0.6) * room.depth)
    length = float(rng.uniform(1.6, 2.4))
    room.place.join(furniture.sofa(rng, length), (x, y, 0), turn)
    room.block(x - 0.5, y - length / 2, x + 0.5, y + length / 2, 0.8)
    for shift in (-length / 2 - 0.5, length / 2 + 0.5):
        if rng.random() < 0.8:
            near = 0.45 if left else room.width - 0.45
            potted_plant(room.place, rng, near, y + shift, float(rng.uniform(1.0, 1.7)))


def _turnstiles(room: Room, y: float, span: tuple[float, float]) -> None:
    """Add a row of turnstiles across the hall."""
    for x in np.arange(span[0], span[1], 0.95):
        room.place.join(furniture.turnstile(), (float(x), y, 0))
        room.block(float(x) - 0.15, y - 0.62, float(x) + 0.15, y + 0.62, 1.0)


def _walls(rng: Rng, room: Room) -> None:
    """Add posters, lifts or doors, a clock, the sign of the way out, a bin."""
    place = room.place
    left, right, front, back = (room.walls[name] for name in ("left", "right", "front", "back"))
    for wall, at in ((left, 1.3), (right, 1.4), (right, room.depth - 1.6)):
        if rng.random() < 0.75:
            interior.hang(rng, place, wall, at, pictures.poster(rng), rng.uniform(0.55, 0.9))
    interior.door(rng, place, left, room.depth - 1.7)
    for at in (room.width * 0.3, room.width * 0.52):
        lift(place, front, at)
    interior.hang(rng, place, front, room.width * 0.76, pictures.notice_board(rng), 1.4)
    interior.way_out(place, back, room.width / 2, FRONT_HEIGHT + 0.04)
    interior.fire_point(place, front, room.width * 0.92)
    place.join(furniture.bin_(rng), (room.width - 0.35, room.depth - 0.4, 0), -np.pi / 2)
    if rng.random() < 0.4:
        place.join(furniture.vending_machine(rng), (0.05, 0.9, 0), np.pi / 2)
        room.block(0, 0.4, 0.9, 1.4, 1.8)


def lift(place: Construction, wall: interior.Wall, at: float) -> None:
    """Add the steel doors of a lift with its button."""
    steel = tone(0.1, 0.05, 0.55)
    wall.box(place, SATIN, at - 0.6, at - 0.5, 0, 2.2, 0.06, steel)
    wall.box(place, SATIN, at + 0.5, at + 0.6, 0, 2.2, 0.06, steel)
    wall.box(place, SATIN, at - 0.5, at + 0.5, 2.1, 2.2, 0.06, steel)
    for x0, x1 in ((at - 0.5, at - 0.006), (at + 0.006, at + 0.5)):
        wall.panel(
            place, GLOSSY, x0, x1, 0, 2.1, tone(0.1, 0.04, 0.66), out=0.02, edges=(0.12,) * 4
        )
    wall.box(place, SATIN, at + 0.75, at + 0.85, 1.0, 1.2, 0.02, steel)

"""Furnished rooms: office, shop, waiting room, living room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model_assets.training.noise import Rng, hsv
from model_assets.training.rendering.scene import Sun
from model_assets.training.sites import furniture, interior, pictures, surfaces
from model_assets.training.sites.construction import Material
from model_assets.training.sites.interior import Room
from model_assets.training.sites.materials import dull, picture, tone
from model_assets.training.sites.plants import potted_plant
from model_assets.training.sites.site import Site

Floor = list[tuple[float, ...]]


def room(rng: Rng, night: bool = False) -> Site:
    """Return a room with windows at its left (x = 0) and furniture along the walls."""
    hall = Room(
        float(rng.uniform(5.5, 8)), float(rng.uniform(6.5, 10)), float(rng.uniform(2.6, 3.2))
    )
    panes = _windows(rng, hall)
    interior.shell(rng, hall, {"left": panes})
    _outside(rng, hall, night)
    for pane in panes:
        interior.window(rng, hall.place, hall.walls["left"], *pane)
    interior.ceiling_lamps(rng, hall, rng.uniform(2.6, 3.4), rng.uniform(1.3, 2.0), rows=2)
    furnish = FURNISHED[int(rng.integers(len(FURNISHED)))]
    floor = furnish(rng, hall)
    _fittings(rng, hall)
    w, d, top = hall.width, hall.depth, hall.height - 0.12
    mounts = [
        (0.2, 0.15, 2.2, w - 0.2, 0.3, top),
        (0.15, 0.15, 2.3, 0.3, d * 0.4, top),
        (w - 0.3, 0.15, 2.3, w - 0.2, d * 0.4, top),
        (0.3, d - 0.3, 2.3, w - 0.3, d - 0.2, top),
    ]
    return hall.site(
        suns=_window_light(rng, night),
        sky=tone(0.1, 0.03, 0.8),
        ground=(0.62, 0.64, 0.66),
        ambient=float(rng.uniform(0.34, 0.46)),
        floor=floor,
        mounts=mounts,
    )


def _outside(rng: Rng, hall: Room, night: bool) -> None:
    """Put up the view so far from the windows that the sun comes in over it."""
    outside = picture(pictures.view(rng, night), 0.35 if night else 0.75)
    start, across = (-2.6, -5.0, 3.6), (0.0, hall.depth + 10.0, 0.0)
    hall.place.panel(outside, start, across, (0.0, 0.0, -4.4), fit=True)


def _window_light(rng: Rng, night: bool) -> tuple[Sun, ...]:
    """Return sunshine through the windows, on some days."""
    if night or rng.random() < 0.6:
        return ()
    way = np.array([1.0, rng.normal(0, 0.4), -rng.uniform(1.0, 1.6)])
    way /= np.linalg.norm(way)
    return (Sun((float(way[0]), float(way[1]), float(way[2])), (0.6, 0.7, 0.75)),)


def _windows(rng: Rng, hall: Room) -> list[tuple[float, ...]]:
    """Return the openings of the left wall."""
    count = int(rng.integers(1, 4))
    step = hall.depth / count
    bottom = float(rng.choice([0.5, 0.9, 1.0]))
    wide = min(step - 0.5, float(rng.uniform(1.2, 2.4)))
    return [
        ((k + 0.5) * step - wide / 2, (k + 0.5) * step + wide / 2, bottom, 2.2)
        for k in range(count)
    ]


def _fittings(rng: Rng, hall: Room) -> None:
    """Add a door, pictures, a clock and the way out."""
    back, right, front = (hall.walls[name] for name in ("back", "right", "front"))
    interior.door(rng, hall.place, front, 1.2)
    interior.way_out(hall.place, front, 1.2, 2.2)
    at = float(rng.uniform(0.3, 0.7) * hall.width)
    choice = int(rng.integers(3))
    image = (pictures.painting, pictures.notice_board, pictures.poster)[choice](rng)
    interior.hang(rng, hall.place, back, at, image, (1.2, 1.6, 0.7)[choice], 1.75)
    interior.hang(rng, hall.place, right, hall.depth - 0.8, pictures.poster(rng), 0.6, 1.7)
    interior.hang(rng, hall.place, back, at + 1.3, pictures.clock(rng), 0.32, 2.2)
    if rng.random() < 0.7:
        potted_plant(hall.place, rng, 0.4, hall.depth - 0.45, float(rng.uniform(1.1, 1.8)))


def _row_of_cupboards(rng: Rng, hall: Room, fronts: tuple[str, ...], height: float) -> None:
    """Line the right wall with cupboards, shelves or bookcases."""
    wood, y = furniture.board(rng), 0.6
    while y < hall.depth - 2.6:
        width = float(rng.uniform(0.9, 1.3))
        front = str(rng.choice(fronts))
        piece = furniture.cupboard(rng, wood, width, height, front)
        hall.place.join(piece, (hall.width, y + width / 2, 0), -np.pi / 2)
        hall.block(hall.width - 0.45, y, hall.width, y + width, height)
        y += width + (0.02 if rng.random() < 0.7 else 0.8)


def office(rng: Rng, hall: Room) -> Floor:
    """Put desks along the windows, cupboards opposite; a lane between them."""
    wood = furniture.board(rng)
    y = 1.3
    while y < hall.depth - 1.2:
        piece = furniture.desk(rng, wood)
        hall.place.join(piece, (0.95, y, 0), np.pi / 2)
        hall.place.join(
            furniture.office_chair(rng),
            (1.45 + rng.uniform(0, 0.2), y + rng.normal(0, 0.15), 0),
            np.pi / 2 * -1 + rng.normal(0, 0.5),
        )
        hall.block(0.2, y - 0.75, 0.95, y + 0.75, 1.2)
        y += 1.5 + float(rng.choice([0.05, 0.6]))
    _row_of_cupboards(rng, hall, ("doors", "books", "doors"), float(rng.choice([1.2, 1.9])))
    return [(2.1, 0.8, hall.width - 0.9, hall.depth - 0.6)]


def shop(rng: Rng, hall: Room) -> Floor:
    """Put shelves along the walls and a row in the middle, a till near the door."""
    wood = furniture.board(rng)
    _row_of_cupboards(rng, hall, ("goods",), 1.9)
    middle, start, end = hall.width * 0.5, hall.depth * 0.42, hall.depth - 1.5
    count = max(1, round((end - start) / 1.2))
    for k in range(count):
        y = start + (end - start) * (k + 0.5) / count
        for turn in (np.pi / 2, -np.pi / 2):
            piece = furniture.cupboard(rng, wood, (end - start) / count, 1.45, "goods")
            hall.place.join(piece, (middle, y, 0), turn)
    hall.block(middle - 0.42, start, middle + 0.42, end, 1.45)
    hall.place.join(furniture.counter(rng, wood, 1.8), (middle, 1.0, 0), np.pi)
    hall.block(middle - 0.95, 0.6, middle + 0.95, 1.4, 1.1)
    return [
        (0.7, 0.6, middle - 1.2, hall.depth - 1.7),
        (middle + 0.75, 1.6, hall.width - 0.75, hall.depth - 0.8),
        (middle - 1.0, 1.9, middle + 0.7, start - 0.4),
    ]


def waiting_room(rng: Rng, hall: Room) -> Floor:
    """Put rows of chairs along two walls and a low table."""
    colour = dull(rng, 0.2, 0.8)
    wood = furniture.board(rng)
    for y in np.arange(1.6, hall.depth - 1.0, 0.58):
        if rng.random() < 0.9:
            hall.place.join(
                furniture.chair(rng, colour), (hall.width - 0.35, float(y), 0), -np.pi / 2
            )
    for x in np.arange(1.2, hall.width - 1.2, 0.58):
        hall.place.join(furniture.chair(rng, colour), (float(x), hall.depth - 0.35, 0))
    hall.place.join(furniture.table(wood, 0.9, 0.55, 0.45), (0.9, hall.depth * 0.5, 0), np.pi / 2)
    if rng.random() < 0.6:
        hall.place.join(furniture.vending_machine(rng), (hall.width, 0.75, 0), -np.pi / 2)
        hall.block(hall.width - 0.85, 0.3, hall.width, 1.2, 1.8)
    return [(1.4, 0.8, hall.width - 1.1, hall.depth - 1.0)]


def living_room(rng: Rng, hall: Room) -> Floor:
    """Put a sofa, a rug, a low table, a bookcase and a dining table into the room."""
    wood = furniture.board(rng)
    sofa_y = hall.depth * float(rng.uniform(0.45, 0.6))
    hall.place.join(furniture.sofa(rng, 2.1), (0.6, sofa_y, 0), np.pi / 2)
    hall.block(0.15, sofa_y - 1.05, 1.05, sofa_y + 1.05, 0.8)
    dyed = surfaces.carpet(rng, hsv(rng.random(), 0.4, 0.5), rng.random() < 0.3)
    rug = Material(dyed, (1.2, 1.2))
    hall.place.panel(rug, (1.1, sofa_y + 1.1, 0.012), (1.7, 0, 0), (0, -2.2, 0), edges=(0.2,) * 4)
    hall.place.join(furniture.table(wood, 1.0, 0.6, 0.42), (1.6, sofa_y, 0), np.pi / 2)
    _row_of_cupboards(rng, hall, ("books", "doors"), float(rng.choice([0.8, 1.9])))
    x, y = hall.width * 0.5, hall.depth - 1.2
    hall.place.join(furniture.table(wood, 1.5, 0.85), (x, y, 0))
    colour = dull(rng, 0.2, 0.8)
    for shift, turn in ((-0.4, np.pi), (0.4, np.pi), (-0.4, 0.0), (0.4, 0.0)):
        away = 0.55 if turn == 0 else -0.55
        hall.place.join(
            furniture.chair(rng, colour), (x + shift, y + away, 0), turn + rng.normal(0, 0.15)
        )
    hall.block(x - 0.75, y - 0.6, x + 0.75, y + 0.6, 0.8)
    return [(2.4, 0.8, hall.width - 0.9, hall.depth - 2.3), (1.0, 0.8, 2.4, sofa_y - 1.5)]


FURNISHED: tuple[Callable[[Rng, Room], Floor], ...] = (office, shop, waiting_room, living_room)

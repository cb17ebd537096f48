"""A corridor of an office, school or clinic: doors, lockers, boards, benches."""

from __future__ import annotations

from model_assets.training.noise import Rng, hsv
from model_assets.training.rendering.scene import Vector
from model_assets.training.sites import furniture, interior, pictures
from model_assets.training.sites.interior import Room, Wall
from model_assets.training.sites.materials import SATIN, dull, picture, tone
from model_assets.training.sites.plants import potted_plant
from model_assets.training.sites.site import Site


def corridor(rng: Rng, night: bool = False) -> Site:
    """Return a corridor along y with a window or a door at its far end."""
    room = Room(
        float(rng.uniform(2.3, 3.4)), float(rng.uniform(13, 20)), float(rng.uniform(2.5, 3.0))
    )
    middle = room.width / 2
    glazed = rng.random() < 0.55
    opening = (middle - 0.7, middle + 0.7, 0.9, 2.2)
    interior.shell(rng, room, {"back": [opening]} if glazed else {})
    back, front = room.walls["back"], room.walls["front"]
    if glazed:
        shown = picture(pictures.view(rng, night), 0.4 if night else 0.8)
        back.panel(room.place, shown, *opening, out=-0.12, fit=True)
        interior.window(rng, room.place, back, *opening)
    else:
        _double_door(rng, room, back)
    _double_door(rng, room, front)
    interior.way_out(room.place, back, middle, 2.2)
    power = rng.uniform(1.1, 1.7) * (room.width / 2.8)
    interior.ceiling_lamps(rng, room, rng.uniform(2.6, 3.6), power)
    margins = [_side(rng, room, room.walls["left"]), _side(rng, room, room.walls["right"])]
    floor = [(0.35 + margins[0], 1.2, room.width - 0.35 - margins[1], room.depth - 1.0)]
    w, d, top = room.width, room.depth, room.height - 0.12
    mounts = [
        (0.2, 0.15, 2.2, w - 0.2, 0.3, top),
        (0.2, d - 0.35, 2.35, w - 0.2, d - 0.25, top),
        (0.15, 0.2, 2.3, 0.25, d * 0.6, top),
        (w - 0.25, 0.2, 2.3, w - 0.15, d * 0.6, top),
    ]
    return room.site(
        suns=(),
        sky=tone(0.1, 0.03, 0.8),
        ground=(0.6, 0.62, 0.64),
        ambient=float(rng.uniform(0.3, 0.45)),
        floor=floor,
        mounts=mounts,
    )


def _double_door(rng: Rng, room: Room, wall: Wall) -> None:
    """Add two leaves with panes side by side."""
    colour, middle = dull(rng, 0.3, 0.85), room.width / 2
    for at in (middle - 0.46, middle + 0.46):
        interior.door(rng, room.place, wall, at, 0.86, colour)


def _side(rng: Rng, room: Room, wall: Wall) -> float:
    """Furnish one side; return how far things reach into the corridor."""
    reach, y = 0.0, float(rng.uniform(0.9, 1.6))
    colour, leaf = dull(rng, 0.3, 0.8), dull(rng, 0.3, 0.85)
    wide = room.width > 2.7
    number = int(rng.integers(1, 40))
    rail = rng.random() < 0.25
    gaps = [(0.3, y - 0.1)]
    while y < room.depth - 1.6:
        kind = rng.random()
        if kind < 0.5 or y < 1.5:
            label = pictures.sign(rng, f"{100 + number}", hsv(0.6, 0.2, 0.3))
            interior.door(rng, room.place, wall, y + 0.45, 0.9, leaf, label)
            number, step = number + 2, 1.1
        elif kind < 0.75 or not wide:
            step = _on_the_wall(rng, room, wall, y)
        else:
            step = _at_the_wall(rng, room, wall, y, colour)
            reach = 0.5
        after = y + step
        y = after + float(rng.uniform(0.35, 1.3))
        gaps.append((after + 0.05, y - 0.15))
    if rail:
        for left, right in gaps:
            if right - left > 0.3:
                wall.box(room.place, SATIN, left, right, 0.86, 0.95, 0.07, colour)
    return reach


def _on_the_wall(rng: Rng, room: Room, wall: Wall, y: float) -> float:
    """Hang something; return its length."""
    kind = int(rng.integers(4))
    if kind == 0:
        interior.hang(rng, room.place, wall, y + 0.8, pictures.notice_board(rng), 1.6, 1.55)
        return 1.7
    if kind == 1:
        interior.fire_point(room.place, wall, y + 0.2)
        return 0.5
    image = pictures.poster(rng) if kind == 2 else pictures.painting(rng)
    interior.hang(rng, room.place, wall, y + 0.5, image, 0.65 if kind == 2 else 1.0, 1.6)
    return 1.1


def _at_the_wall(rng: Rng, room: Room, wall: Wall, y: float, colour: Vector) -> float:
    """Stand something at the wall; return its length."""
    kind, place = int(rng.integers(4)), room.place
    if kind == 0:
        count = int(rng.integers(3, 8))
        place.join(furniture.lockers(rng, count, colour), wall.point(y, 0), wall.turn)
        _block(room, wall, y, y + 0.3 * count, 0.5, 1.8)
        return 0.3 * count
    if kind == 1:
        wood = furniture.board(rng)
        place.join(furniture.bench(rng, wood, 1.5, False), wall.point(y + 0.75, 0, 0.25), wall.turn)
        return 1.5
    if kind == 2:
        potted_plant(place, rng, *wall.point(y + 0.3, 0, 0.28)[:2], float(rng.uniform(0.9, 1.6)))
        return 0.6
    place.join(furniture.bin_(rng), wall.point(y + 0.25, 0, 0.22), wall.turn)
    return 0.5


def _block(room: Room, wall: Wall, left: float, right: float, reach: float, height: float) -> None:
    """Note that something stands at a wall."""
    a, b = wall.point(left, 0), wall.point(right, 0, reach)
    room.block(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]), height)

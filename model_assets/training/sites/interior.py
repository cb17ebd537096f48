"""The shell of a room: floor, walls with openings, ceiling, lamps, doors, windows, fittings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from model_assets.training.noise import Colour, Image, Rng, hsv, shade
from model_assets.training.rendering.scene import Lamp, Sun, Vector
from model_assets.training.sites import pictures, surfaces
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.materials import (
    BLACK,
    CREAM,
    GLOSSY,
    GLOWING,
    MATT,
    SATIN,
    STEEL,
    dull,
    picture,
    tone,
    unit,
)
from model_assets.training.sites.site import Site

DOOR_HEIGHT = 2.05


@dataclass(frozen=True, slots=True)
class Wall:
    """An upright side of a room, seen from inside.

    Attributes:
        start: x, y of its left end.
        end: x, y of its right end.
        height: metres.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    height: float

    @property
    def length(self) -> float:
        """Metres."""
        return float(np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]))

    @property
    def along(self) -> np.ndarray:
        """Unit vector from the left to the right end."""
        return np.array([*np.subtract(self.end, self.start), 0.0]) / self.length

    @property
    def inward(self) -> np.ndarray:
        """Unit vector into the room."""
        along = self.along
        return np.array([along[1], -along[0], 0.0])

    @property
    def turn(self) -> float:
        """Angle of `along` with the x axis, radians."""
        return float(np.arctan2(self.along[1], self.along[0]))

    def point(self, along: float, height: float, out: float = 0.0) -> Vector:
        """Return the point so far along the wall, above the floor and before the wall."""
        base = np.array([*self.start, height]) + self.along * along + self.inward * out
        return float(base[0]), float(base[1]), float(base[2])

    def panel(
        self,
        place: Construction,
        material: Material,
        left: float,
        right: float,
        bottom: float,
        top: float,
        colour: Vector = (1, 1, 1),
        out: float = 0.012,
        **options: bool | float | tuple[float, float],
    ) -> None:
        """Add a rectangle before the wall (`out` metres)."""
        across = tuple(self.along * (right - left))
        down = (0.0, 0.0, bottom - top)
        place.panel(material, self.point(left, top, out), across, down, colour, **options)

    def box(
        self,
        place: Construction,
        material: Material,
        left: float,
        right: float,
        bottom: float,
        top: float,
        depth: float,
        colour: Vector = (1, 1, 1),
    ) -> None:
        """Add a box that stands out from the wall by `depth`."""
        local = Construction()
        local.box(material, (left, -depth, bottom), (right, 0.0, top), colour)
        place.join(local, (*self.start, 0.0), self.turn)


@dataclass(slots=True)
class Room:
    """A rectangular room that is being built; x from 0 to `width`, y from 0 to `depth`.

    Attributes:
        width: metres.
        depth: metres.
        height: metres.
        place: collects the parts.
        obstacles: boxes that hide what is behind them.
        lamps: lights.
    """

    width: float
    depth: float
    height: float
    place: Construction = field(default_factory=Construction)
    obstacles: list[tuple[float, ...]] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)

    @property
    def walls(self) -> dict[str, Wall]:
        """The four walls: back (far y), right, front (y = 0), left."""
        w, d, h = self.width, self.depth, self.height
        return {
            "back": Wall((0, d), (w, d), h),
            "right": Wall((w, d), (w, 0), h),
            "front": Wall((w, 0), (0, 0), h),
            "left": Wall((0, 0), (0, d), h),
        }

    def all_obstacles(self) -> np.ndarray:
        """Return the walls and what was blocked, float32 [k, 6]."""
        w, d, h = self.width, self.depth, self.height
        walls = [(-1, -1, -1, 0, d + 1, h), (w, -1, -1, w + 1, d + 1, h)]
        walls += [(-1, -1, -1, w + 1, 0, h), (-1, d, -1, w + 1, d + 1, h)]
        return np.float32([*walls, *self.obstacles])

    def site(
        self,
        suns: tuple[Sun, ...],
        sky: Vector,
        ground: Vector,
        ambient: float,
        floor: Sequence[tuple[float, ...]],
        mounts: Sequence[tuple[float, ...]],
    ) -> Site:
        """Return what was built, as ``Site`` describes it."""
        return Site(
            meshes=self.place.meshes(),
            suns=suns,
            lamps=tuple(self.lamps),
            sky=sky,
            ground=ground,
            ambient=ambient,
            floor=np.float32(floor),
            mounts=np.float32(mounts),
            obstacles=self.all_obstacles(),
        )

    def block(self, x0: float, y0: float, x1: float, y1: float, height: float) -> None:
        """Note that something stands there."""
        self.obstacles.append((x0, y0, 0.0, x1, y1, height))


def wall_material(rng: Rng, height: float) -> tuple[Material, Colour]:
    """Return what the walls of a place are made of, and their main colour."""
    colour = hsv(rng.uniform(0.02, 0.62), rng.uniform(0.0, 0.1), rng.uniform(0.75, 0.95))
    choice = rng.random()
    if choice < 0.45:
        return Material(surfaces.plaster(rng, colour), (3.0, 3.0), 0.85), colour
    if choice < 0.75:
        hue = float(rng.choice([0.08, 0.1, 0.3, 0.5, 0.58, 0.62])) + rng.normal(0, 0.02)
        lower = hsv(hue, rng.uniform(0.05, 0.32), rng.uniform(0.4, 0.75))
        share = rng.uniform(0.3, 0.45)
        return Material(surfaces.dado(rng, colour, lower, share), (3.0, height), 0.75), colour
    if choice < 0.87:
        clay = hsv(rng.uniform(0.02, 0.08), rng.uniform(0.05, 0.5), rng.uniform(0.45, 0.75))
        joint = hsv(0.1, 0.06, rng.uniform(0.6, 0.85))
        return Material(surfaces.bricks(rng, clay, joint), (1.2, 1.2), 0.9), colour
    return Material(surfaces.concrete(rng, rng.uniform(0.55, 0.75)), (3.0, 3.0), 0.85), colour


def floor_material(rng: Rng) -> Material:
    """Return what the floor of a place is made of."""
    choice = rng.random()
    base = hsv(rng.uniform(0.04, 0.14), rng.uniform(0.02, 0.25), rng.uniform(0.4, 0.85))
    if choice < 0.3:
        other = shade(base, float(rng.choice([1.0, 1.0, 0.75, 0.45])))
        count = int(rng.choice([2, 4, 6]))
        image = surfaces.tiles(rng, base, other, shade(base, rng.uniform(0.6, 0.85)), count)
        pitch = rng.uniform(0.3, 0.65)
        return Material(image, (pitch * count, pitch * count), rng.uniform(0.3, 0.55))
    if choice < 0.5:
        return Material(surfaces.terrazzo(rng, base), (1.6, 1.6), rng.uniform(0.3, 0.6))
    if choice < 0.72:
        brown = hsv(rng.uniform(0.05, 0.1), rng.uniform(0.25, 0.6), rng.uniform(0.35, 0.75))
        return Material(surfaces.planks(rng, brown), (1.4, 2.4), 0.5)
    dyed = hsv(rng.choice([0.02, 0.1, 0.58, 0.62]), rng.uniform(0.0, 0.4), rng.uniform(0.28, 0.6))
    return Material(surfaces.carpet(rng, dyed, rng.random() < 0.5), (1.0, 1.0), 1.0)


def shell(rng: Rng, room: Room, openings: dict[str, list[tuple[float, ...]]]) -> Colour:
    """Add floor, ceiling, walls and skirting; openings (left, right, bottom, top) by wall.

    Returns:
        The main colour of the walls, 0..255.
    """
    place, width, depth, height = room.place, room.width, room.depth, room.height
    place.panel(floor_material(rng), (0, depth, 0), (width, 0, 0), (0, -depth, 0), edges=(0.2,) * 4)
    cover = hsv(0.1, 0.03, rng.uniform(0.82, 0.95))
    tiled = rng.random() < 0.6
    image = surfaces.ceiling_tiles(rng, cover) if tiled else surfaces.plaster(rng, cover)
    place.panel(
        Material(image, (2.4, 2.4)), (0, 0, height), (width, 0, 0), (0, depth, 0), edges=(0.16,) * 4
    )
    material, colour = wall_material(rng, height)
    accent = material
    if rng.random() < 0.4:
        hue = float(rng.choice([0.03, 0.09, 0.3, 0.48, 0.57, 0.62]))
        strong = hsv(hue + rng.normal(0, 0.02), rng.uniform(0.12, 0.4), rng.uniform(0.4, 0.8))
        accent = Material(surfaces.plaster(rng, strong), (3.0, 3.0), 0.85)
    skirting = dull(rng, 0.15, 0.8)
    for name, wall in room.walls.items():
        surface = accent if name == "back" else material
        _wall(place, wall, surface, openings.get(name, []), skirting)
    return colour


def _wall(
    place: Construction,
    wall: Wall,
    material: Material,
    holes: list[tuple[float, ...]],
    skirting: Vector,
) -> None:
    """Add a wall around its openings."""
    left = 0.0
    for start, end, bottom, top in [*sorted(holes), (wall.length, wall.length, 0.0, wall.height)]:
        pieces = [(left, start, 0.0, wall.height), (start, end, top, wall.height)]
        pieces.append((start, end, 0.0, bottom))
        for x0, x1, z0, z1 in pieces:
            if x1 - x0 > 0.01 and z1 - z0 > 0.01:
                offset = (x0, wall.height - z1)
                near = (x0 < 0.01, z1 > wall.height - 0.01, x1 > wall.length - 0.01, z0 < 0.01)
                dark = tuple(0.16 * side for side in near)
                wall.panel(place, material, x0, x1, z0, z1, out=0.0, edges=dark, offset=offset)
                if z0 == 0:
                    wall.panel(place, SATIN, x0, x1, 0.0, 0.09, skirting)
        left = end


def ceiling_lamps(rng: Rng, room: Room, spacing: float, power: float, rows: int = 1) -> None:
    """Add rows of lamps along the room: panels, tubes or round lamps; warm or cold light."""
    warmth = rng.uniform(0.0, 1.0)
    colour = np.array([1.0 - 0.35 * warmth, 1.0 - 0.12 * warmth, 1.0])
    kind = int(rng.integers(3))
    size = ((0.3, 0.3), (0.09, 0.65), (0.17, 0.17))[kind]
    count = max(1, round(room.depth / spacing))
    z = room.height - 0.03
    for row in range(rows):
        x = room.width * (row + 0.5) / rows
        for k in range(count):
            y = room.depth * (k + 0.5) / count
            if kind == 2:
                room.place.cylinder(GLOWING, (x, y, z - 0.05), 0.07, (size[0], size[0]), CREAM, 12)
            else:
                low, high = (
                    (x - size[0], y - size[1], z - 0.02),
                    (x + size[0], y + size[1], z + 0.02),
                )
                room.place.box(GLOWING, low, high, (0.95, 0.98, 1.0))
            light = tuple(float(value) for value in colour * power)
            room.lamps.append(Lamp((x, y, z - 0.1), light))


def door(
    rng: Rng,
    place: Construction,
    wall: Wall,
    at: float,
    width: float = 0.9,
    colour: Vector | None = None,
    label: Image | None = None,
) -> None:
    """Add a closed door with frame, leaf, handle, at times a pane of glass and a name plate."""
    leaf = colour or dull(rng, 0.25, 0.85)
    frame = tuple(channel * 0.7 for channel in leaf)
    left, right = at - width / 2, at + width / 2
    wall.box(place, SATIN, left - 0.07, left, 0, DOOR_HEIGHT + 0.07, 0.05, frame)
    wall.box(place, SATIN, right, right + 0.07, 0, DOOR_HEIGHT + 0.07, 0.05, frame)
    wall.box(place, SATIN, left, right, DOOR_HEIGHT, DOOR_HEIGHT + 0.07, 0.05, frame)
    wall.panel(place, SATIN, left, right, 0.0, DOOR_HEIGHT, leaf, out=0.02, edges=(0.1,) * 4)
    wall.box(place, GLOSSY, right - 0.14, right - 0.04, 1.0, 1.03, 0.08, STEEL)
    wall.box(place, GLOSSY, right - 0.1, right - 0.05, 0.94, 1.12, 0.035, STEEL)
    choice = rng.random()
    if choice < 0.3:
        middle = left + width * 0.5
        wall.panel(
            place, GLOSSY, middle - 0.12, middle + 0.12, 1.2, 1.8, tone(0.55, 0.2, 0.35), 0.03
        )
    elif choice < 0.5:
        wall.panel(place, GLOSSY, left + 0.05, right - 0.05, 0.05, 0.3, STEEL, 0.025)
    if label is not None:
        wall.panel(place, picture(label), right + 0.15, right + 0.4, 1.45, 1.58, fit=True)


def window(
    rng: Rng,
    place: Construction,
    wall: Wall,
    left: float,
    right: float,
    bottom: float,
    top: float,
) -> None:
    """Add the frame, bars and sill of a window, and at times a blind."""
    frame = tone(0.1, 0.04, rng.uniform(0.2, 0.95))
    for x in np.linspace(left, right, max(2, round((right - left) / 1.1) + 1)):
        wall.box(place, SATIN, x - 0.03, x + 0.03, bottom, top, 0.03, frame)
    for z in (bottom, top):
        wall.box(place, SATIN, left - 0.03, right + 0.03, z - 0.03, z + 0.03, 0.035, frame)
    wall.box(place, SATIN, left - 0.08, right + 0.08, bottom - 0.06, bottom - 0.02, 0.16, CREAM)
    if rng.random() < 0.4:
        drop = (top - bottom) * rng.uniform(0.15, 0.5)
        blind = tone(rng.uniform(0.05, 0.15), rng.uniform(0, 0.2), 0.85)
        wall.panel(place, MATT, left, right, top - drop, top, blind, out=0.02)


def hang(
    rng: Rng,
    place: Construction,
    wall: Wall,
    at: float,
    image: Image,
    width: float,
    middle: float = 1.6,
) -> None:
    """Hang a picture on a wall, in a thin frame; its height follows from the picture's shape."""
    height = width * image.shape[0] / image.shape[1]
    left, bottom = at - width / 2, middle - height / 2
    rim = BLACK if rng.random() < 0.5 else unit(hsv(0.1, 0.2, 0.7))
    wall.box(
        place,
        SATIN,
        left - 0.02,
        left + width + 0.02,
        bottom - 0.02,
        bottom + height + 0.02,
        0.02,
        rim,
    )
    wall.panel(
        place, picture(image), left, left + width, bottom, bottom + height, out=0.025, fit=True
    )


def way_out(place: Construction, wall: Wall, at: float, height: float) -> None:
    """Hang the lit sign of a way out."""
    wall.panel(
        place,
        picture(pictures.exit_sign(), 0.8),
        at - 0.2,
        at + 0.2,
        height,
        height + 0.2,
        out=0.05,
        fit=True,
    )


def fire_point(place: Construction, wall: Wall, at: float) -> None:
    """Add a fire extinguisher and its sign."""
    red = tone(0.0, 0.85, 0.75)
    place.cylinder(GLOSSY, wall.point(at, 0.55, 0.12), 0.48, (0.08, 0.08), red, 10)
    place.cylinder(SATIN, wall.point(at, 1.03, 0.12), 0.1, (0.06, 0.02), BLACK, 8)
    wall.panel(place, MATT, at - 0.1, at + 0.1, 1.45, 1.65, red)
    wall.panel(place, MATT, at - 0.03, at + 0.03, 1.49, 1.61, CREAM, out=0.016)

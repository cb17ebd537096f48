"""What stands outdoors: ground, houses, lamp posts, signs, fences; daylight and night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from model_assets.training.noise import Rng, hsv
from model_assets.training.rendering.scene import Lamp, Sun, Vector
from model_assets.training.sites import pictures, surfaces
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.materials import (
    BLACK,
    CREAM,
    DIM,
    GLOWING,
    MATT,
    SATIN,
    dull,
    picture,
    tone,
)
from model_assets.training.sites.site import Site

SHOP_FRONTS, MOST_LAMPS = 6, 8
SKIRT = 0.012
"""Metres that markings lie above the ground, so that they are seen."""


@dataclass(slots=True)
class Yard:
    """An outdoor place that is being built.

    Attributes:
        night: whether the lamps are lit.
        place: collects the parts.
        obstacles: boxes that hide what is behind them.
        lamps: lights.
        fronts: shop fronts painted so far; a long street repeats them.
    """

    night: bool
    place: Construction = field(default_factory=Construction)
    obstacles: list[tuple[float, ...]] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    fronts: list[Material] = field(default_factory=list)

    def brightest(self) -> list[Lamp]:
        """Return the lamps that light the place most; each costs time to render."""
        return sorted(self.lamps, key=lambda lamp: -sum(lamp.colour))[:MOST_LAMPS]

    def block(self, x0: float, y0: float, x1: float, y1: float, height: float) -> None:
        """Note that something stands there."""
        self.obstacles.append((x0, y0, -0.2, x1, y1, height))

    def site(
        self,
        light: Daylight,
        floor: Sequence[tuple[float, ...]],
        mounts: Sequence[tuple[float, ...]],
    ) -> Site:
        """Return what was built; floor and mounts as in ``Site``."""
        return Site(
            meshes=self.place.meshes(),
            suns=light.suns,
            lamps=tuple(self.brightest()),
            sky=light.sky,
            ground=light.ground,
            ambient=light.ambient,
            floor=np.float32(floor),
            mounts=np.float32(mounts),
            obstacles=np.float32(self.obstacles),
        )


@dataclass(frozen=True, slots=True)
class Daylight:
    """Light of the sky, as in ``Scene``."""

    suns: tuple[Sun, ...]
    sky: Vector
    ground: Vector
    ambient: float


def daylight(rng: Rng, night: bool) -> Daylight:
    """Return a sunny or an overcast day, or a night with a faint glow of the town."""
    turn, height = rng.uniform(0, 2 * np.pi), np.radians(rng.uniform(28, 65))
    way = (-np.cos(turn) * np.cos(height), -np.sin(turn) * np.cos(height), -np.sin(height))
    direction = (float(way[0]), float(way[1]), float(way[2]))
    if night:
        glow = rng.uniform(0.006, 0.016)
        return Daylight(
            (Sun(direction, (glow * 1.3, glow, glow * 0.8)),),
            tone(rng.uniform(0.5, 0.75), 0.4, rng.uniform(0.05, 0.12)),
            (0.1, 0.1, 0.12),
            rng.uniform(1.2, 2.2),
        )
    if rng.random() < 0.55:
        power = rng.uniform(1.1, 1.6)
        warm = rng.uniform(0.75, 0.95)
        sun = Sun(direction, (power * warm, power * (1 + warm) / 2, power))
        return Daylight((sun,), tone(0.58, rng.uniform(0.1, 0.2), 0.92), (0.6, 0.62, 0.64), 0.75)
    power = rng.uniform(0.2, 0.45)
    grey = tone(0.6, rng.uniform(0.0, 0.08), rng.uniform(0.82, 0.93))
    return Daylight(
        (Sun(direction, (power,) * 3),), grey, (0.55, 0.55, 0.55), rng.uniform(0.95, 1.25)
    )


def ground(
    rng: Rng,
    place: Construction,
    material: Material,
    area: tuple[float, float, float, float],
    z: float = 0.0,
    cell: float = 4.0,
) -> None:
    """Add ground whose tone differs a little from cell to cell (x0, y0, x1, y1)."""
    x0, y0, x1, y1 = area
    columns, rows = (max(2, round(length / cell) + 1) for length in (x1 - x0, y1 - y0))
    x, y = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
    vertices = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, z)])
    a = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1, 1)
    corners = np.array([[0, 1, columns + 1], [0, columns + 1, columns]])
    faces = np.concatenate([a + corners[0], a + corners[1]])
    tint = rng.uniform(0.86, 1.0, (x.size, 1)) * np.ones(3)
    normals = np.repeat([[0.0, 0.0, 1.0]], x.size, 0)
    uv = vertices[:, :2] / material.size
    place.add(material, vertices, faces, normals, tint.astype(np.float32), uv)


def mark(
    place: Construction,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    z: float = 0.0,
    colour: Vector = (0.78, 0.8, 0.8),
    material: Material = MATT,
) -> None:
    """Paint a rectangle on the ground."""
    place.panel(material, (x0, y1, z + SKIRT), (x1 - x0, 0, 0), (0, y0 - y1, 0), colour)


def masonry(rng: Rng) -> np.ndarray:
    """Return the texture of the outside of a house."""
    if rng.random() < 0.45:
        clay = hsv(rng.uniform(0.0, 0.08), rng.uniform(0.2, 0.6), rng.uniform(0.35, 0.75))
        return surfaces.bricks(rng, clay, hsv(0.1, 0.08, rng.uniform(0.5, 0.75)), 32, 8)
    if rng.random() < 0.7:
        colour = hsv(rng.uniform(0.03, 0.15), rng.uniform(0.03, 0.35), rng.uniform(0.55, 0.92))
        return surfaces.plaster(rng, colour)
    return surfaces.concrete(rng, rng.uniform(0.4, 0.7))


def house(
    rng: Rng,
    yard: Yard,
    start: tuple[float, float],
    end: tuple[float, float],
    shops: bool,
    floors: int = 2,
) -> None:
    """Add the front of a house, seen with `start` at its left; shops or wall at its foot."""
    across = (end[0] - start[0], end[1] - start[1], 0.0)
    length = float(np.hypot(*across[:2]))
    wall, storey = masonry(rng), 3.0
    foot = 3.4 if shops else 0.6
    columns = int(np.clip(round(length / 2.6), 1, 8))
    top = foot + storey * floors
    front = pictures.facade(rng, wall, floors, columns, yard.night)
    upper = Material(front, roughness=0.9, emission=0.12 if yard.night else 0.0)
    down = (0.0, 0.0, -storey * floors)
    yard.place.panel(upper, (*start, top), across, down, fit=True)
    if not shops:
        plinth = Material(surfaces.concrete(rng, rng.uniform(0.3, 0.6)), (2.0, 2.0))
        yard.place.panel(plinth, (*start, foot), across, (0, 0, -foot - 0.15))
    else:
        _shops(rng, yard, start, across, foot)
    roof = tone(rng.uniform(0.0, 0.1), rng.uniform(0.1, 0.5), rng.uniform(0.2, 0.45))
    yard.place.panel(MATT, (*start, top + 0.5), across, (0.0, 0.0, -0.5), roof)


def _shops(rng: Rng, yard: Yard, start: tuple[float, float], across: Vector, foot: float) -> None:
    """Add a row of shop fronts."""
    length = float(np.hypot(*across[:2]))
    count = max(1, round(length / 6))
    step = tuple(value / count for value in across)
    for k in range(count):
        left = (start[0] + step[0] * k, start[1] + step[1] * k, foot)
        if len(yard.fronts) < SHOP_FRONTS:
            glow = 0.16 if yard.night else 0.05
            yard.fronts.append(picture(pictures.shop_front(rng, yard.night), glow))
        shown = yard.fronts[int(rng.integers(len(yard.fronts)))]
        yard.place.panel(shown, left, step, (0, 0, -foot - 0.02), fit=True)
        if yard.night and rng.random() < 0.6:
            out = np.array([step[1], -step[0], 0]) / np.hypot(*step[:2])
            middle = np.array(left) + np.array(step) / 2 + out * 0.9
            power = rng.uniform(0.5, 1.2)
            colour = (power * 0.7, power * 0.9, power)
            yard.lamps.append(Lamp((float(middle[0]), float(middle[1]), 2.6), colour))


def lamp_post(
    yard: Yard, x: float, y: float, height: float, colour: Vector, arm: tuple[float, float]
) -> None:
    """Add a lamp post whose head reaches out by `arm` (x, y); the colour is at 1 m."""
    place = yard.place
    place.cylinder(SATIN, (x, y, -0.15), height + 0.15, (0.07, 0.045), (0.32, 0.33, 0.32), 7)
    place.cylinder(SATIN, (x, y, -0.15), 0.9, (0.1, 0.1), (0.32, 0.33, 0.32), 7)
    head = np.array([x + arm[0], y + arm[1]])
    low, high = np.minimum((x, y), head) - 0.03, np.maximum((x, y), head) + 0.03
    place.box(SATIN, (*low, height - 0.06), (*high, height), (0.32, 0.33, 0.32))
    place.box(SATIN, (*(head - 0.18), height - 0.05), (*(head + 0.18), height + 0.06), BLACK)
    glass = GLOWING if yard.night else DIM
    place.box(glass, (*(head - 0.15), height - 0.09), (*(head + 0.15), height - 0.05), CREAM)
    if yard.night:
        yard.lamps.append(Lamp((float(head[0]), float(head[1]), height - 0.2), colour))


def lamp_light(rng: Rng, power: float) -> Vector:
    """Return the light of street lamps: sodium yellow, warm or cold white."""
    kinds = ((0.25, 0.68, 1.0), (0.62, 0.86, 1.0), (1.0, 0.98, 0.94))
    blue, green, red = kinds[int(rng.integers(3))]
    return blue * power, green * power, red * power


def road_sign(rng: Rng, place: Construction, x: float, y: float, turn: float, z: float = 0) -> None:
    """Add a road sign on a post, its face towards -y before it is turned."""
    local = Construction()
    local.cylinder(SATIN, (0, 0.03, 0), 2.4, (0.03, 0.03), (0.55, 0.55, 0.54), 6)
    kind = int(rng.integers(3))
    word, colour = (
        ("P", hsv(0.6, 0.9, 0.65)),
        ("30", hsv(0, 0.85, 0.75)),
        ("!", hsv(0.13, 0.9, 0.9)),
    )[kind]
    shown = picture(pictures.sign(rng, word, colour))
    local.panel(shown, (-0.27, -0.01, 2.45), (0.54, 0, 0), (0, 0, -0.54), fit=True)
    local.box(SATIN, (-0.27, 0, 1.91), (0.27, 0.01, 2.45), (0.5, 0.5, 0.5))
    place.join(local, (x, y, z), turn)


def bollard(place: Construction, x: float, y: float) -> None:
    """Add a bollard with a light ring."""
    place.cylinder(SATIN, (x, y, 0), 0.85, (0.06, 0.055), (0.16, 0.17, 0.17), 7)
    place.cylinder(SATIN, (x, y, 0.7), 0.08, (0.063, 0.063), CREAM, 7)


def fence(rng: Rng, yard: Yard, x0: float, x1: float, y: float) -> None:
    """Add a fence along x: posts and rails, or a low wall."""
    if rng.random() < 0.4:
        wall = Material(masonry(rng), (2.0, 2.0))
        yard.place.box(wall, (x0, y - 0.12, 0), (x1, y + 0.12, 1.3))
        yard.place.box(MATT, (x0, y - 0.16, 1.3), (x1, y + 0.16, 1.36), dull(rng, 0.4, 0.7))
        return
    colour = dull(rng, 0.15, 0.7)
    for x in np.arange(x0, x1, 2.4):
        yard.place.box(SATIN, (x - 0.04, y - 0.04, 0), (x + 0.04, y + 0.04, 1.2), colour)
    for z in (0.35, 0.75, 1.12):
        yard.place.box(SATIN, (x0, y - 0.02, z), (x1, y + 0.02, z + 0.06), colour)


def kiosk(rng: Rng, yard: Yard, x: float, y: float) -> None:
    """Add a ticket machine under a small roof, its front towards -y."""
    colour = dull(rng, 0.2, 0.6)
    yard.place.box(SATIN, (x - 0.3, y, 0), (x + 0.3, y + 0.4, 1.65), colour)
    shown = picture(pictures.screen(rng), 0.8)
    yard.place.panel(shown, (x - 0.16, y - 0.01, 1.45), (0.32, 0, 0), (0, 0, -0.22), fit=True)
    yard.place.box(SATIN, (x - 0.2, y - 0.02, 1.0), (x + 0.2, y, 1.15), BLACK)
    yard.place.box(
        SATIN, (x - 0.36, y - 0.2, 1.65), (x + 0.36, y + 0.45, 1.72), tone(0.6, 0.8, 0.6)
    )
    yard.block(x - 0.4, y - 0.2, x + 0.4, y + 0.5, 1.72)

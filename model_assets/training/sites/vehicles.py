"""Parked cars and vans: a lofted body with painted sides, and wheels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model_assets.training.noise import Colour, Image, Rng, blend, flat, fractal, hsv, shade
from model_assets.training.rendering.scene import Array
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.materials import SATIN

GLASS: Colour = (52.0, 46.0, 40.0)
WHEEL_RADIUS = 0.32
AXLES = (0.18, 0.81)
"""Places of the axles, shares of the length from the rear."""

VAN_ROOF = 2.0
"""Cars at least so high, metres, have no windows at the rear."""


@dataclass(frozen=True, slots=True)
class CarShape:
    """Outline of a car from the side: shares of the length and heights in metres.

    Attributes:
        length: metres.
        width: metres.
        roof: height of the roof.
        belt: height of the lower edge of the windows.
        bonnet: height of the front.
        stations: shares of the length, from the rear, of: end of the boot lid, rear edge of the
            roof, front edge of the roof, foot of the windscreen.
        boot: height of the boot lid.
    """

    length: float
    width: float
    roof: float
    belt: float
    bonnet: float
    stations: tuple[float, float, float, float]
    boot: float


SHAPES = (
    CarShape(4.6, 1.80, 1.44, 0.95, 0.80, (0.13, 0.28, 0.56, 0.73), 1.02),
    CarShape(4.1, 1.76, 1.48, 0.97, 0.84, (0.02, 0.10, 0.58, 0.76), 1.00),
    CarShape(4.6, 1.80, 1.47, 0.97, 0.82, (0.01, 0.07, 0.56, 0.74), 1.00),
    CarShape(4.5, 1.88, 1.68, 1.08, 1.00, (0.02, 0.09, 0.60, 0.76), 1.10),
    CarShape(5.2, 1.98, 2.10, 1.25, 1.05, (0.00, 0.01, 0.74, 0.88), 1.80),
)
PAINTS = (
    (0, 0, 0.93),
    (0, 0, 0.7),
    (0, 0, 0.42),
    (0, 0, 0.14),
    (0.6, 0.55, 0.4),
    (0.0, 0.75, 0.55),
    (0.08, 0.12, 0.6),
)


def paint(rng: Rng) -> Colour:
    """Return the colour of a car: mostly white, grey or black."""
    if rng.random() < 0.85:
        hue, saturation, value = PAINTS[rng.integers(len(PAINTS))]
        return hsv(
            hue + rng.normal(0, 0.01),
            saturation * rng.uniform(0.8, 1.1),
            value * rng.uniform(0.85, 1.05),
        )
    return hsv(rng.random(), rng.uniform(0.2, 0.6), rng.uniform(0.25, 0.65))


def car(place: Construction, rng: Rng, x: float, y: float, heading: float) -> tuple[float, float]:
    """Add a car whose middle is at x, y and whose front points along `heading` (0 = +x).

    Returns:
        Its length and height in metres.
    """
    shape = SHAPES[rng.choice(len(SHAPES), p=(0.25, 0.25, 0.2, 0.2, 0.1))]
    colour = paint(rng)
    local = Construction()
    body = Material(_skin(rng, shape, colour), roughness=0.25)
    vertices, faces, normals, uv = _body(shape)
    local.add(body, vertices, faces, normals, uv=uv)
    for end, high in ((-0.5, 0.62), (0.5, 0.42)):
        x0 = end * shape.length
        low = (x0 - 0.025, -0.26, high - 0.055)
        local.box(SATIN, low, (x0 + 0.025, 0.26, high + 0.055), (0.85, 0.86, 0.84))
    rim = Material(_wheel(rng), roughness=0.5)
    for share in AXLES:
        for side in (-1, 1):
            at = ((share - 0.5) * shape.length, side * (shape.width / 2 - 0.1))
            _add_wheel(local, rim, at, side)
    place.join(local, (x, y, 0), heading)
    return shape.length, shape.roof


def _profile(shape: CarShape) -> Array:
    """Return stations along the car: x, lower edge, belt, top, half widths at belt and top."""
    boot, rear, front, foot = (share * shape.length for share in shape.stations)
    half = shape.width / 2
    nose = shape.length
    belt, roof = shape.belt, shape.roof
    rows = [
        (0.0, 0.42, belt - 0.25, belt - 0.2, half * 0.8, half * 0.72),
        (0.05, 0.3, belt - 0.05, min(shape.boot, roof) - 0.06, half * 0.9, half * 0.78),
        (max(boot, 0.1), 0.26, belt, shape.boot, half * 0.97, half * 0.8),
        (max(rear, 0.2), 0.25, belt, roof - 0.03, half, half * 0.74),
        ((rear + front) / 2, 0.22, belt, roof, half, half * 0.76),
        (front, 0.22, belt - 0.01, roof - 0.05, half, half * 0.74),
        (foot, 0.24, belt - 0.03, belt + 0.03, half, half * 0.84),
        (nose - 0.5, 0.25, shape.bonnet - 0.05, shape.bonnet + 0.04, half * 0.96, half * 0.8),
        (nose - 0.1, 0.28, shape.bonnet - 0.2, shape.bonnet - 0.1, half * 0.85, half * 0.72),
        (nose, 0.36, shape.bonnet - 0.3, shape.bonnet - 0.24, half * 0.72, half * 0.6),
    ]
    return np.float32(rows)


def _body(shape: CarShape) -> tuple[Array, np.ndarray, Array, Array]:
    """Return vertices, faces, normals and uv of the body; the sides and the top have own seams."""
    profile = _profile(shape)
    x, sill, belt, top, wide, narrow = profile.T
    x = x - shape.length / 2
    middle = (sill + belt) / 2
    columns = [
        (wide * 0.92, sill),
        (wide * 1.0, middle),
        (wide * 0.985, belt),
        (narrow, top - 0.03),
    ]
    left = [np.column_stack([x, across, z]) for across, z in columns]
    right = [line * [1, -1, 1] for line in left]
    crest = np.column_stack([x, 0 * x, top + 0.02])
    strips = [left, [left[3], crest, right[3]], right[::-1]]
    parts, faces, uvs, start = [], [], [], 0
    for number, strip in enumerate(strips):
        points = np.stack(strip, 1)
        parts.append(points.reshape(-1, 3))
        faces.append(_strip_faces(len(x), len(strip)) + start)
        uvs.append(_uv(points.reshape(-1, 3), shape, number))
        start += parts[-1].shape[0]
    vertices = np.concatenate(parts)
    triangles = np.concatenate([*faces, *_ends(len(x), start)])
    return (
        vertices.astype(np.float32),
        triangles,
        _normals(vertices, triangles),
        np.concatenate(uvs).astype(np.float32),
    )


def _strip_faces(stations: int, across: int) -> np.ndarray:
    """Return the triangles of a grid [stations, across], facing outwards."""
    a = (np.arange(stations - 1)[:, None] * across + np.arange(across - 1)).reshape(-1)
    b, c, d = a + across, a + across + 1, a + 1
    return np.concatenate([np.column_stack([a, c, b]), np.column_stack([a, d, c])]).astype(np.int32)


def _ends(stations: int, count: int) -> list[np.ndarray]:
    """Return the triangles of the upright rear and front ends."""
    last = stations - 1
    rear_left, rear_right = np.arange(4), np.arange(4) + count - 4 * stations
    front_left, front_right = rear_left + 4 * last, rear_right + 4 * last
    ends = []
    for left, right, front in (
        (rear_left, rear_right[::-1], 0),
        (front_left, front_right[::-1], 1),
    ):
        for k in range(3):
            a, b, c, d = left[k], left[k + 1], right[k + 1], right[k]
            quad = [[a, c, b], [a, d, c]] if not front else [[a, b, c], [a, c, d]]
            ends.append(np.array(quad, np.int32))
    return ends


def _uv(points: Array, shape: CarShape, strip: int) -> Array:
    """Return where a point lies in the texture: its left half the side, its right half the top."""
    along = points[:, 0] / shape.length + 0.5
    if strip == 1:
        across = points[:, 1] / shape.width + 0.5
        return np.column_stack([along, 0.5 + 0.48 * across + 0.01])
    return np.column_stack([along, 0.49 * (1 - points[:, 2] / (shape.roof + 0.05)) + 0.005])


def _normals(vertices: Array, faces: np.ndarray) -> Array:
    """Return the mean normals of the triangles at each vertex."""
    corners = vertices[faces]
    flat_normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, faces[:, corner], flat_normals)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return (total / np.maximum(length, 1e-9)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The picture of a car's side (upper half) and top (lower half), front to the right."""

    image: Image
    shape: CarShape

    def at(self, *points: tuple[float, float]) -> Array:
        """Return the pixels of points of the side (metres from the rear, height), int32 [n, 2]."""
        height, width = self.image.shape[0] / 2, self.image.shape[1]
        scale = (width / self.shape.length, -0.98 * height / (self.shape.roof + 0.05))
        return (np.float32(points) * scale + [0, 0.99 * height]).astype(np.int32)

    def rectangle(
        self, start: tuple[float, float], end: tuple[float, float], colour: Colour
    ) -> None:
        """Fill a rectangle of the side between two corners."""
        first, second = self.at(start, end).tolist()
        cv2.rectangle(self.image, first, second, colour, -1)


def _skin(rng: Rng, shape: CarShape, colour: Colour) -> Image:
    """Paint the side and the top of a car."""
    height, width = 128, 256
    drawing = _Drawing(flat(2 * height, width, colour), shape)
    _paint_panes(drawing)
    _paint_body(drawing, colour)
    boot, rear, front, foot = (round(share * width) for share in shape.stations)
    top = drawing.image[height:]
    top[:2] = shade(colour, 0.9)
    mirror = blend(GLASS, shade(GLASS, 2.6), fractal(rng, height, width, 2, 2))
    for columns in (slice(front + 3, foot - 2), slice(boot + 4, max(rear - 2, 1))):
        top[14:-14, columns] = mirror[14:-14, columns]
    return drawing.image


def _paint_panes(drawing: _Drawing) -> None:
    """Paint the side windows; a van has one, before the pillar."""
    shape = drawing.shape
    boot, rear, front, foot = (share * shape.length for share in shape.stations)
    belt, roof, pillar = shape.belt + 0.03, shape.roof - 0.09, (rear + front) / 2 + 0.1
    panes = [
        ((pillar + 0.04, belt), (pillar + 0.04, roof), (front - 0.04, roof), (foot - 0.18, belt))
    ]
    if shape.roof < VAN_ROOF:
        panes.append(
            ((boot + 0.12, belt), (rear + 0.12, roof), (pillar - 0.04, roof), (pillar - 0.04, belt))
        )
    for pane in panes:
        cv2.fillPoly(drawing.image, [drawing.at(*pane)], GLASS, cv2.LINE_AA)


def _paint_body(drawing: _Drawing, colour: Colour) -> None:
    """Paint doors, handles, sill, wheel arches and lights."""
    shape, image = drawing.shape, drawing.image
    boot, rear, front, foot = (share * shape.length for share in shape.stations)
    belt, pillar = shape.belt, (rear + front) / 2 + 0.1
    for x in (pillar, foot - 0.12, *((boot + 0.7,) if shape.roof < VAN_ROOF else ())):
        low, high = drawing.at((x, 0.3), (x, belt)).tolist()
        cv2.line(image, low, high, shade(colour, 0.55), 1, cv2.LINE_AA)
    for x in (pillar - 0.25, foot - 0.95):
        drawing.rectangle((x, belt - 0.12), (x + 0.16, belt - 0.16), shade(colour, 0.7))
    drawing.rectangle((0, 0.36), (shape.length, 0.2), (30, 30, 30))
    for share in AXLES:
        centre = (share * shape.length, WHEEL_RADIUS)
        edge = (centre[0] + 1.18 * WHEEL_RADIUS, centre[1] + 1.18 * WHEEL_RADIUS)
        (x, y), (right, top) = drawing.at(centre, edge).tolist()
        cv2.ellipse(image, (x, y), (right - x, y - top), 0, 0, 360, (18, 18, 18), -1)
    nose, bonnet = shape.length, shape.bonnet
    drawing.rectangle((nose - 0.3, bonnet - 0.1), (nose, bonnet - 0.25), (235, 235, 230))
    drawing.rectangle((0, belt - 0.02), (0.2, belt - 0.22), (30, 25, 160))


def _wheel(rng: Rng) -> Image:
    """Paint the outside of a wheel: tyre, rim and spokes."""
    image = flat(64, 64, (26, 26, 26))
    metal = hsv(0.6, 0.03, rng.uniform(0.45, 0.8))
    cv2.circle(image, (32, 32), 21, shade(metal, 0.45), -1, cv2.LINE_AA)
    spokes = int(rng.integers(5, 11))
    for turn in np.arange(spokes) * (2 * np.pi / spokes):
        end = (round(32 + 20 * np.cos(turn)), round(32 + 20 * np.sin(turn)))
        cv2.line(image, (32, 32), end, metal, 4, cv2.LINE_AA)
    cv2.circle(image, (32, 32), 21, metal, 2, cv2.LINE_AA)
    return image


def _add_wheel(place: Construction, rim: Material, at: tuple[float, float], side: int) -> None:
    """Add a wheel whose axle lies across the car; `side` is -1 (right) or 1 (left)."""
    sides = 10
    turn = np.arange(sides) * (2 * np.pi / sides)
    circle = np.column_stack([np.cos(turn), 0 * turn, np.sin(turn)]) * WHEEL_RADIUS
    outer = circle + np.array([at[0], at[1] + side * 0.11, WHEEL_RADIUS])
    fan = np.column_stack([np.zeros(sides - 2, int), np.arange(1, sides - 1), np.arange(2, sides)])
    uv = np.column_stack([0.5 + 0.5 * np.cos(turn), 0.5 - 0.5 * np.sin(turn)])
    faces = fan[:, ::-1] if side > 0 else fan
    place.add(rim, outer, faces, np.repeat([[0, side, 0]], sides, 0), uv=uv)
    inner = circle + np.array([at[0], at[1] - side * 0.1, WHEEL_RADIUS])
    k, following = np.arange(sides), (np.arange(sides) + 1) % sides
    tread = np.concatenate(
        [
            np.column_stack([k, following, following + sides]),
            np.column_stack([k, following + sides, k + sides]),
        ]
    )
    if side < 0:
        tread = tread[:, ::-1]
    normals = np.concatenate([circle, circle]) / WHEEL_RADIUS
    uv = np.full((2 * sides, 2), 0.02)
    place.add(rim, np.concatenate([outer, inner]), tread, normals, uv=uv)

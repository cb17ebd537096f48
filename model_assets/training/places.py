"""Scenes in perspective: rooms, corridors, shelves, plain walls and floors, streets."""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.noise import (
    Colour,
    Image,
    Rng,
    any_colour,
    blend,
    flat,
    fractal,
    gradient,
    hsv,
    mix,
    modulate,
    shade,
)
from model_assets.training.textures import dead_leaves, foliage, pattern, poster, sky

Point = tuple[float, float]


def fill(image: Image, corners: list[Point], colour: Colour) -> None:
    """Fill a polygon, in place."""
    cv2.fillPoly(image, [np.array(corners).round().astype(np.int32)], colour, cv2.LINE_AA)


def line(image: Image, start: Point, end: Point, colour: Colour, thickness: int = 1) -> None:
    """Draw a line, in place."""
    ends = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
    cv2.line(image, *ends, colour, thickness, cv2.LINE_AA)


def paste(image: Image, picture: Image, corners: list[Point]) -> None:
    """Lay a picture into a quadrilateral (clockwise from the top left), in place."""
    rows, columns = picture.shape[:2]
    source = np.float32([[0, 0], [columns, 0], [columns, rows], [0, rows]])
    matrix = cv2.getPerspectiveTransform(source, np.float32(corners))
    size = (image.shape[1], image.shape[0])
    warped = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR)
    mask = np.zeros(image.shape[:2], np.uint8)
    fill(mask, corners, (255, 0, 0))
    image[:] = mix(image, warped, mask.astype(np.float32) / 255)


def room(rng: Rng, height: int, width: int) -> Image:
    """Return a room or corridor: four walls, floor, furniture, pictures, lamps."""
    depth = rng.uniform(0.15, 0.75)
    centre = (width * rng.uniform(0.25, 0.75), height * rng.uniform(-0.05, 0.6))
    corners = [(0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))]
    back = [
        (centre[0] + (x - centre[0]) * depth, centre[1] + (y - centre[1]) * depth)
        for x, y in corners
    ]
    wall = any_colour(rng, saturation=0.6, darkest=0.25)
    image = flat(height, width, wall)
    for side in range(4):
        after = (side + 1) % 4
        colour = shade(wall, rng.uniform(0.65, 1.15))
        if side == 2:
            colour = any_colour(rng, saturation=0.8)
        fill(image, [corners[side], corners[after], back[after], back[side]], colour)
        line(image, corners[side], back[side], shade(wall, 0.6))
    pave(image, rng, corners, back)
    fill(image, back, shade(wall, rng.uniform(0.8, 1.2)))
    line(image, back[3], back[2], shade(wall, 0.4), int(rng.integers(1, 4)))
    furnish_wall(image, rng, back)
    light = 0.7 + 0.5 * gradient(rng, height, width) * rng.random()
    image = modulate(image, light * (1 - 0.15 * fractal(rng, height, width, 4, 4, 0.7)))
    for _ in range(int(rng.integers(0, 5))):
        furniture(image, rng)
    return image


def pave(image: Image, rng: Rng, corners: list[Point], back: list[Point]) -> None:
    """Draw planks or tiles on the floor between the near and the far edge, in place."""
    colour = shade(any_colour(rng, 0.8), rng.uniform(0.4, 1))
    count = int(rng.integers(0, 26))
    near, far = np.array([corners[3], corners[2]]), np.array([back[3], back[2]])
    for step in np.linspace(0, 1, count + 2)[1:-1]:
        start = near[0] + step * (near[1] - near[0])
        end = far[0] + step * (far[1] - far[0])
        line(image, tuple(start), tuple(end), colour)
    if rng.random() < 0.5:
        for step in np.linspace(0, 1, int(rng.integers(2, 12))) ** 2:
            left = far[0] + step * (near[0] - far[0])
            right = far[1] + step * (near[1] - far[1])
            line(image, tuple(left), tuple(right), colour)


def furnish_wall(image: Image, rng: Rng, back: list[Point]) -> None:
    """Put doors, windows, pictures and shelves on the far wall, in place."""
    left, top = back[0]
    span_x, span_y = back[2][0] - left, back[2][1] - top
    for _ in range(int(rng.integers(0, 5))):
        x, y = left + span_x * rng.uniform(0, 0.8), top + span_y * rng.uniform(0.05, 0.6)
        across, down = span_x * rng.uniform(0.08, 0.35), span_y * rng.uniform(0.15, 0.4)
        box = [(x, y), (x + across, y), (x + across, y + down), (x, y + down)]
        content = (poster, dead_leaves, shelf, sky)[int(rng.integers(4))]
        if across * down > 60:
            paste(image, content(rng, 60, 80), box)
            cv2.polylines(
                image, [np.array(box).astype(np.int32)], True, any_colour(rng), 1, cv2.LINE_AA
            )


def furniture(image: Image, rng: Rng) -> None:
    """Draw a table, a chair-like frame or a box with visible top and side, in place."""
    height, width = image.shape[:2]
    x, y = width * rng.uniform(0, 0.9), height * rng.uniform(0.3, 0.95)
    across, down = width * rng.uniform(0.06, 0.3), height * rng.uniform(0.08, 0.45)
    skew = across * rng.uniform(-0.5, 0.5)
    top_depth = down * rng.uniform(0.1, 0.5)
    colour = any_colour(rng)
    far = [(x + skew, y - top_depth), (x + skew + across, y - top_depth)]
    if rng.random() < 0.5:
        fill(image, [(x, y), (x + across, y), (x + across, y + down), (x, y + down)], colour)
        side = x + across if skew > 0 else x
        away = side + skew
        edge = [(side, y), (away, y - top_depth), (away, y + down - top_depth), (side, y + down)]
        fill(image, edge, shade(colour, 0.6))
        for row in np.linspace(y, y + down, int(rng.integers(1, 5))):
            line(image, (x, row), (x + across, row), shade(colour, 0.5))
    else:
        for leg in (x, x + across, x + skew, x + skew + across):
            line(image, (leg, y), (leg, y + down), shade(colour, 0.5), int(rng.integers(1, 4)))
    fill(image, [(x, y), *far, (x + across, y)], shade(colour, rng.uniform(0.9, 1.5)))


def shelf(rng: Rng, height: int, width: int) -> Image:
    """Return shelves or racks with rows of books, boxes or bottles."""
    image = flat(height, width, any_colour(rng, saturation=0.5))
    rows = int(rng.integers(2, 7))
    pitch = height / rows
    for row in range(rows):
        floor = int((row + 1) * pitch)
        x = 0.0
        while x < width:
            across = rng.uniform(0.01, 0.08) * width + 1
            top = floor - pitch * rng.uniform(0.4, 0.92)
            box = [(x, top), (x + across - 1, top), (x + across - 1, floor), (x, floor)]
            if rng.random() < 0.9:
                fill(image, box, any_colour(rng))
            x += across
        line(image, (0, floor), (width, floor), any_colour(rng, 0.3), int(rng.integers(1, 5)))
    return modulate(image, 0.6 + 0.5 * gradient(rng, height, width))


def plain_wall(rng: Rng, height: int, width: int) -> Image:
    """Return a bare wall or floor in focus: faint texture and only a few things to see."""
    if rng.random() < 0.35:
        image = pattern(rng, height, width)
        tint = flat(height, width, any_colour(rng, 0.4, 0.3))
        image = mix(image, tint, np.full((height, width), rng.uniform(0, 0.75), np.float32))
    else:
        colour = any_colour(rng, saturation=0.5, darkest=0.2)
        image = blend(shade(colour, 0.9), colour, fractal(rng, height, width, 20, 4, 0.9))
        image = modulate(image, 0.7 + 0.3 * gradient(rng, height, width))
    tilt = rng.normal(0, 0.15)
    for _ in range(int(rng.integers(1, 5))):
        wall_detail(image, rng, tilt)
    return image


def wall_detail(image: Image, rng: Rng, tilt: float) -> None:
    """Draw one thing a bare wall or floor has: edge, socket, crack, cable, stain, in place."""
    height, width = image.shape[:2]
    colour = any_colour(rng, saturation=0.5)
    kind = rng.integers(4)
    if kind == 0:
        y = height * rng.uniform(0.05, 0.95)
        rise = tilt * width / 2
        down = float(rng.choice([rng.uniform(1, 8), height]))
        strip = [(0, y - rise), (width, y + rise), (width, y + rise + down), (0, y - rise + down)]
        fill(image, strip, colour)
    elif kind == 1:
        x = width * rng.uniform(0.05, 0.95)
        lean = tilt * height / 2
        line(image, (x - lean, 0), (x + lean, height), colour, int(rng.integers(1, 6)))
    elif kind == 2:
        x, y = width * rng.uniform(0, 0.9), height * rng.uniform(0, 0.9)
        size = width * rng.uniform(0.03, 0.15)
        stretch = size * rng.uniform(0.5, 2)
        box = [(x, y), (x + size, y), (x + size, y + stretch), (x, y + stretch)]
        fill(image, box, colour)
        line(image, box[3], box[2], shade(colour, 0.4))
    else:
        steps = rng.normal(0, width * 0.04, (14, 2)).cumsum(0)
        path = (steps + rng.uniform(0, 1, 2) * (width, height)).astype(np.int32)
        cv2.polylines(image, [path], False, colour, int(rng.integers(1, 3)), cv2.LINE_AA)


def street(rng: Rng, height: int, width: int) -> Image:
    """Return a street: sky, houses, road with markings, trees, poles, cars."""
    image = sky(rng, height, width)
    horizon = height * rng.uniform(0.15, 0.55)
    x = -width * 0.05
    while x < width:
        across = width * rng.uniform(0.08, 0.35)
        top = horizon * rng.uniform(-0.4, 0.9)
        if rng.random() < 0.75:
            building(image, rng, (x, top, x + across, horizon + height * 0.08))
        else:
            tree(image, rng, x + across / 2, horizon + height * 0.06, height * 0.4)
        x += across
    ground = hsv(rng.random(), 0.3 * rng.random(), rng.uniform(0.2, 0.75))
    fill(image, [(0, horizon), (width, horizon), (width, height), (0, height)], ground)
    if rng.random() < 0.3:
        image[int(horizon) :] = foliage(rng, height - int(horizon), width)
    vanish = width * rng.uniform(0.2, 0.8)
    road = hsv(0.6, 0.1 * rng.random(), rng.uniform(0.15, 0.6))
    edges = [(vanish, horizon), (width * rng.uniform(0.7, 1.6), height)]
    fill(image, [edges[0], edges[1], (width * rng.uniform(-0.6, 0.3), height)], road)
    markings(image, rng, vanish, horizon)
    image = modulate(image, 1 - 0.3 * fractal(rng, height, width, 12, 4, 0.8))
    for _ in range(int(rng.integers(0, 4))):
        car(image, rng, horizon)
    for _ in range(int(rng.integers(0, 4))):
        pole = width * rng.random()
        foot = horizon + (height - horizon) * rng.random()
        line(image, (pole, 0), (pole, foot), any_colour(rng, 0.4), int(rng.integers(1, 5)))
    return image


def building(image: Image, rng: Rng, box: tuple[float, float, float, float]) -> None:
    """Draw a house front with rows of windows, in place; `box` is xyxy in pixels."""
    left, top, right, bottom = box
    colour = any_colour(rng, saturation=0.6, darkest=0.2)
    fill(image, [(left, top), (right, top), (right, bottom), (left, bottom)], colour)
    columns, rows = int(rng.integers(2, 7)), int(rng.integers(2, 8))
    step_x, step_y = (right - left) / columns, (bottom - top) / rows
    glass = any_colour(rng, 0.5)
    for row in range(rows):
        for column in range(columns):
            x, y = left + (column + 0.2) * step_x, top + (row + 0.2) * step_y
            across, down = x + 0.6 * step_x, y + 0.6 * step_y
            pane = shade(glass, rng.uniform(0.5, 1.5))
            fill(image, [(x, y), (across, y), (across, down), (x, down)], pane)


def tree(image: Image, rng: Rng, x: float, foot: float, size: float) -> None:
    """Draw a trunk with a crown of leaf clumps, in place."""
    line(image, (x, foot), (x, foot - size), hsv(0.07, 0.5, 0.3), max(1, int(size * 0.06)))
    hue = rng.uniform(0.1, 0.4)
    for _ in range(int(rng.integers(12, 40))):
        centre = (int(x + rng.normal(0, size * 0.2)), int(foot - size + rng.normal(0, size * 0.2)))
        colour = hsv(hue, 0.6, rng.uniform(0.1, 0.7))
        cv2.circle(image, centre, max(1, int(size * rng.uniform(0.03, 0.12))), colour, -1)


def markings(image: Image, rng: Rng, vanish: float, horizon: float) -> None:
    """Draw lane lines or a zebra crossing on the road, in place."""
    height, width = image.shape[:2]
    white = hsv(0.13, 0.2 * rng.random(), rng.uniform(0.7, 1.0))
    if rng.random() < 0.4:
        top, bottom = sorted(rng.uniform(horizon, height, 2))
        for x in np.arange(-0.2 * width, 1.2 * width, width * rng.uniform(0.06, 0.15)):
            across, shift = width * 0.04, (vanish - x) * 0.2
            near = [(x + across, bottom), (x, bottom)]
            fill(image, [(x + shift, top), (x + shift + across, top), *near], white)
        return
    for foot in rng.uniform(-0.2, 1.2, int(rng.integers(1, 4))) * width:
        for start in np.arange(0.05, 1, 0.14):
            ends = [
                (vanish + (foot - vanish) * t, horizon + (height - horizon) * t)
                for t in (start, start + 0.08)
            ]
            line(image, ends[0], ends[1], white, max(1, int(5 * start)))


def car(image: Image, rng: Rng, horizon: float) -> None:
    """Draw a car from the side: body, cabin, windows, wheels, in place."""
    height, width = image.shape[:2]
    y = horizon + (height - horizon) * rng.uniform(0.05, 0.9)
    size = width * (0.08 + 0.4 * rng.random() * (y - horizon) / height)
    x = width * rng.uniform(-0.1, 0.95)
    colour = any_colour(rng)
    body = [(x, y), (x + size, y), (x + size, y - size * 0.2), (x, y - size * 0.2)]
    fill(image, body, colour)
    roof = y - size * rng.uniform(0.33, 0.45)
    cabin = [(0.15, y - size * 0.2), (0.3, roof), (0.72, roof), (0.88, y - size * 0.2)]
    fill(image, [(x + size * a, b) for a, b in cabin], shade(colour, 0.9))
    glass = hsv(0.6, 0.2, rng.uniform(0.1, 0.8))
    fill(image, [(x + size * a, b + (size * 0.03 if b == roof else 0)) for a, b in cabin], glass)
    line(image, (x + size / 2, roof), (x + size / 2, y), shade(colour, 0.5))
    for wheel in (0.2, 0.8):
        centre = (int(x + size * wheel), int(y))
        cv2.circle(image, centre, max(1, int(size * 0.09)), (20, 20, 20), -1, cv2.LINE_AA)
        cv2.circle(image, centre, max(1, int(size * 0.04)), (150, 150, 150), -1, cv2.LINE_AA)

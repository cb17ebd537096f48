"""Scenes made of texture: dead leaves, foliage, landscapes, posters, large smooth regions."""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.noise import (
    Colour,
    Image,
    Rng,
    any_colour,
    blend,
    blur,
    flat,
    fractal,
    gradient,
    hsv,
    mix,
    modulate,
    ridged,
    shade,
    smoothstep,
)


def palette(rng: Rng) -> list[Colour]:
    """Return three to seven colours that go together (near one or two hues, some of them grey)."""
    hues = rng.random(int(rng.integers(1, 4)))
    vividness = rng.uniform(0.05, 1.0)
    return [
        hsv(
            float(rng.choice(hues)) + rng.normal(0, 0.04),
            vividness * rng.random(),
            rng.uniform(0.05, 1.0),
        )
        for _ in range(int(rng.integers(3, 8)))
    ]


def paint_shape(
    image: Image, rng: Rng, centre: tuple[int, int], size: float, colour: Colour
) -> None:
    """Paint one filled ellipse, box or polygon of about `size` pixels into the image."""
    choice = rng.integers(3)
    stretch = rng.uniform(0.3, 1.0)
    angle = float(rng.uniform(0, 180))
    if choice == 0:
        axes = (max(1, int(size)), max(1, int(size * stretch)))
        cv2.ellipse(image, centre, axes, angle, 0, 360, colour, -1, cv2.LINE_AA)
        return
    if choice == 1:
        corners = cv2.boxPoints((centre, (2 * size, 2 * size * stretch), angle))
    else:
        turns = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
        reach = size * rng.uniform(0.5, 1.2, turns.size)
        corners = np.stack([np.cos(turns), np.sin(turns)], 1) * reach[:, None] + centre
    cv2.fillPoly(image, [corners.astype(np.int32)], colour, cv2.LINE_AA)


def dead_leaves(rng: Rng, height: int, width: int) -> Image:
    """Return overlapping shapes with power-law sizes, the statistics of natural images.

    Method: Lee, Mumford, Huang, "Occlusion models for natural images", IJCV 2001 (exponent 3).
    """
    colours = palette(rng)
    image = flat(height, width, colours[0])
    smallest, largest = rng.uniform(1.5, 4), max(height, width) * rng.uniform(0.1, 0.35)
    count = int(rng.integers(60, 260))
    draws = rng.random(count)
    sizes = (smallest**-2 + draws * (largest**-2 - smallest**-2)) ** -0.5
    for size in sizes:
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        colour = shade(colours[int(rng.integers(len(colours)))], rng.uniform(0.6, 1.4))
        paint_shape(image, rng, centre, float(size), colour)
    roughness = rng.uniform(0, 0.5)
    return modulate(image, 1 - roughness * fractal(rng, height, width, 8, 4, 0.7))


def foliage(rng: Rng, height: int, width: int) -> Image:
    """Return leaves or grass: many small strokes over dark and light clumps, maybe with fruit."""
    hue = rng.uniform(0.08, 0.42)
    clumps = fractal(rng, height, width, rng.uniform(2, 8), 4)
    image = blend(hsv(hue, 0.7, 0.1), hsv(hue, 0.5, rng.uniform(0.35, 0.9)), clumps)
    length = rng.uniform(3, 14)
    upright = rng.random() < 0.5
    for _ in range(int(rng.integers(150, 400))):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        colour = hsv(hue + rng.normal(0, 0.03), rng.uniform(0.2, 0.9), rng.uniform(0.1, 1.0))
        angle = float(rng.normal(90, 15) if upright else rng.uniform(0, 180))
        axes = (max(1, int(length * rng.uniform(0.4, 1.3))), int(rng.integers(1, 4)))
        cv2.ellipse(image, (x, y), axes, angle, 0, 360, colour, -1, cv2.LINE_AA)
    if rng.random() < 0.4:
        add_fruit(image, rng)
    return image


def add_fruit(image: Image, rng: Rng) -> None:
    """Paint a few shaded balls of one colour, in place."""
    height, width = image.shape[:2]
    colour = hsv(rng.random(), rng.uniform(0.6, 1.0), rng.uniform(0.6, 1.0))
    radius = max(height, width) * rng.uniform(0.03, 0.16)
    for _ in range(int(rng.integers(1, 8))):
        x, y = float(rng.uniform(0, width)), float(rng.uniform(0, height))
        for step in np.linspace(1, 0.1, 6):
            offset = (1 - step) * radius * 0.4
            centre = (int(x - offset), int(y - offset))
            ball = shade(colour, 1.25 - 0.75 * step)
            cv2.circle(image, centre, max(1, int(radius * step)), ball, -1, cv2.LINE_AA)


def landscape(rng: Rng, height: int, width: int) -> Image:
    """Return sky over layered hills, with sea, snow, sand or grass in front."""
    image = sky(rng, height, width)
    horizon = height * rng.uniform(0.2, 0.7)
    hue, vividness = rng.random(), rng.uniform(0.05, 0.6)
    layers = int(rng.integers(1, 5))
    for layer in range(layers):
        crest = fractal(rng, 4, width, rng.uniform(2, 7), 5)[0]
        top = (
            horizon + (height - horizon) * layer / layers - crest * height * rng.uniform(0.05, 0.3)
        )
        colour = hsv(hue + 0.05 * layer, vividness, rng.uniform(0.1, 0.95))
        ground = blend(shade(colour, 0.7), colour, fractal(rng, height, width, 10, 4, 0.8))
        below = np.arange(height, dtype=np.float32)[:, None] - top[None, :]
        image = mix(image, ground, smoothstep(below, -0.7, 0.7))
    return image


def sky(rng: Rng, height: int, width: int) -> Image:
    """Return a clear, cloudy or overcast sky, brighter towards the horizon."""
    blue = rng.uniform(0, 0.8) * (rng.random() < 0.7)
    top = hsv(rng.normal(0.58, 0.03), blue, rng.uniform(0.4, 0.95))
    ramp = np.repeat(np.linspace(0, 1, height, dtype=np.float32)[:, None], width, 1)
    image = blend(top, hsv(rng.uniform(0.0, 0.6), blue * 0.3, rng.uniform(0.7, 1.0)), ramp)
    if rng.random() < 0.6:
        level = rng.uniform(0.3, 0.7)
        clouds = smoothstep(fractal(rng, height, width, rng.uniform(2, 6), 5), level, level + 0.25)
        image = mix(image, flat(height, width, (245, 245, 245)), clouds * rng.uniform(0.3, 0.9))
    return image


def write_text(image: Image, rng: Rng, colour: Colour, scale: float) -> None:
    """Write one line of random letters at a random place, in place."""
    letters = "".join(chr(int(code)) for code in rng.integers(33, 123, int(rng.integers(2, 14))))
    height, width = image.shape[:2]
    origin = (
        int(rng.integers(-width // 10, max(1, width * 3 // 4))),
        int(rng.integers(height)) + 5,
    )
    thickness = max(1, round(scale * rng.uniform(1, 3)))
    font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_TRIPLEX]))
    cv2.putText(image, letters, origin, font, scale, colour, thickness, cv2.LINE_AA)


def poster(rng: Rng, height: int, width: int) -> Image:
    """Return a sign, page, screen or drawing: flat colours, lines of text, icons in a grid."""
    image = blend(any_colour(rng), any_colour(rng, darkest=0.5), gradient(rng, height, width))
    if rng.random() < 0.5:
        image = flat(height, width, any_colour(rng, saturation=0.5, darkest=0.6))
    for _ in range(int(rng.integers(1, 9))):
        write_text(image, rng, any_colour(rng), rng.uniform(0.3, 2.0))
    if rng.random() < 0.6:
        rows, columns = rng.integers(1, 6, 2)
        size = 0.35 * min(height / rows, width / columns)
        for row in range(rows):
            for column in range(columns):
                centre = (int((column + 0.5) * width / columns), int((row + 0.5) * height / rows))
                paint_shape(image, rng, centre, size, any_colour(rng))
                paint_shape(image, rng, centre, size / 2, any_colour(rng))
    return image


def pattern(rng: Rng, height: int, width: int) -> Image:
    """Return bricks, tiles, planks, stripes or a fence, seen at an angle."""
    colour = any_colour(rng)
    image = blend(shade(colour, 0.8), colour, fractal(rng, height, width, 6, 4))
    joint = shade(colour, float(rng.choice([0.4, 0.6, 1.5])))
    pitch_y, pitch_x = rng.uniform(8, 60, 2)
    thickness = int(rng.integers(1, 4))
    for row, top in enumerate(np.arange(-height, 2 * height, pitch_y)):
        cv2.line(image, (-width, int(top)), (2 * width, int(top)), joint, thickness, cv2.LINE_AA)
        for left in np.arange(-width + (row % 2) * pitch_x / 2, 2 * width, pitch_x):
            ends = (int(left), int(top)), (int(left), int(top + pitch_y))
            cv2.line(image, *ends, joint, thickness, cv2.LINE_AA)
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    jitter = rng.uniform(-0.25, 0.25, (4, 2)) * (width, height)
    matrix = cv2.getPerspectiveTransform(corners, (corners + jitter).astype(np.float32))
    size = (width, height)
    return cv2.warpPerspective(image, matrix, size, borderMode=cv2.BORDER_REFLECT)


def smooth_region(rng: Rng, height: int, width: int) -> Image:
    """Return a frame that is mostly sky, snow, water or wall with few small sharp things in it."""
    base = any_colour(rng, saturation=0.6, darkest=0.15)
    image = blend(shade(base, rng.uniform(0.6, 1)), base, fractal(rng, height, width, 2, 3))
    if rng.random() < 0.4:
        image = sky(rng, height, width)
    for _ in range(int(rng.integers(2, 8))):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        size = max(height, width) * rng.uniform(0.02, 0.09)
        for _ in range(int(rng.integers(1, 4))):
            near = (centre[0] + int(rng.normal(0, size)), centre[1] + int(rng.normal(0, size / 2)))
            paint_shape(image, rng, near, size * rng.uniform(0.3, 1), any_colour(rng))
    if rng.random() < 0.5:
        level = int(height * rng.uniform(0.65, 0.95))
        strip = dead_leaves(rng, height - level, width)
        image[level:] = strip
    return image


def close_object(rng: Rng, height: int, width: int) -> Image:
    """Return one large shaded thing (a fruit, a pot, a car panel) before a plain background."""
    image = blend(any_colour(rng, 0.4, 0.3), any_colour(rng, 0.4), gradient(rng, height, width))
    colour = any_colour(rng)
    light = gradient(rng, height, width)
    texture = ridged(rng, height, width, rng.uniform(3, 12), 3) * rng.uniform(0, 0.5)
    surface = modulate(flat(height, width, colour), 0.35 + 0.9 * light - texture * light)
    mask = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        centre = (int(width * rng.normal(0.5, 0.15)), int(height * rng.normal(0.55, 0.15)))
        paint_shape(mask, rng, centre, max(height, width) * rng.uniform(0.1, 0.33), (255, 0, 0))
    image = mix(image, surface, mask.astype(np.float32) / 255)
    outline, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(image, outline, -1, shade(colour, 0.3), 1, cv2.LINE_AA)
    if rng.random() < 0.5:
        write_text(image, rng, any_colour(rng), rng.uniform(0.3, 1.0))
    return image


def blurred_backdrop(rng: Rng, height: int, width: int) -> Image:
    """Return a background as behind a portrait: plain, graded, out of focus or black."""
    choice = rng.integers(5)
    if choice == 0:
        return flat(height, width, any_colour(rng))
    if choice == 1:
        return flat(height, width, hsv(0, 0, float(rng.choice([0.0, 0.02, 0.97, 1.0]))))
    if choice == 2:
        return blend(any_colour(rng), any_colour(rng), fractal(rng, height, width, 2, 3))
    sigma = max(height, width) * rng.uniform(0.004, 0.05)
    return blur(dead_leaves(rng, height, width), sigma)

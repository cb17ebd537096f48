"""Conditions that make an uncovered scene hard to see; each takes an image and returns one."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from model_assets.training.noise import (
    Field,
    Image,
    Rng,
    along,
    any_colour,
    blend,
    blur,
    coordinates,
    flat,
    fractal,
    gradient,
    hsv,
    mix,
    modulate,
    smoothstep,
)

Condition = Callable[[Rng, Image], Image]


def night(rng: Rng, image: Image) -> Image:
    """Return the scene by night: dark, few lights with halos, or an infra-red spot in grey."""
    height, width = image.shape[:2]
    x, y = coordinates(height, width)
    if rng.random() < 0.4:
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        image = np.repeat(grey[..., None], 3, 2)
        distance = np.hypot(x - rng.normal(0, 0.2), y - rng.normal(0, 0.15))
        return modulate(
            image, rng.uniform(0.3, 1.0) * np.exp(-((distance / rng.uniform(0.4, 1.2)) ** 2))
        )
    dark = image.astype(np.float32) * rng.uniform(0.04, 0.3)
    for _ in range(int(rng.integers(1, 9))):
        centre = rng.uniform(-0.9, 0.9), rng.uniform(-0.5, 0.4)
        distance = np.hypot(x - centre[0], y - centre[1])
        colour = np.float32(hsv(rng.uniform(0, 0.2), 0.5 * rng.random(), 1.0))
        core, halo = rng.uniform(0.008, 0.05), rng.uniform(0.05, 0.4)
        glow = np.exp(-((distance / core) ** 2)) + rng.uniform(0, 0.4) * np.exp(-distance / halo)
        dark += glow[..., None] * colour * rng.uniform(0.5, 1.2)
        dark += image * (np.exp(-distance / halo) * rng.uniform(0.1, 0.5))[..., None]
    return dark.clip(0, 255).astype(np.uint8)


def fog(rng: Rng, image: Image) -> Image:
    """Return the scene in fog, dust or smoke: contrast falls with height in the frame."""
    height, width = image.shape[:2]
    near = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    densest = rng.uniform(0.55, 0.9)
    veil = densest * (1 - rng.uniform(0.0, 0.5) * near)
    veil = veil * (1 - 0.25 * fractal(rng, height, width, 2, 3))
    colour = hsv(rng.uniform(0, 1), 0.12 * rng.random(), rng.uniform(0.45, 1.0))
    return mix(blur(image, rng.uniform(0, 1.0)), flat(height, width, colour), veil)


def rain(rng: Rng, image: Image) -> Image:
    """Return the scene through a wet lens: each drop shows the scene small and upside down."""
    height, width = image.shape[:2]
    grid_x, grid_y = np.meshgrid(np.arange(width), np.arange(height))
    map_x, map_y = grid_x.astype(np.float32), grid_y.astype(np.float32)
    wet = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(8, 70))):
        radius = max(height, width) * rng.uniform(0.008, 0.06)
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        top, bottom = max(0, int(y - radius)), min(height, int(y + radius) + 1)
        left, right = max(0, int(x - radius)), min(width, int(x + radius) + 1)
        if top >= bottom or left >= right:
            continue
        across = grid_x[top:bottom, left:right] - x
        down = grid_y[top:bottom, left:right] - y
        inside = across**2 + down**2 < radius**2
        zoom = rng.uniform(2, 8)
        map_x[top:bottom, left:right][inside] = (x - zoom * across)[inside]
        map_y[top:bottom, left:right][inside] = (y - zoom * down)[inside]
        wet[top:bottom, left:right][inside] = 1
    drops = cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    edge = blur(wet, rng.uniform(0.5, 3.0))
    image = mix(blur(image, rng.uniform(0, 1.2)), blur(drops, rng.uniform(0.5, 2.0)), edge)
    return modulate(image, 1 - 0.5 * edge * (1 - edge))


def overexposure(rng: Rng, image: Image) -> Image:
    """Return the scene far too bright, with bloom around the clipped parts."""
    height, width = image.shape[:2]
    bright = image.astype(np.float32) * rng.uniform(1.5, 3.5)
    if rng.random() < 0.5:
        x, y = coordinates(height, width)
        distance = np.hypot(x - rng.uniform(-0.9, 0.9), y - rng.uniform(-0.6, 0.6))
        bright += 255 * rng.uniform(0.3, 1.2) * np.exp(-distance / rng.uniform(0.1, 0.5))[..., None]
    bright = bright + rng.uniform(0, 0.5) * blur(np.clip(bright - 200, 0, 255), width * 0.03)
    return bright.clip(0, 255).astype(np.uint8)


def partial_shadow(rng: Rng, image: Image) -> Image:
    """Return the scene with a hard or soft shadow of a wall, tree or blind over part of it."""
    height, width = image.shape[:2]
    soft = rng.uniform(0.005, 0.2)
    if rng.random() < 0.5:
        position = along(height, width, rng.uniform(0, 6.3)) - rng.uniform(-0.6, 0.4)
    elif rng.random() < 0.5:
        position = fractal(rng, height, width, rng.uniform(2, 8), 3) - rng.uniform(0.35, 0.6)
    else:
        stripes = along(height, width, rng.uniform(0, 6.3)) * rng.uniform(6, 40)
        position = np.sin(stripes).astype(np.float32)
    depth = rng.uniform(0.4, 0.92)
    return modulate(image, 1 - depth * smoothstep(position, -soft, soft))


def low_resolution(rng: Rng, image: Image) -> Image:
    """Return the image as a small or badly compressed one enlarged: soft, blocky, maybe ringing."""
    height, width = image.shape[:2]
    columns = int(rng.uniform(28, 90))
    rows = max(16, columns * height // width)
    small = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
    quality = int(rng.integers(15, 90))
    small = jpeg(small, quality)
    how = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST]))
    return cv2.resize(small, (width, height), interpolation=how)


def jpeg(image: Image, quality: int) -> Image:
    """Return the image after JPEG compression at a quality of 1..100."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def mild_blur(rng: Rng, image: Image) -> Image:
    """Return the image a little out of focus or shaken, everything in it still recognisable."""
    longer = max(image.shape[:2])
    if rng.random() < 0.6:
        return blur(image, longer * rng.uniform(0.004, 0.017))
    size = max(3, int(longer * rng.uniform(0.01, 0.045)) | 1)
    kernel = np.zeros((size, size), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = np.array([np.cos(angle), np.sin(angle)]) * size / 2
    ends = [tuple(int(v) for v in size // 2 + sign * reach) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def depth_of_field(rng: Rng, image: Image) -> Image:
    """Return the image sharp in one region and strongly blurred around it."""
    height, width = image.shape[:2]
    x, y = coordinates(height, width)
    distance = np.hypot(x - rng.normal(0, 0.25), (y - rng.normal(0, 0.2)) * rng.uniform(0.5, 1.5))
    sharp = rng.uniform(0.3, 0.6)
    weight = smoothstep(distance.astype(np.float32), sharp, sharp + 0.25)
    return mix(image, blur(image, width * rng.uniform(0.01, 0.06)), weight)


def bars(rng: Rng, image: Image) -> Image:
    """Return the image within black, white or coloured bars or a frame, as in a letterbox."""
    height, width = image.shape[:2]
    share = rng.uniform(0.3, 0.75)
    out = flat(height, width, any_colour(rng, 0.5) if rng.random() < 0.3 else (0, 0, 0))
    if rng.random() < 0.2:
        out = flat(height, width, (255, 255, 255))
    rows, columns = height, width
    choice = rng.integers(3)
    if choice != 0:
        rows = int(height * (share if choice == 1 else max(share, 0.55)))
    if choice != 1:
        columns = int(width * (share if choice == 0 else max(share, 0.55)))
    top, left = (height - rows) // 2, (width - columns) // 2
    small = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
    out[top : top + rows, left : left + columns] = small
    return out


def tinted(rng: Rng, image: Image) -> Image:
    """Return the image in grey, sepia or under a strongly coloured light."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    tones: Field = grey.astype(np.float32) / 255
    if rng.random() < 0.5:
        return np.repeat(grey[..., None], 3, 2)
    monochrome = blend((0, 0, 0), hsv(rng.random(), rng.random(), 1.0), tones)
    return mix(monochrome, image, np.full(tones.shape, rng.uniform(0, 0.6), np.float32))


def low_contrast(rng: Rng, image: Image) -> Image:
    """Return the image with its tones squeezed together, in dull light or behind dusty glass."""
    span, base = rng.uniform(0.15, 0.5), rng.uniform(0, 255)
    out = base * (1 - span) + image.astype(np.float32) * span
    return modulate(out.clip(0, 255).astype(np.uint8), 1 - 0.3 * gradient(rng, *image.shape[:2]))


CONDITIONS: dict[str, Condition] = {
    "night": night,
    "fog": fog,
    "rain on the lens": rain,
    "overexposure": overexposure,
    "partial shadow": partial_shadow,
    "low resolution": low_resolution,
    "mild blur": mild_blur,
    "depth of field": depth_of_field,
    "bars": bars,
    "tinted": tinted,
    "low contrast": low_contrast,
}
"""Every condition under which a scene still counts as clear, by name."""

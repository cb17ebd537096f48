"""Fields and colours out of which the scenes and covers are painted.

An *image* is BGR uint8 [height, width, 3]; a *field* is float32 [height, width], mostly in 0..1.
Every function draws from the generator it is given and keeps no state of its own.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Field = NDArray[np.float32]
Rng = np.random.Generator
Colour = tuple[float, float, float]


def fractal(
    rng: Rng, height: int, width: int, cells: float = 3.0, octaves: int = 4, gain: float = 0.5
) -> Field:
    """Return value noise summed over octaves (fractional Brownian motion), scaled to 0..1.

    Args:
        rng: source of randomness.
        height: rows of the field.
        width: columns of the field.
        cells: lattice cells across the longer side in the coarsest octave.
        octaves: number of octaves, each twice as fine as the one before.
        gain: amplitude of an octave relative to the one before.
    """
    longer = max(height, width)
    total = np.zeros((height, width), np.float32)
    amplitude = 1.0
    for _ in range(octaves):
        rows = max(2, round(cells * height / longer) + 1)
        columns = max(2, round(cells * width / longer) + 1)
        if rows > height or columns > width:
            break
        lattice = rng.random((rows, columns), dtype=np.float32)
        total += amplitude * cv2.resize(lattice, (width, height), interpolation=cv2.INTER_CUBIC)
        amplitude *= gain
        cells *= 2
    return unit_range(total)


def ridged(rng: Rng, height: int, width: int, cells: float = 3.0, octaves: int = 3) -> Field:
    """Return noise with sharp crests, as in wrinkled foil or creased cloth, in 0..1."""
    return 1 - np.abs(2 * fractal(rng, height, width, cells, octaves) - 1)


def unit_range(field: Field) -> Field:
    """Return the field shifted and scaled to 0..1 (a constant field becomes 0)."""
    low, high = float(field.min()), float(field.max())
    return (field - low) / max(high - low, 1e-6)


def coordinates(height: int, width: int) -> tuple[Field, Field]:
    """Return x and y of every pixel, -1..1 along the longer side, 0 in the middle."""
    longer = max(height, width)
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) * (2 / longer)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) * (2 / longer)
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x, grid_y


def along(height: int, width: int, angle: float) -> Field:
    """Return the position of every pixel along a direction (angle in radians)."""
    x, y = coordinates(height, width)
    return (x * np.cos(angle) + y * np.sin(angle)).astype(np.float32)


def gradient(rng: Rng, height: int, width: int) -> Field:
    """Return a linear ramp 0..1 in a random direction."""
    return unit_range(along(height, width, rng.uniform(0, 2 * np.pi)))


def smoothstep(field: Field, low: float, high: float) -> Field:
    """Return 0 below `low`, 1 above `high` and a smooth ramp between."""
    t = np.clip((field - low) / max(high - low, 1e-6), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def blur(image: NDArray, sigma: float) -> NDArray:
    """Return a Gaussian blur; a wide one is done at reduced size, which looks the same."""
    if sigma < 0.3:
        return image
    height, width = image.shape[:2]
    shrink = max(1, int(sigma / 2.5))
    if shrink == 1:
        return cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    small = cv2.resize(
        image,
        (max(4, width // shrink), max(4, height // shrink)),
        interpolation=cv2.INTER_AREA,
    )
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REPLICATE)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Return the BGR colour (0..255) of a hue (turns), saturation and value (0..1)."""
    sector = (hue % 1.0) * 6
    chroma = value * saturation
    second = chroma * (1 - abs(sector % 2 - 1))
    base = value - chroma
    red, green, blue = (
        (chroma, second, 0.0),
        (second, chroma, 0.0),
        (0.0, chroma, second),
        (0.0, second, chroma),
        (second, 0.0, chroma),
        (chroma, 0.0, second),
    )[int(sector) % 6]
    return 255 * (blue + base), 255 * (green + base), 255 * (red + base)


def any_colour(rng: Rng, saturation: float = 1.0, darkest: float = 0.05) -> Colour:
    """Return a random colour; dull ones are more frequent than vivid ones."""
    return hsv(rng.random(), saturation * rng.random() ** 1.6, rng.uniform(darkest, 1.0))


def skin_colour(rng: Rng) -> Colour:
    """Return a skin colour between very dark and very pale."""
    depth = rng.random()
    pale = np.array([190.0, 210.0, 245.0])
    tan = np.array([105.0, 145.0, 205.0])
    dark = np.array([35.0, 50.0, 80.0])
    base = pale + (tan - pale) * 2 * depth if depth < 0.5 else tan + (dark - tan) * (2 * depth - 1)
    base = np.clip(base * rng.uniform(0.9, 1.05) + rng.normal(0, 5, 3), 5, 255)
    return float(base[0]), float(base[1]), float(base[2])


def shade(colour: Colour, factor: float) -> Colour:
    """Return the colour made brighter (factor > 1) or darker, within 0..255."""
    blue, green, red = (min(255.0, max(0.0, channel * factor)) for channel in colour)
    return blue, green, red


def flat(height: int, width: int, colour: Colour) -> Image:
    """Return an image of one colour."""
    return np.full((height, width, 3), colour, np.float32).astype(np.uint8)


def blend(low: Colour, high: Colour, field: Field) -> Image:
    """Return the image that goes from one colour to the other as the field goes from 0 to 1."""
    start, end = np.float32(low), np.float32(high)
    return (start + field[..., None] * (end - start)).clip(0, 255).astype(np.uint8)


def modulate(image: Image, field: Field) -> Image:
    """Return the image multiplied by a field (1 leaves a pixel as it is)."""
    return (image * field[..., None]).clip(0, 255).astype(np.uint8)


def mix(below: Image, above: Image, weight: Field) -> Image:
    """Return `above` laid over `below` with the given weight 0..1."""
    lower = below.astype(np.float32)
    return (lower + (above - lower) * weight[..., None]).clip(0, 255).astype(np.uint8)

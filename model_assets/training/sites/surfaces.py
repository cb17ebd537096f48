"""Textures of floors, walls and ground that repeat without a seam (BGR uint8, squares)."""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.noise import (
    Colour,
    Field,
    Image,
    Rng,
    blend,
    flat,
    hsv,
    modulate,
    shade,
    smoothstep,
    unit_range,
)

SIZE = 256
"""Rows and columns of a texture that repeats."""


def wrapped(rng: Rng, size: int, cells: int, octaves: int = 4, gain: float = 0.5) -> Field:
    """Return fractal value noise in 0..1 whose opposite edges meet, [size, size]."""
    total = np.zeros((size, size), np.float32)
    amplitude = 1.0
    for _ in range(octaves):
        if cells > size // 2:
            break
        lattice = np.pad(rng.random((cells, cells), dtype=np.float32), 2, mode="wrap")
        step = size / cells
        wide = round((cells + 4) * step)
        how = cv2.INTER_CUBIC if step > 12 else cv2.INTER_LINEAR
        field = cv2.resize(lattice, (wide, wide), interpolation=how)
        start = round(2 * step)
        total += amplitude * field[start : start + size, start : start + size]
        amplitude *= gain
        cells *= 2
    return unit_range(total)


def grain(rng: Rng, size: int, amount: float) -> Field:
    """Return a factor about 1 that differs from pixel to pixel."""
    return 1 + np.float32(amount) * rng.standard_normal((size, size), dtype=np.float32)


def plaster(rng: Rng, colour: Colour) -> Image:
    """Return painted plaster: nearly plain, with faint clouds and roller marks."""
    clouds = 0.95 + 0.07 * wrapped(rng, SIZE, 3, 5)
    return modulate(flat(SIZE, SIZE, colour), clouds * grain(rng, SIZE, 0.012))


def dado(rng: Rng, upper: Colour, lower: Colour, share: float) -> Image:
    """Return a wall as high as the texture whose lowest `share` is of another colour."""
    image = plaster(rng, upper)
    top = round(SIZE * (1 - share))
    image[top:] = plaster(rng, lower)[top:]
    image[top - 2 : top + 2] = shade(lower, float(rng.choice([0.6, 1.25])))
    return image


def wood(rng: Rng, colour: Colour) -> Image:
    """Return wood with the grain along the rows of the texture (upright)."""
    bend = wrapped(rng, SIZE, 2, 3)
    x = np.arange(SIZE, dtype=np.float32)[None, :] / SIZE
    rings = np.sin(2 * np.pi * (x * int(rng.integers(5, 11)) + 1.6 * bend))
    fine = cv2.resize(wrapped(rng, SIZE, 64, 2)[:8], (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    return blend(shade(colour, 0.72), shade(colour, 1.06), unit_range(0.35 * rings + 1.3 * fine))


def planks(rng: Rng, colour: Colour, columns: int = 8) -> Image:
    """Return a floor of wooden boards laid in a running bond."""
    image = wood(rng, colour).astype(np.float32)
    step = SIZE // columns
    for column in range(columns):
        left, cut = column * step, int(rng.integers(SIZE))
        piece = np.roll(image[:, left : left + step], int(rng.integers(SIZE)), 0)
        piece[:cut] *= rng.uniform(0.8, 1.1)
        piece[cut:] *= rng.uniform(0.8, 1.1)
        piece[cut - 1 : cut + 1] *= 0.55
        piece[:, :1] *= 0.55
        image[:, left : left + step] = piece
    return image.clip(0, 255).astype(np.uint8)


def tiles(rng: Rng, colour: Colour, other: Colour, joint: Colour, count: int = 4) -> Image:
    """Return square tiles, `count` a side, in two colours as on a chessboard."""
    rows, columns = np.mgrid[0:count, 0:count]
    odd = ((rows + columns) % 2).astype(np.float32)[..., None]
    cells = np.float32(colour) * (1 - odd) + np.float32(other) * odd
    cells *= rng.normal(1, 0.025, (count, count, 1)).astype(np.float32)
    image = cv2.resize(cells, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST)
    image *= (0.93 + 0.1 * wrapped(rng, SIZE, 4, 5, 0.6))[..., None]
    edge = np.minimum(np.arange(SIZE) % (SIZE // count), 3) < 2
    image[edge] = joint
    image[:, edge] = joint
    return (image * grain(rng, SIZE, 0.01)[..., None]).clip(0, 255).astype(np.uint8)


def terrazzo(rng: Rng, colour: Colour) -> Image:
    """Return a speckled floor: terrazzo or linoleum."""
    image = modulate(flat(SIZE, SIZE, colour), 0.93 + 0.09 * wrapped(rng, SIZE, 3, 4))
    for tone in (0.6, 1.25, 0.8):
        spots = rng.random((SIZE, SIZE)) < 0.025
        image[spots] = shade(colour, tone * rng.uniform(0.9, 1.1))
    return cv2.GaussianBlur(image, (3, 3), 0.6, borderType=cv2.BORDER_REFLECT)


def carpet(rng: Rng, colour: Colour, squares: bool) -> Image:
    """Return carpet, by the roll or in squares whose pile lies in turn either way."""
    pile = 0.86 + 0.14 * wrapped(rng, SIZE, 48, 2) + 0.05 * wrapped(rng, SIZE, 3, 3)
    image = modulate(flat(SIZE, SIZE, colour), pile * grain(rng, SIZE, 0.06))
    if squares:
        half = SIZE // 2
        image[:half, :half] = (image[:half, :half] * 0.9).astype(np.uint8)
        image[half:, half:] = (image[half:, half:] * 0.9).astype(np.uint8)
    return image


def bricks(rng: Rng, colour: Colour, joint: Colour, rows: int = 16, columns: int = 5) -> Image:
    """Return a brick wall in running bond."""
    tone = rng.normal(1, 0.11, (rows, columns * 2, 1)).astype(np.float32)
    tone[:, 1::2] = tone[:, 0::2]
    tone[1::2] = np.roll(tone[1::2], 1, axis=1)
    image = cv2.resize(tone * np.float32(colour), (SIZE, SIZE), interpolation=cv2.INTER_NEAREST)
    image *= (0.85 + 0.25 * wrapped(rng, SIZE, 16, 4, 0.7))[..., None]
    row = np.arange(SIZE) * rows // SIZE
    first = np.flatnonzero(np.diff(row, prepend=-1))
    image[first] = joint
    wide = SIZE / columns
    for number, top in enumerate(first):
        shift = (number % 2) * wide / 2
        left = np.round(np.arange(columns) * wide + shift).astype(int) % SIZE
        bottom = first[number + 1] if number + 1 < len(first) else SIZE
        image[top:bottom, left] = joint
    return image.clip(0, 255).astype(np.uint8)


def concrete(rng: Rng, tone: float) -> Image:
    """Return poured concrete of a grey 0..1: clouds, pores, a few stains."""
    clouds = wrapped(rng, SIZE, 3, 6, 0.6)
    image = blend(hsv(0.1, 0.05, tone * 0.9), hsv(0.12, 0.06, tone * 1.06), clouds)
    stains = smoothstep(wrapped(rng, SIZE, 4, 3), 0.7, 0.9)
    return modulate(image, (1 - 0.08 * stains) * grain(rng, SIZE, 0.03))


def asphalt(rng: Rng, tone: float) -> Image:
    """Return asphalt of a grey 0..1: grit, patches, cracks."""
    image = flat(SIZE, SIZE, hsv(float(rng.uniform(0.05, 0.65)), 0.04, tone))
    field = (0.88 + 0.2 * wrapped(rng, SIZE, 3, 4)) * (0.9 + 0.2 * wrapped(rng, SIZE, 96, 1))
    crack = np.abs(wrapped(rng, SIZE, 3, 4) - 0.5) < 0.004
    field = np.where(crack, field * 0.8, field).astype(np.float32)
    return modulate(image, field * grain(rng, SIZE, 0.07))


def paving(rng: Rng, colour: Colour, rows: int = 6, columns: int = 4) -> Image:
    """Return paving slabs in running bond."""
    tone = rng.normal(1, 0.06, (rows, columns * 2, 1)).astype(np.float32)
    tone[:, 1::2] = tone[:, 0::2]
    tone[1::2] = np.roll(tone[1::2], 1, axis=1)
    image = cv2.resize(tone * np.float32(colour), (SIZE, SIZE), interpolation=cv2.INTER_NEAREST)
    image *= ((0.84 + 0.25 * wrapped(rng, SIZE, 4, 6, 0.7)) * grain(rng, SIZE, 0.03))[..., None]
    for row in range(rows):
        top, bottom = row * SIZE // rows, (row + 1) * SIZE // rows
        image[top : top + 2] *= 0.6
        left = ((np.arange(columns) + (row % 2) / 2) * SIZE / columns).astype(int) % SIZE
        image[top:bottom, left] *= 0.6
    return image.clip(0, 255).astype(np.uint8)


def grass(rng: Rng) -> Image:
    """Return a lawn seen from above."""
    field = 0.5 * wrapped(rng, SIZE, 5, 4) + 0.5 * rng.random((SIZE, SIZE), dtype=np.float32)
    hue = float(rng.uniform(0.2, 0.29))
    return blend(hsv(hue, 0.6, 0.2), hsv(hue - 0.03, 0.5, 0.5), field)


def leaves(rng: Rng, hue: float) -> Image:
    """Return foliage: light leaves over dark gaps."""
    clumps = wrapped(rng, SIZE, 20, 3, 0.8)
    image = blend(hsv(hue, 0.7, 0.25), hsv(hue - 0.03, 0.55, 0.72), clumps)
    return modulate(image, grain(rng, SIZE, 0.15))


def ceiling_tiles(rng: Rng, colour: Colour, count: int = 4) -> Image:
    """Return mineral ceiling tiles in a metal grid."""
    image = modulate(flat(SIZE, SIZE, colour), grain(rng, SIZE, 0.015))
    specks = rng.random((SIZE, SIZE)) < 0.02
    image[specks] = shade(colour, 0.86)
    edge = np.arange(SIZE) % (SIZE // count) < 2
    image[edge] = shade(colour, 0.8)
    image[:, edge] = shade(colour, 0.8)
    return image

"""Outlines of covers: fields whose highest values are hidden first."""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.noise import (
    Field,
    Rng,
    along,
    blur,
    coordinates,
    fractal,
    smoothstep,
    unit_range,
)

HIDDEN = 0.95
"""Opacity from which on a part of the frame counts as hidden."""


def share_hidden(field: Field, hidden: float, sigma: float) -> Field:
    """Return opacity 0..1, out of focus, that hides a share `hidden` of the area.

    A large cover is at least `HIDDEN` opaque on its share, so that what it hides is hidden; a
    small one is at least half opaque there, so that what lies around it is seen.

    Args:
        field: any field; its highest values are hidden first.
        hidden: share of the area to hide, 1 hides all.
        sigma: Gaussian blur of the border in pixels.
    """
    if hidden >= 1:
        return np.ones_like(field)
    opaque = HIDDEN if hidden > 0.5 else 0.5
    level = np.quantile(field[::2, ::2], 1 - hidden)
    opacity = blur((field >= level).astype(np.float32), sigma)
    middle = float(np.clip(np.quantile(opacity[::2, ::2], 1 - hidden), 0.01, 0.99))
    return np.interp(opacity, [0, middle, 1], [0, opaque, 1]).astype(np.float32)


def edge_on(rng: Rng, height: int, width: int) -> Field:
    """Return a field for something that comes in from one side with a wavy edge."""
    waves = fractal(rng, height, width, rng.uniform(1, 4), 3)
    return unit_range(along(height, width, rng.uniform(0, 2 * np.pi))) + rng.uniform(0, 0.5) * waves


def patch(rng: Rng, height: int, width: int) -> Field:
    """Return a field for a round, oval or rectangular thing somewhere on the lens."""
    x, y = coordinates(height, width)
    angle = rng.uniform(0, np.pi)
    x, y = x - rng.normal(0, 0.25), y - rng.normal(0, 0.2)
    across = np.abs(x * np.cos(angle) + y * np.sin(angle)) * rng.uniform(0.6, 1.6)
    down = np.abs(y * np.cos(angle) - x * np.sin(angle))
    power = float(rng.choice([2.0, 4.0, 10.0]))
    return -((across**power + down**power) ** (1 / power)).astype(np.float32)


def band(rng: Rng, height: int, width: int, angle: float) -> Field:
    """Return a field for one or two strips along a direction (radians)."""
    across = along(height, width, angle + np.pi / 2)
    field = -np.abs(across - rng.normal(0, 0.15))
    if rng.random() < 0.4:
        other = along(height, width, angle + np.pi / 2 + rng.normal(0, 0.3))
        field = np.maximum(field, -np.abs(other - rng.normal(0, 0.5)))
    return field.astype(np.float32)


def fingers(rng: Rng, height: int, width: int) -> tuple[Field, Field]:
    """Return a field for one to four fingers or a palm, and the creases 0..1 between them."""
    angle = rng.uniform(0, 2 * np.pi)
    across = along(height, width, angle + np.pi / 2) + rng.normal(0, 0.1)
    tip = along(height, width, angle)
    thickness = rng.uniform(0.25, 1.6)
    count = int(rng.integers(1, 5))
    nearest = np.full((height, width), -9.0, np.float32)
    for finger in range(count):
        middle = (finger - (count - 1) / 2) * thickness * rng.uniform(0.85, 1.1)
        reach = rng.uniform(0.2, 1.0)
        beyond = np.maximum(tip - reach, 0)
        distance = np.hypot(across - middle, beyond) / (thickness / 2)
        nearest = np.maximum(nearest, 1 - distance)
    creases = smoothstep(-np.abs(nearest), -0.5, 0.0)
    return nearest, creases


def speckled(rng: Rng, height: int, width: int) -> Field:
    """Return a field for a cloud of drops, dense in the middle and scattered outside."""
    cloud = patch(rng, height, width)
    fine = fractal(rng, height, width, rng.uniform(10, 40), 3, 0.9)
    field = unit_range(cloud) + rng.uniform(0.1, 0.6) * fine
    for _ in range(int(rng.integers(0, 60))):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(field, centre, int(rng.integers(1, 7)), 1.5, -1)
    return field.astype(np.float32)


def daubed(rng: Rng, height: int, width: int) -> Field:
    """Return a field for something smeared on in strokes of one direction."""
    smear = streaks(rng, height, width, rng.uniform(0, np.pi))
    return smear + rng.uniform(0.3, 1.5) * unit_range(patch(rng, height, width))


def streaks(rng: Rng, height: int, width: int, angle: float) -> Field:
    """Return noise drawn out along a direction (radians), in 0..1."""
    longer = max(height, width)
    fine = int(rng.uniform(8, 90))
    lattice = rng.random((fine, int(rng.uniform(2, 6))), dtype=np.float32)
    side = int(longer * 1.5)
    sheet = cv2.resize(lattice, (side, side), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), float(np.degrees(-angle)), 1.0)
    turn[:, 2] += ((width - side) / 2, (height - side) / 2)
    sheet = cv2.warpAffine(sheet, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    return unit_range(sheet)

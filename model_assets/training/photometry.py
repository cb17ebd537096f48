"""Random changes to how a picture was taken; they leave the geometry as it is.

For single BGR uint8 images of any size; drawn from the generator that is given.
"""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.conditions import jpeg
from model_assets.training.noise import Image, Rng

_LEVELS = np.arange(256, dtype=np.float32) / 255


def retouch(rng: Rng, image: Image, coarse_to: float | None = None) -> Image:
    """Return the image in other light, through another lens and sensor.

    Args:
        rng: source of randomness.
        image: is not changed.
        coarse_to: least share of its resolution that an image may be left with; None = kept.
    """
    if coarse_to is not None and rng.random() < 0.6:
        image = coarsen(image, float(coarse_to ** rng.random()))
    if rng.random() < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.3)))
    if rng.random() < 0.1:
        image = np.repeat(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[..., None], 3, 2)
    image = relight(rng, image)
    if rng.random() < 0.4:
        image = grainy(rng, image)
    if rng.random() < 0.25:
        image = jpeg(image, int(rng.integers(30, 95)))
    return image


def relight(rng: Rng, image: Image) -> Image:
    """Return the image with other exposure, contrast, gamma and white balance."""
    gamma = np.exp(rng.normal(0, 0.2))
    gain = np.exp(rng.normal(0, 0.18)) * np.exp(rng.normal(0, 0.05, 3))
    offset = rng.normal(0, 0.04)
    curves = 255 * (gain * (_LEVELS**gamma)[:, None] + offset)
    table = curves.clip(0, 255).astype(np.uint8)[None]
    return cv2.LUT(np.ascontiguousarray(image), table)


def grainy(rng: Rng, image: Image) -> Image:
    """Return the image with Gaussian sensor noise."""
    level = 14 * rng.random() ** 2
    noise = rng.standard_normal(image.shape, np.float32)
    return (image + level * noise).clip(0, 255).astype(np.uint8)


def sharpened(image: Image, strength: float) -> Image:
    """Return the image with its finest detail amplified."""
    soft = cv2.GaussianBlur(image, (0, 0), 0.8)
    return cv2.addWeighted(image, 1 + strength, soft, -strength, 0)


def coarsen(image: Image, share: float) -> Image:
    """Return the image as enlarged from ``share`` of its resolution."""
    height, width = image.shape[:2]
    size = max(2, round(width * share)), max(2, round(height * share))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def distant(rng: Rng, image: Image, coarse_to: float) -> Image:
    """Return the image mostly as cut out of a larger one and enlarged, noise and blocks with it.

    Args:
        rng: source of randomness.
        image: is not changed.
        coarse_to: least share of its resolution that it may have had there.
    """
    if rng.random() > 0.75:
        return image
    height, width = image.shape[:2]
    share = float(coarse_to ** rng.random())
    size = max(2, round(width * share)), max(2, round(height * share))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    if rng.random() < 0.6:
        small = grainy(rng, small)
    if rng.random() < 0.4:
        small = jpeg(small, int(rng.integers(40, 95)))
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def hide_part(rng: Rng, image: Image) -> Image:
    """Return the image with a plain or noisy rectangle over a part of it."""
    height, width = image.shape[:2]
    rows, columns = (int(side * rng.uniform(0.15, 0.4)) for side in (height, width))
    top, left = int(rng.integers(height - rows)), int(rng.integers(width - columns))
    image = image.copy()
    shape = (rows, columns, 3) if rng.random() < 0.3 else (1, 1, 3)
    image[top : top + rows, left : left + columns] = rng.integers(0, 256, shape)
    return image

"""What a camera does to the light: exposure, colour, noise, sharpness, compression, size."""

from __future__ import annotations

import cv2
import numpy as np

from model_assets.training.conditions import jpeg
from model_assets.training.noise import Image, Rng, blur, coordinates


def expose(rng: Rng, image: Image) -> Image:
    """Return the image with its mean brightness moved as by an automatic exposure.

    A covered lens makes the camera raise its gain, or leaves the frame dark if it cannot.
    """
    target = rng.uniform(4, 170)
    gain = np.clip(target / (float(image.mean()) + 1), 0.15, 5)
    return (image * np.float32(gain)).clip(0, 255).astype(np.uint8)


def capture(rng: Rng, image: Image) -> Image:
    """Return the image as a camera would deliver it.

    White balance, tone curve, vignetting, slight blur, noise (white and blotchy), JPEG blocks.
    """
    height, width = image.shape[:2]
    balance = np.float32(rng.normal(1, 0.05, 3) * rng.uniform(0.85, 1.15))
    light = (image / np.float32(255)) * balance
    if rng.random() < 0.5:
        light = light.clip(0, None) ** np.float32(rng.uniform(0.7, 1.4))
    if rng.random() < 0.4:
        x, y = coordinates(height, width)
        light *= (1 - rng.uniform(0, 0.5) * (x * x + y * y))[..., None]
    light = noisy(rng, light)
    out = (light * 255).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        out = blur(out, rng.uniform(0.3, 1.0))
    if rng.random() < 0.3:
        sharp = out.astype(np.float32) * 1.7 - 0.7 * blur(out, rng.uniform(0.8, 2.0))
        out = sharp.clip(0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        out = jpeg(out, int(rng.integers(20, 96)))
    return out


def noisy(rng: Rng, light: np.ndarray) -> np.ndarray:
    """Return light 0..1 with shot-like noise, and sometimes coarse noise as after denoising."""
    height, width = light.shape[:2]
    level = rng.uniform(0, 0.07) * rng.random()
    light = light + rng.standard_normal(light.shape, dtype=np.float32) * np.float32(level)
    if rng.random() < 0.25:
        size = rng.uniform(2, 8)
        shape = (max(2, int(height / size)), max(2, int(width / size)), 3)
        blotches = rng.standard_normal(shape, dtype=np.float32) * np.float32(rng.uniform(0, 0.02))
        light = light + cv2.resize(blotches, (width, height), interpolation=cv2.INTER_CUBIC)
    return light


def fit(image: Image, width: int, height: int) -> Image:
    """Return the image resized as the pipeline does it: whole frame, INTER_AREA, not to scale."""
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)

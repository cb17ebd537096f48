"""What lens, sensor and firmware of a surveillance camera make of a rendered picture.

Nothing moves a pixel, so that the ground truth of the picture stays true (a blur by motion is
centred on where things were).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model_assets.training.conditions import jpeg
from model_assets.training.noise import Rng
from model_assets.training.rendering.scene import Array, Image, Vector

_CODES = np.arange(256) / 255


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a picture is taken.

    Attributes:
        stops: exposure, in powers of two, relative to the picture as rendered.
        balance: gains of blue, green and red, in light.
        contrast: slope of the tones in the middle; 1 changes nothing.
        blur_px: standard deviation of the lens's blur.
        motion_px: length of the blur by motion; below 1 there is none.
        motion_angle: radians.
        bloom: 0..1, glow around what is very bright.
        vignette: 0..1, light lost in the corners.
        noise: standard deviation of a mid-grey's brightness, in codes of 255.
        colour_noise: the same for colour, in blotches as denoising leaves them.
        sharpening: strength of the firmware's sharpening.
        infrared: a grey picture, as by night under an infra-red lamp.
        quality: of the JPEG compression, 1..100.
    """

    stops: float = 0.0
    balance: Vector = (1.0, 1.0, 1.0)
    contrast: float = 1.0
    blur_px: float = 0.0
    motion_px: float = 0.0
    motion_angle: float = 0.0
    bloom: float = 0.0
    vignette: float = 0.0
    noise: float = 0.0
    colour_noise: float = 0.0
    sharpening: float = 0.0
    infrared: bool = False
    quality: int = 95

    def reduced(self, scale: float) -> Conditions:
        """Return what is left of the blur in a picture reduced to ``scale`` of its size."""
        return replace(self, blur_px=self.blur_px * scale, motion_px=self.motion_px * scale)


CLEAN = Conditions(blur_px=0.35, noise=1.0, quality=92)
"""A good camera in good light."""


def sample_conditions(rng: Rng, night: bool = False) -> Conditions:
    """Return conditions as surveillance cameras meet them, worse by night."""
    gain = rng.normal(1, 0.05, 3) * rng.uniform([0.94, 0.98, 0.94], [1.06, 1.02, 1.06])
    day = Conditions(
        stops=float(rng.normal(0, 0.35)),
        balance=(float(gain[0]), float(gain[1]), float(gain[2])),
        contrast=float(rng.uniform(0.9, 1.3)),
        blur_px=float(rng.uniform(0, 1.0) if rng.random() < 0.8 else rng.uniform(1.0, 1.8)),
        motion_px=float(rng.uniform(1, 5)) * float(rng.random() < 0.15),
        motion_angle=float(rng.uniform(0, np.pi)),
        bloom=float(rng.uniform(0, 0.4)),
        vignette=float(rng.uniform(0, 0.35)),
        noise=float(rng.uniform(0.3, 3.5)),
        colour_noise=float(rng.uniform(0, 2)),
        sharpening=float(rng.uniform(0, 0.9)) * float(rng.random() < 0.5),
        quality=int(rng.integers(35, 96)),
    )
    if not night:
        return day
    return replace(
        day,
        stops=float(rng.normal(0.1, 0.5)),
        bloom=float(rng.uniform(0.2, 1.0)),
        noise=float(rng.uniform(1.5, 6)),
        colour_noise=float(rng.uniform(0.5, 3.5)),
        infrared=bool(rng.random() < 0.25),
    )


def photograph(rng: Rng, image: Image, conditions: Conditions) -> Image:
    """Return the rendered BGR uint8 picture as a camera delivers it, of the same size.

    Args:
        rng: source of the noise.
        image: BGR uint8 [height, width, 3].
        conditions: see `Conditions`.
    """
    taken = cv2.LUT(image, _tones(conditions))
    if conditions.infrared:
        taken = cv2.cvtColor(cv2.cvtColor(taken, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if conditions.bloom > 0.05:
        taken = _bloomed(taken, conditions.bloom)
    if conditions.blur_px > 0.25:
        taken = cv2.GaussianBlur(taken, (0, 0), conditions.blur_px)
    if conditions.motion_px >= 1:
        kernel = _motion(conditions.motion_px, conditions.motion_angle)
        taken = cv2.filter2D(taken, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    taken = _developed(rng, taken, conditions)
    if conditions.sharpening > 0.05:
        soft = cv2.GaussianBlur(taken, (0, 0), 1.0)
        taken = cv2.addWeighted(taken, 1 + conditions.sharpening, soft, -conditions.sharpening, 0)
    return jpeg(taken, conditions.quality)


def _tones(conditions: Conditions) -> Image:
    """Return the table [1, 256, 3] for exposure, white balance and contrast."""
    light = _CODES[:, None] ** 2.2 * (2.0**conditions.stops * np.array(conditions.balance))
    # The shoulder keeps an exposure that is raised from burning out at once.
    light = np.where(light > 0.6, 0.6 + 0.4 * np.tanh((light - 0.6) / 0.4), light)
    tones = light ** (1 / 2.2)
    slope = conditions.contrast
    tones = 0.45 + (tones - 0.45) * slope - (slope - 1) * 0.8 * (tones - 0.45) ** 3
    return np.round(255 * tones.clip(0, 1)).astype(np.uint8)[None]


def _bloomed(image: Image, strength: float) -> Image:
    height, width = image.shape[:2]
    small = cv2.resize(image, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    glow = cv2.subtract(small, (190, 190, 190, 0))
    glow = cv2.GaussianBlur(glow, (0, 0), width / 110)
    glow = cv2.resize(glow, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.addWeighted(image, 1.0, glow, 1.6 * strength, 0)


def _motion(length: float, angle: float) -> Array:
    """Return the kernel of a straight movement, symmetric about its middle."""
    size = int(np.ceil(length)) | 1
    steps = np.linspace(-length / 2, length / 2, 4 * size + 1)
    kernel = np.zeros((size + 2, size + 2), np.float32)
    x, y = steps * np.cos(angle) + size // 2 + 1, steps * np.sin(angle) + size // 2 + 1
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for dy in (0, 1):
        for dx in (0, 1):
            weight = np.abs(1 - dx - (x - left)) * np.abs(1 - dy - (y - top))
            rows, columns = np.minimum(top + dy, size + 1), np.minimum(left + dx, size + 1)
            np.add.at(kernel, (rows, columns), weight.astype(np.float32))
    return kernel / kernel.sum()


def _developed(rng: Rng, image: Image, conditions: Conditions) -> Image:
    """Return the image with vignette and noise, which both depend on the place."""
    height, width = image.shape[:2]
    light = image.astype(np.float32)
    if conditions.vignette > 0.02:
        light *= _vignette(height, width, conditions.vignette)[..., None]
    if conditions.noise > 0.2:
        grain = rng.standard_normal((height, width), dtype=np.float32)
        # Demosaicking makes neighbours alike.
        grain = cv2.GaussianBlur(grain, (3, 3), 0.6) * np.float32(1.9)
        # Noise of the light itself grows with its square root, which the tone curve flattens.
        tones = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        spread = np.float32(conditions.noise * (1.25 - 0.75 * np.abs(_CODES - 0.4)))
        light += (grain * cv2.LUT(tones, spread))[..., None]
    if conditions.colour_noise > 0.2 and not conditions.infrared:
        blotches = rng.standard_normal((height // 3, width // 3, 3), dtype=np.float32)
        blotches *= np.float32(conditions.colour_noise)
        light += cv2.resize(blotches, (width, height), interpolation=cv2.INTER_LINEAR)
    rounded = cv2.convertScaleAbs(np.maximum(light, 0, out=light))
    return np.asarray(rounded, np.uint8)


def _vignette(height: int, width: int, strength: float) -> NDArray[np.float32]:
    x = np.linspace(-1, 1, width, dtype=np.float32)
    y = np.linspace(-height / width, height / width, height, dtype=np.float32)
    square = (x * x)[None] + (y * y)[:, None]
    return 1 - np.float32(strength / (1 + (height / width) ** 2)) * square

"""From linear light to the tones of a picture, as film and camera firmware do it."""

from __future__ import annotations

import numpy as np

from model_assets.training.rendering.kernel import kernel
from model_assets.training.rendering.scene import Array, Image

BRIGHTEST = 8.0
"""Light above this is white."""

MIDDLE_GREY = 0.2
EXPOSURES = (0.6, 5.0)
"""Least and greatest exposure a camera chooses."""

_KNEE = 0.4
_ENTRIES = 4096


def _curve(light: np.ndarray) -> np.ndarray:
    """Return sRGB 0..1: linear up to a knee, then a soft shoulder so that nothing burns out."""
    shoulder = _KNEE + (1 - _KNEE) * (1 - np.exp(-(light - _KNEE) / (1 - _KNEE)))
    toned = np.where(light < _KNEE, light, shoulder)
    return np.where(
        toned <= 0.0031308, 12.92 * toned, 1.055 * np.maximum(toned, 1e-9) ** (1 / 2.4) - 0.055
    )


# Indexed by the square root of the light, which spaces the entries as evenly as eyes need.
_TABLE: Image = np.round(
    255 * _curve(BRIGHTEST * np.linspace(0, 1, _ENTRIES) ** 2).clip(0, 1)
).astype(np.uint8)


@kernel
def _apply(light: Array, exposure: float, table: Image) -> Image:
    height, width, _ = light.shape
    out = np.empty(light.shape, np.uint8)
    scale = np.float32(exposure / BRIGHTEST)
    last = np.float32(table.size - 1)
    for y in range(height):
        for x in range(width):
            for k in range(3):
                share = min(max(light[y, x, k] * scale, np.float32(0)), np.float32(1))
                out[y, x, k] = table[int(np.sqrt(share) * last + np.float32(0.5))]
    return out


def exposure_of(light: Array) -> float:
    """Return the exposure a camera would choose for linear light [height, width, 3].

    It goes half the way (in stops) to where the middle of the picture's tones would be a mid-grey:
    dark places stay darker than bright ones.
    """
    grey = light[::4, ::4].mean(2)
    middle = float(np.exp(np.log(np.maximum(grey, 1e-4)).mean()))
    return float(np.clip((MIDDLE_GREY / middle) ** 0.5, *EXPOSURES))


def tone_map(light: Array, exposure: float = 1.0) -> Image:
    """Return the BGR uint8 picture of linear light [height, width, 3].

    At exposure 1 a mid-grey keeps its sRGB value and light of 1 becomes almost white.
    """
    return _apply(light, exposure, _TABLE)

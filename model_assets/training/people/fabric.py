"""The texture atlas of an outfit: trunk, sleeve, leg and skirt, painted with folds and seams."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model_assets.training.noise import Field, Image, fractal, ridged
from model_assets.training.people.clothing import Colour, Outfit
from model_assets.training.people.loft import Rectangle

Rng = np.random.Generator
ATLAS_PX = (128, 256, 1024)
"""Side of the atlas for the details 0, 1, 2."""
_INSET = 2 / 256

# Left, top, right, bottom of the regions in 1/256 of the side.
_REGIONS = {
    "trunk": (0, 0, 164, 132),
    "sleeve": (164, 0, 256, 132),
    "leg": (0, 132, 104, 256),
    "seat": (104, 132, 240, 256),
    "blank": (240, 132, 256, 256),
}
SIZES_M = {"trunk": (1.05, 0.75), "sleeve": (0.4, 0.62), "leg": (0.5, 0.95), "seat": (1.05, 0.9)}
"""Width and height of cloth a region shows, metres."""


def rectangle(region: str) -> Rectangle:
    """Return u0, v0, u1, v1 of a region, a little inside its border."""
    left, top, right, bottom = (c / 256 for c in _REGIONS[region])
    return left + _INSET, top + _INSET, right - _INSET, bottom - _INSET


BLANK: Rectangle = (248 / 256, 200 / 256, 248 / 256, 200 / 256)
"""Where the atlas is white: for parts that have their colour from their vertices."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cloth:
    """A piece being painted: float32 BGR [h, w, 3] and its scale in pixels a metre."""

    image: Field
    per_m: float

    def band(self, x: tuple[float, float], y: tuple[float, float], colour: Colour) -> None:
        """Paint a rectangle given in fractions of width and height."""
        height, width = self.image.shape[:2]
        columns = slice(round(x[0] * width), max(round(x[1] * width), round(x[0] * width) + 1))
        rows = slice(round(y[0] * height), max(round(y[1] * height), round(y[0] * height) + 1))
        self.image[rows, columns] = colour


def atlas(outfit: Outfit, detail: int) -> Image:
    """Return the texture of an outfit, BGR uint8 [side, side, 3]."""
    side = ATLAS_PX[detail]
    rng = np.random.default_rng(outfit.seed)
    canvas = np.ones((side, side, 3), np.float32)
    painters = {"trunk": _trunk, "sleeve": _sleeve, "leg": _leg, "seat": _seat}
    for region, paint in painters.items():
        left, top, right, bottom = (round(c * side / 256) for c in _REGIONS[region])
        patch = canvas[top:bottom, left:right]
        cloth = _Cloth(patch, patch.shape[1] / SIZES_M[region][0])
        paint(np.random.default_rng(rng.integers(2**31)), cloth, outfit)
        patch *= folds(rng, patch.shape[0], patch.shape[1], region, outfit)[..., None]
    return np.clip(canvas * 255, 0, 255).astype(np.uint8)


def folds(rng: Rng, height: int, width: int, region: str, outfit: Outfit) -> Field:
    """Return brightness factors about 1 of cloth in folds, deeper in loose clothes."""
    stretch = {"trunk": (1.0, 0.8), "sleeve": (0.5, 1.6), "leg": (0.6, 1.2), "seat": (1.6, 0.6)}
    across, along = stretch[region]
    rows, columns = max(8, int(height * along)), max(8, int(width * across))
    depth = 0.2 + 0.28 * outfit.looseness
    creases = cv2.resize(ridged(rng, rows, columns, rng.uniform(3, 6), 2), (width, height))
    broad = cv2.resize(fractal(rng, rows, columns, rng.uniform(3, 5), 3), (width, height))
    grain = rng.normal(0, 0.015, (height, width))
    shade = 1.03 - 0.45 * depth * creases**2 + 0.9 * depth * (broad - 0.5)
    if region in ("leg", "seat"):  # trousers: no edge where the legs come out of the seat
        fade = np.clip(np.linspace(0, 5, height)[:, None], 0, 1) if region == "leg" else 0.75
        shade = 1 + (shade - 1) * fade
    # Both edges meet at the seam: they must agree there.
    edge = np.clip(1 - np.minimum(np.arange(width), np.arange(width)[::-1]) / (0.1 * width), 0, 1)
    return (shade + 0.5 * edge * (shade[:, ::-1] - shade) + grain).astype(np.float32)


def _patterned(rng: Rng, cloth: _Cloth, outfit: Outfit) -> None:
    """Fill with the pattern of the top."""
    cloth.image[:] = outfit.top_colour
    height, width = cloth.image.shape[:2]
    pattern = np.random.default_rng(outfit.seed + 1)
    pitch = max(2.0, pattern.uniform(0.025, 0.09) * cloth.per_m)
    share = pattern.uniform(0.25, 0.6)
    rows = (np.arange(height) / pitch) % 1 < share
    columns = (np.arange(width) / pitch) % 1 < share
    second = np.float32(outfit.second_colour)
    if outfit.pattern == "stripes":
        cloth.image[rows] = second
    elif outfit.pattern == "checks":
        blend = (rows[:, None] * 0.5 + columns[None, :] * 0.5)[..., None].astype(np.float32)
        cloth.image[:] = cloth.image * (1 - blend) + second * blend
    elif outfit.pattern == "print":
        spots = fractal(rng, height, width, width / pitch * 0.6, 2) > 0.58
        cloth.image[spots] = second
    elif outfit.pattern == "blocks":
        cloth.image[: int(height * 0.3)] = second


def _trunk(rng: Rng, cloth: _Cloth, outfit: Outfit) -> None:
    _patterned(rng, cloth, outfit)
    dark = _shaded(outfit.top_colour, 0.6)
    if outfit.pattern == "logo":
        _logo(rng, cloth, outfit.second_colour)
    _fronts(rng, cloth, outfit, dark)
    if outfit.bag in ("backpack", "shoulder_bag"):
        straps = ((0.385, 0.42), (0.58, 0.615)) if outfit.bag == "backpack" else ()
        for x in straps:
            cloth.band(x, (0.0, 0.6), outfit.bag_colour)
        if not straps:
            _sash(cloth, outfit.bag_colour)
    if outfit.top != "coat":
        cloth.band((0, 1), (0.975, 1.0), dark)


def _fronts(rng: Rng, cloth: _Cloth, outfit: Outfit, dark: Colour) -> None:
    """Paint what is at the front and the neck of a top."""
    if outfit.top in ("jacket", "coat"):
        _jacket_front(rng, cloth, outfit, dark)
    elif outfit.top == "shirt":
        cloth.band((0.488, 0.512), (0.05, 1), _shaded(outfit.top_colour, 0.86))
        for y in np.arange(0.16, 0.95, 0.12):
            cloth.band((0.495, 0.505), (y, y + 0.012), _shaded(outfit.top_colour, 1.5))
    elif outfit.top == "hoodie":
        _hoodie_front(rng, cloth, dark)
    elif outfit.top == "dress":
        cloth.band((0, 1), (0.66, 0.7), dark)
    elif rng.random() < 0.6:
        cloth.band((0, 1), (0, 0.09), _shaded(outfit.top_colour, 0.75))


def _jacket_front(rng: Rng, cloth: _Cloth, outfit: Outfit, dark: Colour) -> None:
    """Paint an open or a closed front, and pockets."""
    if rng.random() < 0.6:
        _opening(cloth, outfit.under_colour, dark, rng.uniform(0.03, 0.07), rng.uniform(0.4, 1.3))
    else:
        cloth.band((0.495, 0.505), (0.05, 1), dark)
    for x in (0.36, 0.58):
        cloth.band((x, x + 0.06), (0.72, 0.735), dark)


def _hoodie_front(rng: Rng, cloth: _Cloth, dark: Colour) -> None:
    """Paint the pouch and, on some, a zip."""
    if rng.random() < 0.5:
        cloth.band((0.496, 0.504), (0.05, 1), (0.6, 0.6, 0.6))
    for x in (0.4, 0.59):
        cloth.band((x, x + 0.008), (0.66, 0.9), dark)
    cloth.band((0.4, 0.598), (0.655, 0.665), dark)


def _opening(cloth: _Cloth, under: Colour, dark: Colour, width: float, slope: float) -> None:
    """Paint the gap of an open front, wide at the top when `slope` is above 1."""
    height = len(cloth.image)
    for row in range(height):
        y = row / height
        half = max(0.004, width * (1 + (slope - 0.4) * (0.5 - y)))
        cloth.band((0.5 - half - 0.012, 0.5 + half + 0.012), (y, y), dark)
        cloth.band((0.5 - half, 0.5 + half), (y, y), under)


def _logo(rng: Rng, cloth: _Cloth, colour: Colour) -> None:
    """Paint a print on the chest: letters or a disc."""
    height, width = cloth.image.shape[:2]
    centre = (int(width * 0.5), int(height * rng.uniform(0.36, 0.44)))
    radius = max(2, int(width * rng.uniform(0.04, 0.075)))
    if rng.random() < 0.5:
        cv2.circle(cloth.image, centre, radius, colour, -1, cv2.LINE_AA)
        return
    text = "".join(rng.choice(list("ABDEHKLMNORSTUVX"), 4))
    scale = radius / 14
    left = (int(centre[0] - 36 * scale), centre[1])
    thickness = max(1, int(scale * 4))
    cv2.putText(cloth.image, text, left, cv2.FONT_HERSHEY_DUPLEX, scale, colour, thickness, 16)


def _sash(cloth: _Cloth, colour: Colour) -> None:
    """Paint the strap of a shoulder bag: down from the right shoulder to the left hip."""
    height, width = cloth.image.shape[:2]
    thick = max(1, int(width * 0.024))
    front = ((int(0.36 * width), 0), (int(0.72 * width), int(0.85 * height)))
    back = ((int(0.14 * width), 0), (int(-0.2 * width), int(0.85 * height)))
    round_back = ((int(1.14 * width), 0), (int(0.8 * width), int(0.85 * height)))
    for start, end in (front, back, round_back):
        cv2.line(cloth.image, start, end, colour, thick, cv2.LINE_AA)


def _sleeve(rng: Rng, cloth: _Cloth, outfit: Outfit) -> None:
    _patterned(rng, cloth, outfit)
    if outfit.pattern == "blocks":
        cloth.image[:] = outfit.second_colour if outfit.seed % 2 else outfit.top_colour
    cloth.band((0, 1), (0.955, 1), _shaded(outfit.top_colour, 0.7))
    if outfit.pattern == "logo" and outfit.seed % 5 == 0:
        for x in (0.2, 0.3, 0.7, 0.8):
            cloth.band((x, x + 0.03), (0, 0.95), outfit.second_colour)


def _leg(rng: Rng, cloth: _Cloth, outfit: Outfit) -> None:
    cloth.image[:] = outfit.bottom_colour
    seam = _shaded(outfit.bottom_colour, 0.7)
    if outfit.bottom == "jeans":
        _worn(rng, cloth, outfit.bottom_colour)
    if outfit.bottom != "leggings":
        for x in (0.24, 0.74):
            cloth.band((x, x + 0.012), (0, 1), seam)
    elif rng.random() < 0.5:
        cloth.band((0.2, 0.3), (0, 1), outfit.second_colour)
        cloth.band((0.7, 0.8), (0, 1), outfit.second_colour)
    cloth.band((0, 1), (0.97, 1), seam)


def _worn(rng: Rng, cloth: _Cloth, colour: Colour) -> None:
    """Bleach denim along the front of thigh and knee."""
    height, width = cloth.image.shape[:2]
    x = np.linspace(0, 1, width)[None, :]
    y = np.linspace(0, 1, height)[:, None]
    front = np.exp(-(((x - 0.5) / 0.16) ** 2) - (((y - 0.3) / 0.28) ** 2))
    front *= np.clip((y - 0.04) / 0.2, 0, 1)
    light = (1 + rng.uniform(0.1, 0.5) * front)[..., None].astype(np.float32)
    cloth.image[:] = np.float32(colour) * light


def _seat(rng: Rng, cloth: _Cloth, outfit: Outfit) -> None:
    if outfit.top == "dress":
        _patterned(rng, cloth, outfit)
        if outfit.pattern == "blocks":
            cloth.image[:] = outfit.top_colour
    elif outfit.top == "coat":
        cloth.image[:] = outfit.top_colour
        cloth.band((0.493, 0.507), (0, 1), _shaded(outfit.top_colour, 0.5))
    else:
        cloth.image[:] = outfit.bottom_colour
        seam = _shaded(outfit.bottom_colour, 0.72)
        if outfit.bottom != "skirt":
            cloth.band((0.494, 0.506), (0, 1), seam)
            for x in (0.1, 0.82):
                cloth.band((x, x + 0.08), (0.4, 0.43), seam)
    cloth.band((0, 1), (0.97, 1), _shaded(outfit.bottom_colour, 0.7))


def _shaded(colour: Colour, factor: float) -> Colour:
    blue, green, red = (min(1.0, c * factor + 0.02) for c in colour)
    return blue, green, red

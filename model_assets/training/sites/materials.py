"""Materials without a texture, shared by all parts of a place, and colours as meshes take them."""

from __future__ import annotations

from model_assets.training.noise import Colour, Image, Rng, hsv
from model_assets.training.rendering.scene import Vector
from model_assets.training.sites.construction import Material

MATT = Material(roughness=0.9)
SATIN = Material(roughness=0.5)
GLOSSY = Material(roughness=0.22)
GLOWING = Material(roughness=1.0, emission=2.2)
DIM = Material(roughness=1.0, emission=0.35)

BLACK: Vector = (0.06, 0.06, 0.06)
STEEL: Vector = (0.66, 0.65, 0.63)
RUBBER: Vector = (0.1, 0.1, 0.1)
CREAM: Vector = (0.88, 0.92, 0.94)


def unit(colour: Colour) -> Vector:
    """Return a colour 0..255 as 0..1."""
    blue, green, red = (min(max(channel / 255, 0.0), 1.0) for channel in colour)
    return blue, green, red


def tone(hue: float, saturation: float, value: float) -> Vector:
    """Return the BGR colour 0..1 of a hue (turns), saturation and value."""
    return unit(hsv(hue, saturation, value))


def dull(rng: Rng, darkest: float = 0.2, brightest: float = 0.9) -> Vector:
    """Return a colour as of furniture: mostly grey, beige or brown, at times vivid."""
    if rng.random() < 0.2:
        hue, saturation = rng.random(), rng.uniform(0.3, 0.65)
    else:
        hue, saturation = rng.choice([0.07, 0.1, 0.14, 0.58]), rng.uniform(0.0, 0.3)
    return tone(float(hue + rng.normal(0, 0.02)), saturation, rng.uniform(darkest, brightest))


def picture(image: Image, glow: float = 0.0) -> Material:
    """Return the material of a picture that covers its surface once."""
    return Material(image, roughness=0.6, emission=glow)

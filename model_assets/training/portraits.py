"""Portraits: a shaded head with hair, eyes, nose, mouth, glasses or mask, near or very near."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model_assets.training.figures import clothing
from model_assets.training.noise import (
    Colour,
    Image,
    Rng,
    any_colour,
    fractal,
    hsv,
    mix,
    modulate,
    shade,
    skin_colour,
)
from model_assets.training.textures import blurred_backdrop, dead_leaves


@dataclass(frozen=True, slots=True)
class Face:
    """A head's place and looks; lengths in it are in units of half the face's width."""

    centre: tuple[float, float]
    radius: float
    stretch: tuple[float, float]
    turn: float
    skin: Colour
    hair: Colour

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Return the pixel of a point of the face (x right, y down, 1 = half its width)."""
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        across, down = x * cosine - y * sine, x * sine + y * cosine
        return (
            int(self.centre[0] + across * self.radius * self.stretch[0]),
            int(self.centre[1] + down * self.radius * self.stretch[1]),
        )

    def blob(
        self, image: Image, place: tuple[float, float], axes: tuple[float, float], colour: Colour
    ) -> None:
        """Paint an ellipse given in the face's units, in place."""
        pixels = (
            max(1, int(axes[0] * self.radius * self.stretch[0])),
            max(1, int(axes[1] * self.radius * self.stretch[1])),
        )
        turn = float(np.degrees(self.turn))
        cv2.ellipse(image, self.at(*place), pixels, turn, 0, 360, colour, -1, cv2.LINE_AA)

    def path(
        self,
        image: Image,
        points: list[tuple[float, float]],
        colour: Colour,
        thickness: float | None = None,
    ) -> None:
        """Stroke a line through points of the face, or fill them if no thickness, in place."""
        pixels = [np.array([self.at(x, y) for x, y in points], np.int32)]
        if thickness is None:
            cv2.fillPoly(image, pixels, colour, cv2.LINE_AA)
        else:
            width = max(1, int(thickness * self.radius))
            cv2.polylines(image, pixels, False, colour, width, cv2.LINE_AA)


def portrait(rng: Rng, height: int, width: int) -> Image:
    """Return one face on some background, from head-and-shoulders to a face beyond the frame."""
    image = blurred_backdrop(rng, height, width)
    if rng.random() < 0.25:
        image = dead_leaves(rng, height, width)
    close = rng.random() < 0.5
    radius = min(height, width) * (rng.uniform(0.35, 0.75) if close else rng.uniform(0.12, 0.35))
    skin = skin_colour(rng)
    face = Face(
        centre=(width * rng.normal(0.5, 0.1), height * rng.normal(0.48 if close else 0.4, 0.07)),
        radius=radius,
        stretch=(rng.uniform(0.9, 1.5), rng.uniform(0.9, 1.3)) if close else (1.0, 1.0),
        turn=rng.normal(0, 0.2),
        skin=skin,
        hair=shade(skin_colour(rng), rng.uniform(0.05, 0.9)),
    )
    body(image, rng, face)
    head(image, rng, face)
    bare = image.copy()
    features(image, rng, face)
    extras(image, rng, face)
    if rng.random() < 0.35:
        # Real features are often faint: small, evenly lit or smeared by compression.
        faint = np.full((height, width), rng.uniform(0.3, 0.9), np.float32)
        image = mix(bare, image, faint)
    return light(image, rng)


def light(image: Image, rng: Rng) -> Image:
    """Return the picture lit from one side, with the fine unevenness of skin and cloth."""
    height, width = image.shape[:2]
    ramp = np.linspace(rng.uniform(0.55, 1.1), rng.uniform(0.55, 1.1), width, dtype=np.float32)
    grain = 1 - rng.uniform(0, 0.25) * fractal(rng, height, width, 5, 5, 0.6)
    return modulate(image, ramp[None, :] * grain)


def body(image: Image, rng: Rng, face: Face) -> None:
    """Paint long hair, shoulders, clothing, collar and tie, in place."""
    if rng.random() < 0.5:
        size = rng.uniform(1.15, 1.9)
        face.blob(image, (0, rng.uniform(0, 0.9)), (size, size * 1.2), shade(face.hair, 0.8))
    cloth = clothing(rng, *image.shape[:2])
    mask = np.zeros(image.shape[:2], np.uint8)
    half = rng.uniform(1.8, 2.8)
    left, right = (-half, 2.5), (half, 2.5)
    outline = [(-0.5, 1.4), (0.5, 1.4), right, (half * 1.1, 9), (-half * 1.1, 9), left]
    face.path(mask, outline, (255, 0, 0))
    image[:] = mix(image, cloth, mask.astype(np.float32) / 255)
    face.path(
        image, [(-0.45, 0.8), (0.45, 0.8), (0.5, 1.6), (0, 2.0), (-0.5, 1.6)], shade(face.skin, 0.8)
    )
    if rng.random() < 0.5:
        collar = any_colour(rng, 0.3, 0.5)
        for side in (-1, 1):
            face.path(image, [(side * 0.5, 1.4), (0, 2.1), (side * 0.7, 2.3)], collar)
        face.path(image, [(-0.12, 2.1), (0.12, 2.1), (0.25, 5), (-0.25, 5)], any_colour(rng))


def head(image: Image, rng: Rng, face: Face) -> None:
    """Paint the head: hair behind, ears, shaded skin, hair in front, in place."""
    for side in (-1, 1):
        face.blob(image, (side, 0.1), (0.15, 0.3), shade(face.skin, 0.85))
    if rng.random() < 0.85:
        face.blob(image, (0, -0.35), (1.12, rng.uniform(1.0, 1.35)), face.hair)
    sideways = rng.uniform(-0.25, 0.25)
    for step in np.linspace(1, 0.3, 6):
        tone = shade(face.skin, 0.7 + 0.42 * (1 - step) / 0.7)
        face.blob(image, (sideways * (1 - step), 0.1), (0.98 * step, 1.25 * step), tone)
    if rng.random() < 0.7:
        parting = rng.uniform(-0.7, 0.7)
        low = rng.uniform(-0.75, -0.3)
        fringe = [(-1.0, -0.1), (-0.9, -0.9), (-0.3, -1.3), (0.3, -1.3), (0.9, -0.9), (1.0, -0.1)]
        face.path(image, [*fringe, (0.75, low), (parting, low - 0.25), (-0.75, low)], face.hair)
    for _ in range(int(rng.integers(0, 30))):
        x = rng.uniform(-1.1, 1.1)
        strand = [(x, -1.2), (x * 1.1 + rng.normal(0, 0.1), rng.uniform(-0.9, -0.4))]
        face.path(image, strand, shade(face.hair, rng.uniform(0.5, 1.8)), 0.02)


def features(image: Image, rng: Rng, face: Face) -> None:
    """Paint brows, eyes, nose, mouth and beard, in place."""
    dark = shade(face.skin, rng.uniform(0.25, 0.6))
    for side in (-1, 1):
        socket, eye = (side * 0.4, -0.08), (side * 0.4, -0.05)
        face.blob(image, socket, (0.27, 0.17), shade(face.skin, rng.uniform(0.7, 1.0)))
        face.blob(image, eye, (0.2, rng.uniform(0.04, 0.11)), hsv(0.1, 0.1, 0.9))
        iris = (side * 0.4 + rng.normal(0, 0.03), -0.05)
        face.blob(image, iris, (0.08, 0.09), any_colour(rng, 0.6))
        face.blob(image, iris, (0.045, 0.05), (10, 10, 10))
        brow = [(side * 0.15, -0.3), (side * 0.4, -0.4), (side * 0.65, -0.28)]
        face.path(image, brow, shade(face.hair, 0.7), rng.uniform(0.03, 0.1))
        lid = [(side * 0.2, -0.06), (side * 0.4, -0.16), (side * 0.6, -0.06)]
        face.path(image, lid, (20, 20, 25), rng.uniform(0.01, 0.05))
        face.blob(image, (side * 0.1, 0.42), (0.05, 0.03), dark)
    face.path(image, [(0.05, -0.1), (0.16, 0.4), (0.0, 0.46)], dark, 0.03)
    if rng.random() < 0.25:
        face.blob(image, (0, 0.85), (0.7, 0.45), shade(face.hair, 0.9))
    wide, opened = rng.uniform(0.25, 0.48), rng.uniform(0.03, 0.13)
    lips = (face.skin[0] * 0.55, face.skin[1] * 0.5, face.skin[2] * 0.85)
    face.blob(image, (0, 0.75), (wide, opened + 0.05), lips)
    if rng.random() < 0.5:
        face.blob(image, (0, 0.75), (wide * 0.85, opened * 0.6), (235, 240, 245))
    face.path(image, [(-wide, 0.74), (0, 0.76), (wide, 0.74)], dark, 0.02)


def extras(image: Image, rng: Rng, face: Face) -> None:
    """Add glasses, a face mask, a hat or a hand-held thing to some faces, in place."""
    if rng.random() < 0.25:
        frame = shade(any_colour(rng), rng.uniform(0.1, 1))
        for side in (-1, 1):
            box = [(0.14, -0.28), (0.68, -0.28), (0.64, 0.18), (0.2, 0.18), (0.14, -0.28)]
            face.path(image, [(side * x, y) for x, y in box], frame, rng.uniform(0.03, 0.1))
            face.path(image, [(side * 0.68, -0.2), (side * 1.0, -0.15)], frame, 0.05)
        face.path(image, [(-0.14, -0.15), (0.14, -0.15)], frame, 0.05)
    if rng.random() < 0.4:
        face_mask(image, rng, face)
    if rng.random() < 0.2:
        hat = any_colour(rng)
        brim = rng.uniform(-0.75, -0.35)
        face.path(image, [(-1.15, brim), (-1.0, -1.6), (1.0, -1.6), (1.15, brim)], hat)
        face.path(image, [(-1.2, brim), (1.2, brim)], shade(hat, 0.6), 0.08)


def face_mask(image: Image, rng: Rng, face: Face) -> None:
    """Paint a medical or cloth mask with its folds, straps and print, in place."""
    colour = any_colour(rng, 0.5) if rng.random() < 0.5 else hsv(0.52, 0.15, rng.uniform(0.8, 1))
    if rng.random() < 0.3:
        colour = hsv(0.6, 0.2, rng.uniform(0.05, 0.2))
    edge = rng.uniform(0.1, 0.3)
    outline = [
        (-0.95, edge),
        (-0.3, edge - 0.12),
        (0.0, edge - 0.2),
        (0.3, edge - 0.12),
        (0.95, edge),
    ]
    face.path(image, [*outline, (0.8, 1.0), (0.35, 1.38), (-0.35, 1.38), (-0.8, 1.0)], colour)
    for y in np.linspace(edge + 0.15, 1.2, int(rng.integers(0, 5))):
        face.path(image, [(-0.85, y), (0, y + 0.05), (0.85, y)], shade(colour, 0.75), 0.02)
    if rng.random() < 0.4:
        face.path(image, [(0, edge - 0.2), (0.04, 0.7), (0, 1.38)], shade(colour, 0.7), 0.03)
    for side in (-1, 1):
        face.path(image, [(side * 0.95, edge), (side * 1.05, -0.1)], shade(colour, 0.9), 0.03)
    if rng.random() < 0.15:
        for _ in range(12):
            place = (rng.uniform(-0.6, 0.6), rng.uniform(edge + 0.1, 1.1))
            face.blob(image, place, (0.12, 0.12), any_colour(rng))

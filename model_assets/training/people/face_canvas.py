"""The texture of a head while it is painted, with the place on the head of every texel."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.people.face_plan import FacePlan
from model_assets.training.people.head_grid import texel_lines
from model_assets.training.people.head_surface import evaluate
from model_assets.training.rendering.scene import Array, Image


@dataclass(frozen=True, slots=True, eq=False)
class FaceCanvas:
    """Texels of a head.

    Attributes:
        image: float32 [size, size, 3], BGR 0..1, painted in place.
        x: float32 [size, size], millimetres to the person's left.
        y: float32 [size, size], millimetres back.
        z: float32 [size, size], millimetres up.
        degrees: float32 [size, size], azimuth without its sign.
        levels: float32 [size, 1], see ``head_grid``.
        front: float32 [1, size], 1 on the face, 0 at the back of the head.
        plan: the measures of the face.
        rng: of this person's fine detail.
    """

    image: Array
    x: Array
    y: Array
    z: Array
    degrees: Array
    levels: Array
    front: Array
    plan: FacePlan
    rng: np.random.Generator

    @property
    def side(self) -> Array:
        """Distance from the midline, millimetres."""
        return np.abs(self.x)

    def lay(self, colour: Array, weight: Array) -> None:
        """Paint a colour, [3] or an image of it, with a weight 0..1 for each texel."""
        step = weight[..., None] * (np.asarray(colour, np.float32) - self.image)
        np.add(self.image, step, out=self.image)

    def shade(self, factor: Array) -> None:
        """Multiply every texel by a factor."""
        np.multiply(self.image, factor[..., None], out=self.image)

    def grain(self, cells: float, stretch: float = 1.0) -> Array:
        """Return smooth noise -1 .. 1 with about that many cells across, longer along rows."""
        size = self.image.shape[0]
        columns, rows = max(2, int(cells)), max(2, int(cells * stretch))
        lattice = self.rng.random((rows, columns), dtype=np.float32) * 2 - 1
        return cv2.resize(lattice, (size, size), interpolation=cv2.INTER_CUBIC)


def face_canvas(who: FaceIdentity, plan: FacePlan, size: int) -> FaceCanvas:
    """Return an unpainted canvas of the given side."""
    levels, azimuths = texel_lines(size)
    points = evaluate(who, levels, azimuths).astype(np.float32)
    degrees = np.broadcast_to(np.abs(np.degrees(azimuths)), (size, size))
    front = np.clip(np.cos(azimuths) * 3.0 - 0.3, 0, 1)[None, :]
    return FaceCanvas(
        image=np.zeros((size, size, 3), np.float32),
        x=points[..., 0],
        y=points[..., 1],
        z=points[..., 2],
        degrees=degrees,
        levels=levels[:, None],
        front=front.astype(np.float32),
        plan=plan,
        rng=np.random.default_rng(who.seed),
    )


def finished(canvas: FaceCanvas) -> Image:
    """Return the painting as BGR uint8."""
    return (np.clip(canvas.image, 0, 1) * 255 + 0.5).astype(np.uint8)


def ramp(field: Array, low: float, high: float) -> Array:
    """Return 0 at ``low``, 1 at ``high`` (which may be the smaller) and a smooth way between."""
    t = np.clip((field - np.float32(low)) / np.float32(high - low), 0, 1)
    return t * t * (3 - 2 * t)


def spot(x: Array, z: Array, width: float, height: float) -> Array:
    """Return a Gaussian of height 1 with the given standard deviations, float32."""
    return np.exp(
        (x * np.float32(1 / width)) ** 2 * -0.5 + (z * np.float32(1 / height)) ** 2 * -0.5
    )

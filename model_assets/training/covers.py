"""Things that hide the lens: where they are, what colour they have, how they spread the light.

A cover is made without knowing the scene, so that `compose` can lay the same cover over any
image. Covers touch the lens: they are out of focus, lit from the side and dimmer than the scene.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model_assets.training.cover_shapes import (
    HIDDEN,
    band,
    daubed,
    edge_on,
    fingers,
    patch,
    share_hidden,
    speckled,
    streaks,
)
from model_assets.training.noise import (
    Colour,
    Field,
    Image,
    Rng,
    any_colour,
    blend,
    blur,
    coordinates,
    flat,
    fractal,
    gradient,
    hsv,
    mix,
    modulate,
    ridged,
    shade,
    skin_colour,
    smoothstep,
)
from model_assets.training.textures import paint_shape, pattern, write_text


@dataclass(frozen=True, slots=True)
class Cover:
    """What lies on the lens.

    Attributes:
        kind: name in `COVERS`.
        opacity: float32 [height, width], 1 where the scene is hidden, 0 where it is not.
        surface: BGR uint8 [height, width, 3], light that comes from the cover itself.
        translucency: share 0..1 of the scene's light that comes through where it is hidden.
        diffusion: how far that light is spread, as a Gaussian sigma over the longer side.
        bokeh: spread by a disc (a lens out of focus) and not by a Gaussian (a diffuser).
    """

    kind: str
    opacity: Field
    surface: Image
    translucency: float = 0.0
    diffusion: float = 0.1
    bokeh: bool = False

    @property
    def hidden(self) -> float:
        """Return the share of the frame's area that is hidden."""
        return float((self.opacity >= HIDDEN).mean())


def compose(cover: Cover, image: Image) -> Image:
    """Return the image as seen past, through and behind the cover, at the image's own size."""
    height, width = image.shape[:2]
    opacity = cv2.resize(cover.opacity, (width, height), interpolation=cv2.INTER_LINEAR)
    surface = cv2.resize(cover.surface, (width, height), interpolation=cv2.INTER_LINEAR)
    light = surface.astype(np.float32)
    if cover.translucency > 0:
        spread = spread_light(image, cover.diffusion * max(height, width), cover.bokeh)
        through = spread.astype(np.float32) * np.sqrt(light / 255)
        light = light * (1 - cover.translucency) + through * cover.translucency
    return mix(image, light.clip(0, 255).astype(np.uint8), opacity)


def spread_light(image: Image, sigma: float, bokeh: bool) -> Image:
    """Return the image blurred by a disc or a Gaussian of the same standard deviation."""
    if not bokeh:
        return blur(image, sigma)
    height, width = image.shape[:2]
    shrink = max(1.0, sigma / 4)
    size = (max(8, round(width / shrink)), max(8, round(height / shrink)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    radius = round(2 * sigma / shrink)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    kernel = disc.astype(np.float32) / disc.sum()
    small = cv2.filter2D(small, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def lit(rng: Rng, surface: Image, dimmest: float = 0.15) -> Image:
    """Return a cover's surface in the uneven light that reaches it from the side."""
    height, width = surface.shape[:2]
    level = rng.uniform(dimmest, 1.15)
    light = level * (1 - rng.uniform(0, 0.8) * gradient(rng, height, width) ** rng.uniform(0.5, 3))
    if rng.random() < 0.4:
        x, y = coordinates(height, width)
        distance = np.hypot(x - rng.normal(0, 0.3), y - rng.normal(0, 0.3))
        light = light * (
            1 - rng.uniform(0, 0.8) * smoothstep(distance.astype(np.float32), 0.2, 1.2)
        )
    return modulate(surface, light)


def leak(rng: Rng, surface: Image, colour: Colour) -> Image:
    """Return the surface with light coming in from one edge or around the rim."""
    height, width = surface.shape[:2]
    if rng.random() < 0.5:
        position = gradient(rng, height, width)
    else:
        x, y = coordinates(height, width)
        position = np.hypot(x - rng.normal(0, 0.1), y - rng.normal(0, 0.1)).astype(np.float32)
    start = rng.uniform(0.6, 1.0)
    glow = smoothstep(position, start, start + rng.uniform(0.1, 0.6)) * rng.uniform(0.1, 0.9)
    return mix(surface, flat(height, width, colour), glow)


def focus(rng: Rng, height: int, width: int, least: float = 0.035, most: float = 0.10) -> float:
    """Return the blur of a cover in pixels (sigma), from shares of the longer side.

    A point at a distance d from a lens of aperture a is spread over an angle a/d: 2 mm of aperture
    and 10 mm of distance give 11 degrees, an eighth of a wide-angle frame.
    """
    return max(height, width) * rng.uniform(least, most)


def hand(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a palm or fingers, dim or glowing red where light shines through the flesh."""
    sigma = focus(rng, height, width)
    skin = skin_colour(rng)
    field, creases = fingers(rng, height, width)
    folds = fractal(rng, height, width, rng.uniform(1, 4), 4, 0.6)
    surface = blend(shade(skin, rng.uniform(0.15, 0.7)), skin, folds)
    surface = modulate(surface, 1 - rng.uniform(0.1, 0.8) * creases)
    if rng.random() < 0.5:
        red = hsv(rng.uniform(-0.02, 0.06), rng.uniform(0.7, 1.0), rng.uniform(0.4, 1.0))
        glow = fractal(rng, height, width, 2, 2) if rng.random() < 0.5 else creases
        surface = mix(surface, flat(height, width, red), rng.uniform(0.2, 0.9) * glow)
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)), 0.05)
    opacity = share_hidden(field, hidden, sigma)
    return Cover("hand", opacity, surface, rng.uniform(0, 0.2), rng.uniform(0.08, 0.3))


def tape(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return adhesive tape: brown, white, black or silver, streaky, often letting light through."""
    sigma = focus(rng, height, width)
    tones = [(40, 90, 140), (225, 230, 235), (15, 15, 18), (150, 150, 150), (90, 190, 215)]
    colour = tones[int(rng.integers(len(tones)))] if rng.random() < 0.7 else any_colour(rng)
    angle = rng.uniform(0, np.pi)
    surface = blend(shade(colour, 0.7), shade(colour, 1.15), streaks(rng, height, width, angle))
    bubbles = fractal(rng, height, width, rng.uniform(5, 20), 2)
    surface = modulate(surface, 1 + rng.uniform(0, 0.4) * (bubbles - 0.5))
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)))
    opacity = share_hidden(band(rng, height, width, angle), hidden, sigma)
    return Cover("tape", opacity, surface, rng.uniform(0, 0.75), rng.uniform(0.06, 0.2))


def cloth(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return woven or knitted cloth with soft folds, printed or plain."""
    sigma = focus(rng, height, width, 0.02, 0.07)
    colour = any_colour(rng)
    angle = rng.uniform(0, np.pi)
    weave = streaks(rng, height, width, angle) + streaks(rng, height, width, angle + np.pi / 2)
    surface = blend(shade(colour, 0.6), colour, weave / 2)
    if rng.random() < 0.3:
        surface = mix(surface, pattern(rng, height, width), np.full(weave.shape, 0.5, np.float32))
    folds = ridged(rng, height, width, rng.uniform(0.8, 4), 2)
    surface = modulate(surface, 1.1 - rng.uniform(0.2, 0.8) * folds)
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)))
    opacity = share_hidden(edge_on(rng, height, width), hidden, sigma)
    return Cover("cloth", opacity, surface, rng.uniform(0, 0.35), rng.uniform(0.06, 0.25))


def paper(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a sheet of paper or card that glows with the light behind it, maybe written on."""
    sigma = focus(rng, height, width, 0.02, 0.07)
    colour = hsv(rng.random(), 0.25 * rng.random() ** 2, rng.uniform(0.6, 1.0))
    if rng.random() < 0.25:
        colour = any_colour(rng, darkest=0.3)
    fibres = fractal(rng, height, width, rng.uniform(6, 30), 3, 0.8)
    surface = blend(shade(colour, rng.uniform(0.75, 0.97)), colour, fibres)
    if rng.random() < 0.35:
        for _ in range(int(rng.integers(1, 6))):
            write_text(surface, rng, any_colour(rng), rng.uniform(0.5, 3))
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)), 0.15)
    shape = edge_on if rng.random() < 0.6 else patch
    opacity = share_hidden(shape(rng, height, width), hidden, sigma)
    return Cover("paper", opacity, surface, rng.uniform(0, 0.6), rng.uniform(0.07, 0.25))


def cap(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a lens cap or another opaque thing: nearly black, perhaps a glimmer at the rim."""
    sigma = focus(rng, height, width)
    level = rng.uniform(0, 22)
    tone = fractal(rng, height, width, 1.5, 2)
    surface = blend((0, 0, 0), (level, level, level * rng.uniform(0.8, 1.3)), tone)
    if rng.random() < 0.4:
        surface = leak(rng, surface, any_colour(rng, 0.4, 0.2))
    opacity = share_hidden(edge_on(rng, height, width), hidden, sigma)
    return Cover("cap", opacity, surface)


def spray(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return sprayed paint or foam: a dense cloud of specks, thinner towards its border."""
    sigma = focus(rng, height, width)
    colour = any_colour(rng)
    grain = fractal(rng, height, width, rng.uniform(8, 40), 3, 0.8)
    surface = blend(shade(colour, rng.uniform(0.5, 0.95)), colour, grain)
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)))
    opacity = share_hidden(speckled(rng, height, width), hidden, sigma)
    return Cover("spray", opacity, surface, rng.uniform(0, 0.3), rng.uniform(0.06, 0.2))


def wall(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a wall, box or board that the lens is pressed to: dark, lit from one edge only."""
    sigma = focus(rng, height, width)
    colour = any_colour(rng, 0.6, 0.2)
    rough = fractal(rng, height, width, rng.uniform(2, 20), 4, 0.7)
    surface = blend(shade(colour, rng.uniform(0.5, 0.95)), colour, rough)
    surface = blur(surface, sigma * rng.uniform(0.7, 1.0))
    surface = modulate(
        surface, rng.uniform(0.05, 0.6) * gradient(rng, height, width) ** rng.uniform(0.3, 2)
    )
    if rng.random() < 0.6:
        surface = leak(rng, surface, shade(colour, rng.uniform(1, 1.6)))
    opacity = share_hidden(edge_on(rng, height, width), hidden, sigma)
    return Cover("wall", opacity, surface)


def defocus(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a lens so far out of focus, or so greasy, that only patches of colour are left."""
    sigma = focus(rng, height, width)
    opacity = share_hidden(edge_on(rng, height, width), hidden, sigma)
    surface = flat(height, width, (255, 255, 255))
    return Cover("defocus", opacity, surface, 1.0, rng.uniform(0.05, 0.16), rng.random() < 0.6)


def unnamed(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a cover of random shape and make that resembles nothing in particular."""
    sigma = focus(rng, height, width, 0.02)
    shapes = (edge_on, patch, speckled, daubed)
    field = shapes[int(rng.integers(len(shapes)))](rng, height, width)
    texture: NDArray[np.float32] = fractal(rng, height, width, rng.uniform(1, 15), 3, 0.6)
    surface = blend(any_colour(rng), any_colour(rng), texture)
    for _ in range(int(rng.integers(0, 4))):
        marks = markings(rng, height, width) * np.float32(rng.uniform(0.2, 1.0))
        surface = mix(surface, flat(height, width, any_colour(rng)), marks)
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)), 0.05)
    opacity = share_hidden(field, hidden, sigma)
    return Cover("unnamed", opacity, surface, rng.uniform(0, 0.7), rng.uniform(0.06, 0.3))


def markings(rng: Rng, height: int, width: int) -> Field:
    """Return lines, blotches or stripes, 0..1, as they may lie on any surface."""
    choice = rng.random()
    if choice < 0.45:
        lines = ridged(rng, height, width, rng.uniform(1, 7), int(rng.integers(1, 4)))
        return smoothstep(lines, rng.uniform(0.6, 0.9), 1.0)
    if choice < 0.8:
        level = rng.uniform(0.45, 0.65)
        blotches = fractal(rng, height, width, rng.uniform(1.5, 9), int(rng.integers(1, 4)))
        return smoothstep(blotches, level, level + rng.uniform(0.01, 0.15))
    stripes = streaks(rng, height, width, rng.uniform(0, np.pi))
    return smoothstep(stripes, 0.5, rng.uniform(0.55, 1.0))


def sticker(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a printed sticker: two or three flat colours, a border, shapes or letters."""
    sigma = focus(rng, height, width)
    surface = flat(height, width, any_colour(rng))
    size = max(height, width)
    for _ in range(int(rng.integers(1, 6))):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        paint_shape(surface, rng, centre, size * rng.uniform(0.05, 0.4), any_colour(rng))
    if rng.random() < 0.5:
        write_text(surface, rng, any_colour(rng), rng.uniform(1, 4))
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)))
    opacity = share_hidden(patch(rng, height, width), hidden, sigma)
    return Cover("sticker", opacity, surface, rng.uniform(0, 0.2), rng.uniform(0.08, 0.2))


def paint(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return paint, mud or grease put on with brush or finger: thick strokes with ridges."""
    sigma = focus(rng, height, width)
    colour = any_colour(rng)
    ridges = streaks(rng, height, width, rng.uniform(0, np.pi))
    surface = blend(shade(colour, rng.uniform(0.4, 0.9)), colour, ridges)
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)))
    opacity = share_hidden(daubed(rng, height, width), hidden, sigma)
    return Cover("paint", opacity, surface, rng.uniform(0, 0.4), rng.uniform(0.06, 0.2))


def bag(rng: Rng, height: int, width: int, hidden: float) -> Cover:
    """Return a plastic bag: milky, black or coloured film with creases that catch the light."""
    sigma = focus(rng, height, width, 0.02, 0.07)
    colour = (
        any_colour(rng) if rng.random() < 0.4 else hsv(0, 0, float(rng.choice([0.1, 0.8, 1.0])))
    )
    creases = ridged(rng, height, width, rng.uniform(1.5, 6), 3)
    surface = modulate(flat(height, width, colour), 0.6 + 0.4 * fractal(rng, height, width, 3, 3))
    shine = smoothstep(creases, 0.8, 1.0) * rng.uniform(0.1, 0.7)
    surface = mix(surface, flat(height, width, (250, 250, 250)), shine)
    surface = lit(rng, blur(surface, sigma * rng.uniform(0.7, 1.0)))
    opacity = share_hidden(edge_on(rng, height, width), hidden, sigma)
    return Cover("bag", opacity, surface, rng.uniform(0.1, 0.75), rng.uniform(0.06, 0.15))


MakeCover = Callable[[Rng, int, int, float], Cover]

COVERS: dict[str, MakeCover] = {
    "hand": hand,
    "tape": tape,
    "cloth": cloth,
    "paper": paper,
    "cap": cap,
    "spray": spray,
    "wall": wall,
    "defocus": defocus,
    "unnamed": unnamed,
    "sticker": sticker,
    "paint": paint,
    "bag": bag,
}
"""Every kind of cover: (generator, height, width, share of the frame to hide) -> cover."""

HELD_OUT = ("sticker", "paint", "bag")
"""Kinds that training never sees, to measure how the network does on new ones."""

TRAINED = tuple(kind for kind in COVERS if kind not in HELD_OUT)
"""Kinds that training sees; `unnamed` exists only to make it see more variety."""

PARTIAL = tuple(kind for kind in TRAINED if kind != "defocus")
"""Kinds that may also hide a small part of a frame that still counts as clear."""

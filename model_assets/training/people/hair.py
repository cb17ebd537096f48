"""Hair on the scalp: where it grows, how thick it lies and how its strands look."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from model_assets.training.people.face_canvas import FaceCanvas, ramp
from model_assets.training.people.face_parameters import FaceIdentity, HairStyle
from model_assets.training.people.head_surface import front_height
from model_assets.training.rendering.scene import Array, Image


@dataclass(frozen=True, slots=True)
class Cut:
    """How a style differs from the others, in millimetres where not said otherwise.

    Attributes:
        top: thickness of the hair on the crown.
        sides: thickness above the ears.
        cover: 0..1, how much of the scalp the hair hides.
        fringe: how far hair falls over the forehead.
        temples: how far the hairline runs back at the temples.
        flow: which way the strands run: down, side (parted), back, or curls.
        lumps: unevenness of the surface.
        hang: how far hair hangs below the ears (0 none), times its length.
        lift: extra thickness over the forehead.
    """

    top: float
    sides: float
    cover: float = 1.0
    fringe: float = 0.0
    temples: float = 0.0
    flow: str = "down"
    lumps: float = 0.4
    hang: float = 0.0
    lift: float = 0.0


CUTS = {
    HairStyle.SHAVEN: Cut(0, 0, 0.16),
    HairStyle.BALDING: Cut(0, 5, 0.95, lumps=0.6),
    HairStyle.BUZZ: Cut(2.5, 1.5, 0.80),
    HairStyle.CROP: Cut(11, 4, fringe=10, lumps=1.2),
    HairStyle.SIDE_PART: Cut(14, 6, fringe=4, flow="side", lumps=0.8, lift=5),
    HairStyle.SWEPT_BACK: Cut(15, 5, temples=5, flow="back", lumps=0.8, lift=7),
    HairStyle.FRINGE: Cut(14, 13, fringe=34, lumps=0.8),
    HairStyle.CURLY: Cut(21, 15, fringe=12, flow="curls", lumps=4.0),
    HairStyle.AFRO: Cut(36, 32, flow="curls", lumps=2.2),
    HairStyle.BOB: Cut(13, 14, fringe=30, lumps=0.6, hang=34),
    HairStyle.LONG: Cut(11, 10, flow="side", lumps=0.6, hang=150),
    HairStyle.WAVY: Cut(16, 15, flow="side", lumps=1.8, hang=125),
    HairStyle.BUN: Cut(5, 4, temples=3, flow="back", lumps=0.4),
    HairStyle.PONYTAIL: Cut(6, 4, fringe=4, flow="back", lumps=0.4),
    HairStyle.RECEDING: Cut(6, 4, 0.97, temples=26, lumps=0.6),
}
_DEGREES = (0, 18, 32, 46, 56, 64, 71, 80, 85, 90, 108, 118, 126, 142, 180)


def depth_of_hair(who: FaceIdentity, degrees: Array, z: Array) -> Array:
    """Return how far above the hairline a point of the scalp is, mm, below 0 outside.

    Args:
        who: whose hair.
        degrees: azimuth without its sign.
        z: height, millimetres.
    """
    cut = CUTS[who.hair_style]
    top = front_height(who, 11.0) + 6.0 * who.hairline - cut.fringe
    back = cut.temples * (0.6 + 0.4 * who.hairline)
    line = np.interp(
        degrees,
        _DEGREES,
        (
            top + 0.4 * back, top + 0.5 * back, top + 3 + 1.6 * back, top - 11 + 0.8 * back,
            min(top - 26, 88) + 0.3 * back, 64, 30, 14, 26, 58, 58, 34, 6, -22, -30,
        ),
    )  # fmt: skip
    if cut.hang > 0:
        line = line - np.interp(degrees, (0, 22, 45, 62, 75), (0, 8, 26, 26, 0))
    depth = z - line
    if who.hair_style is HairStyle.BALDING:
        bare = np.interp(degrees, (0, 50, 75, 110, 180), (-99, -99, 84, 100, 92))
        depth = np.minimum(depth, bare - z)
    return depth.astype(np.float32)


def part_of(who: FaceIdentity) -> float:
    """Return x (mm) of the parting."""
    return float(np.sign(who.parting) * (12.0 + 20.0 * abs(who.parting)))


def thicken(who: FaceIdentity, points: Array, azimuths: Array) -> None:
    """Push the scalp [rows, columns, 3] (mm) out to the surface of the hair, in place."""
    cut = CUTS[who.hair_style]
    degrees = np.broadcast_to(np.abs(np.degrees(azimuths)), points.shape[:2])
    depth = depth_of_hair(who, degrees, points[..., 2])
    if depth.max() <= 0 or max(cut.top, cut.sides) == 0:
        return
    full = 1.0 + 0.35 * who.hair_volume
    high = ramp(points[..., 2], 70, 132)
    thickness = (cut.sides + (cut.top - cut.sides) * high) * full
    over = np.clip(np.cos(azimuths), 0, 1) * ramp(points[..., 2], 90, 125)
    thickness = thickness + cut.lift * full * over
    part = part_of(who)
    if cut.flow == "side":
        gap = np.exp(-0.5 * ((points[..., 0] - part) / 5.0) ** 2) * ramp(points[..., 2], 105, 125)
        thickness = thickness * (1 - 0.35 * gap)
    phase = who.seed % 97
    waves = np.sin(points[..., 0] / 7.5 + phase) * np.sin(points[..., 2] / 9.0 + 2 * phase)
    waves = waves + np.sin(points[..., 1] / 8.0 + 3 * phase) * np.sin(points[..., 2] / 6.5)
    thickness = (thickness + cut.lumps * waves) * ramp(depth, -1.0, 9.0 + 0.5 * cut.top)
    outward = points - (0.0, 5.0, 55.0)
    outward = outward / np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1.0)
    points += outward * np.maximum(thickness, 0)[..., None]


def paint_scalp(canvas: FaceCanvas, who: FaceIdentity) -> None:
    """Paint the hair onto the head, in place."""
    cut = CUTS[who.hair_style]
    size = canvas.image.shape[0]
    ragged = canvas.grain(size / 3, 0.25) * 0.6 + canvas.grain(size / 8) * 0.4
    depth = depth_of_hair(who, canvas.degrees, canvas.z) + 3.0 * ragged
    weight = ramp(depth, -1.5, 3.5 if cut.cover == 1 else 9.0) * cut.cover
    along, across = _flow(canvas, cut.flow, part_of(who))
    strands = strand_image(canvas.rng, who.hair_colour, cut.flow == "curls")
    places = (across % 96) / 96 * 255, (along % 192) / 192 * 255
    hair = cv2.remap(
        strands,
        *(p.astype(np.float32) for p in places),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    root = 0.72 + 0.28 * ramp(depth, 0, 14)
    canvas.lay(hair * root[..., None], weight.astype(np.float32))


def _flow(canvas: FaceCanvas, flow: str, part: float) -> tuple[Array, Array]:
    """Return places along and across the strands, millimetres each."""
    arc = canvas.levels * 16 + 0 * canvas.x
    if flow == "side":
        turn = np.arctan2(0.6 * (canvas.y + 10.0), canvas.x - part)
        return arc, np.degrees(turn) * 1.1
    if flow == "back":
        return canvas.y, np.degrees(np.arctan2(canvas.x, canvas.z - 45.0)) * 1.2
    return arc, canvas.degrees * 1.4 * np.sign(canvas.x)


def strand_image(
    rng: np.random.Generator, colour: tuple[float, float, float], curls: bool
) -> Array:
    """Return hair with its strands along the columns, float32 BGR 0..1 [256, 256, 3]."""
    rows = 70 if curls else 6
    fine = cv2.resize(rng.random((rows, 200 if not curls else 70), dtype=np.float32), (256, 256))
    locks = cv2.resize(rng.random((max(3, rows // 3), 40), dtype=np.float32), (256, 256))
    light = 0.55 + 0.55 * fine + 0.35 * locks
    sheen = np.float32([0.05, 0.06, 0.07]) * (fine**3)[..., None]
    return np.clip(np.float32(colour) * light[..., None] + sheen, 0, 1).astype(np.float32)


def strand_texture(who: FaceIdentity) -> Image:
    """Return the texture of hair that hangs, BGR uint8 [256, 256, 3]."""
    rng = np.random.default_rng(who.seed + 1)
    image = strand_image(rng, who.hair_colour, CUTS[who.hair_style].flow == "curls")
    return (image * 255).astype(np.uint8)

"""Paints the skin of a head: tone, shading of its hollows, lips, brows, marks."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.beard import paint_beard
from model_assets.training.people.face_canvas import (
    FaceCanvas,
    face_canvas,
    finished,
    ramp,
    spot,
)
from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.people.face_plan import FacePlan, brow_line
from model_assets.training.people.hair import paint_scalp
from model_assets.training.people.head_grid import LIP_GAP, LIPS
from model_assets.training.people.skin_marks import paint_marks, paint_wrinkles
from model_assets.training.rendering.scene import Array, Image

_TONES = np.array(
    [
        (0.76, 0.82, 0.94),
        (0.65, 0.74, 0.91),
        (0.50, 0.62, 0.83),
        (0.36, 0.48, 0.70),
        (0.24, 0.34, 0.53),
        (0.16, 0.225, 0.36),
        (0.115, 0.155, 0.255),
    ]
)


def skin_colour(who: FaceIdentity) -> Array:
    """Return the BGR colour 0..1 of the skin, float32 [3]."""
    tones = np.linspace(0, 1, len(_TONES))
    colour = np.array([np.interp(who.skin_tone, tones, _TONES[:, k]) for k in range(3)])
    warmth = who.skin_warmth * np.array([-0.05, -0.035, 0.02]) * (1 - 0.4 * who.skin_tone)
    return np.clip(colour + warmth, 0.03, 0.97).astype(np.float32)


def face_texture(who: FaceIdentity, plan: FacePlan, size: int) -> Image:
    """Return the texture of a head, BGR uint8 [size, size, 3], laid out as ``head_grid``."""
    canvas = face_canvas(who, plan, size)
    skin = skin_colour(who)
    canvas.image[:] = skin
    _flush(canvas, who)
    _hollows(canvas, who)
    paint_wrinkles(canvas, who)
    paint_marks(canvas, who, skin)
    _lips(canvas, who, skin)
    paint_scalp(canvas, who)
    paint_beard(canvas, who)
    _brows(canvas, who, skin)
    _mouth_inside(canvas, skin)
    return finished(canvas)


def _flush(canvas: FaceCanvas, who: FaceIdentity) -> None:
    """Redder cheeks, nose and ears; uneven skin."""
    plan, side, z = canvas.plan, canvas.side, canvas.z
    red = 0.9 * spot(side - 42, z - plan.nose_base - 8, 15, 12)
    red = red + 0.7 * spot(canvas.x, z - plan.nose_tip, 11, 8)
    red = red * (0.6 + 0.4 * who.skin_warmth) * canvas.front
    mottle = canvas.grain(9) * 0.6 + canvas.grain(60) * 0.4
    canvas.shade(1 + 0.045 * mottle)
    strength = 0.16 * (1 - 0.5 * who.skin_tone)
    tint = 1 + (red * strength)[..., None] * np.float32([-1.0, -0.75, 0.12])
    np.multiply(canvas.image, tint, out=canvas.image)


def _hollows(canvas: FaceCanvas, who: FaceIdentity) -> None:
    """Shade that soft light leaves in sockets, under nose, lips and chin; light on the ridges."""
    plan, x, side, z = canvas.plan, canvas.x, canvas.side, canvas.z
    eye_x, _, eye_z = plan.eye
    base, half = plan.nose_base, plan.nose_half
    dark = 0.15 * spot(side - eye_x + 0.85 * plan.eye_half, z - eye_z - 3, 5, 8)
    dark += 0.10 * spot(side - eye_x, z - eye_z - 7, 15, 5)
    dark += (0.08 + 0.14 * who.age) * spot(side - eye_x, z - eye_z + 10, 11, 3.5)
    dark += 0.20 * spot(side - half + 1.5, z - base - 6, 2.6, 6)
    dark += 0.12 * spot(x, z - base + 3.5, 0.5 * half, 2.8)
    dark += 0.10 * spot(side - 0.6 * half, z - 0.5 * (plan.nose_tip + plan.nose_root), 4, 12)
    under = plan.mouth - plan.lower_lip - 4.5
    dark += 0.17 * spot(x, z - under, 12, 2.8)
    dark += 0.15 * spot(side - plan.mouth_half - 2.5, z - plan.mouth, 3, 3.5)
    dark += 0.08 * spot(x, z - 0.5 * (base + plan.mouth + plan.upper_lip), 2.2, 4)
    light = 0.10 * spot(x, z - plan.nose_tip, 4, 4) + 0.07 * spot(x, z - eye_z + 12, 3.5, 14)
    light += 0.05 * spot(side - 40, z - eye_z + 22, 10, 7) + 0.05 * spot(x, z - 100, 28, 14)
    neck = 0.26 * ramp(canvas.levels, 2.1, 1.3) * canvas.front
    canvas.shade((1 - dark * canvas.front + light * canvas.front) * (1 - neck))
    crease = np.exp(-0.5 * ((z - _crease(canvas)) / 1.1) ** 2) * ramp(side - eye_x, 20, 12)
    crease = crease * ramp(side - eye_x, -17, -11) * canvas.front
    canvas.shade(1 - (0.18 + 0.25 * who.lid_fold) * crease)
    nostrils = spot(side - 0.40 * half, z - base - 1.2, 0.15 * half, 1.2) * canvas.front
    canvas.lay(canvas.image * 0.3, np.clip(1.2 * nostrils, 0, 1))


def _crease(canvas: FaceCanvas) -> Array:
    """Height of the crease of the upper lid at each texel."""
    plan = canvas.plan
    out = (canvas.side - plan.eye[0]) / plan.eye_half
    bow = np.clip(1 - 0.75 * out**2, -0.3, 1)
    tilt = plan.eye_tilt * (canvas.side - plan.eye[0])
    return plan.eye[2] + 1.5 + tilt + (plan.eye_up + 2.0) * bow


def _lips(canvas: FaceCanvas, who: FaceIdentity, skin: Array) -> None:
    """Both lips, with the bow of the upper one, darker between them."""
    plan, side = canvas.plan, canvas.side
    up = canvas.z - plan.mouth
    along = side / plan.mouth_half
    taper = np.clip(1 - along**2, 0, 1)
    bow = taper**0.75 * (1 - 0.22 * np.exp(-0.5 * (side / 3.0) ** 2))
    upper = plan.upper_lip * bow + 0.8 * np.exp(-0.5 * ((side - 5.5) / 3) ** 2)
    lower = plan.lower_lip * taper**0.62
    inside = ramp(upper - up, -0.8, 0.9) * ramp(up + lower, -0.9, 1.0) * ramp(along, 1.05, 0.97)
    inside = inside * canvas.front
    pale, rich = np.float32([0.86, 0.76, 0.97]), np.float32([0.60, 0.50, 0.90])
    red = skin * (pale + (rich - pale) * (0.5 + 0.5 * who.lip_redness))
    red = red * (1.0 - 0.12 * who.skin_tone)
    shade = np.where(up > 0, 0.86, 1.0 + 0.12 * spot(canvas.x, up + 0.5 * lower, 9, 2))
    canvas.lay(red * shade[..., None], 0.88 * inside)
    line = np.exp(-0.5 * (up / 0.9) ** 2) * ramp(along, 1.12, 0.95) * canvas.front
    canvas.shade(1 - 0.62 * line)


def _mouth_inside(canvas: FaceCanvas, skin: Array) -> None:
    """Teeth and dark in the band of texels between the lips; skin beyond the corners."""
    share = (canvas.levels - LIPS) / LIP_GAP
    band = (np.abs(share) < 1) & (canvas.degrees < 40)
    within = ramp(canvas.side / canvas.plan.mouth_half, 1.05, 0.9)
    teeth = ramp(share, 0.12, 0.3) * ramp(canvas.side / canvas.plan.mouth_half, 0.85, 0.6)
    gaps = 1 - 0.12 * np.abs(np.sin(canvas.x * np.pi / 7.0)) ** 12
    dark = np.float32([0.08, 0.06, 0.17])
    tongue = np.float32([0.30, 0.28, 0.58])
    inside = dark + ramp(share, -0.35, -0.8)[..., None] * 0.6 * (tongue - dark)
    white = np.float32([0.80, 0.87, 0.90]) * gaps[..., None]
    inside = inside + teeth[..., None] * (white - inside)
    weight = np.where(band, within, 0).astype(np.float32)
    corner = ramp(canvas.side / canvas.plan.mouth_half, 1.07, 1.0)
    canvas.lay(skin * 0.5, np.where(band, corner, 0).astype(np.float32))
    canvas.lay(inside.astype(np.float32), weight)


def _brows(canvas: FaceCanvas, who: FaceIdentity, skin: Array) -> None:
    """Brows of hairs that lie along the arch."""
    plan, side = canvas.plan, canvas.side
    start, end, _ = plan.brow
    along = (side - start) / (end - start)
    across = canvas.z - brow_line(plan, np.clip(side, start - 3, end + 2))
    half = plan.brow_half * np.interp(along, [-0.1, 0.08, 0.5, 0.8, 1.0], [0.7, 1.0, 1.0, 0.7, 0.3])
    ragged = canvas.grain(min(canvas.image.shape[0] / 3.5, 120), 1.7)
    mask = ramp(half - np.abs(across) + 0.9 * ragged, -0.7, 1.3)
    mask = mask * ramp(along + 0.04 * ragged, -0.05, 0.06) * ramp(along, 1.04, 0.93) * canvas.front
    colour = np.float32(who.hair_colour) * (0.62 + 0.1 * ragged[..., None])
    colour = np.minimum(colour, skin * 0.75)
    if who.scar == 2:
        mask = mask * (1 - spot(canvas.x - 0.7 * end, across, 1.3, 9))
    canvas.lay(colour, (0.78 + 0.2 * who.brow_darkness) * mask)

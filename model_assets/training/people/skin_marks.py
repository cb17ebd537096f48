"""Marks of age and life on the skin: wrinkles, freckles, moles, scars."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.face_canvas import FaceCanvas, ramp, spot
from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.rendering.scene import Array


def paint_wrinkles(canvas: FaceCanvas, who: FaceIdentity) -> None:
    """Paint forehead lines, crow's feet and the folds beside the mouth, in place."""
    plan, side, z = canvas.plan, canvas.side, canvas.z
    old = max(0.0, who.age - 0.3) / 0.7
    top = plan.nose_base + 2.0
    fall = np.clip((top - z) / (top - plan.mouth + 4.0), -0.1, 1.1)
    fold_x = plan.nose_half + 2.0 + (plan.mouth_half + 9.0 - plan.nose_half) * fall
    fold = np.exp(-0.5 * ((side - fold_x) / 3.0) ** 2) * ramp(fall, -0.08, 0.15)
    fold = fold * ramp(fall, 0.85, 0.3)
    dark = (0.045 + 0.13 * old) * fold
    if old > 0:
        wave = np.sin(canvas.x / 17.0 + who.seed % 7) * 1.5
        rows = 0.5 + 0.5 * np.cos((z + wave) * 2 * np.pi / 9.5)
        forehead = ramp(z, 84, 92) * ramp(z, 118, 108) * ramp(side, 46, 30)
        feet_x = plan.eye[0] + plan.eye_half + 7.0
        feet = spot(side - feet_x, z - plan.eye[2], 4.0, 6.0)
        rays = 0.5 + 0.5 * np.cos((z - plan.eye[2]) * 2 * np.pi / 4.0)
        uneven = 0.65 + 0.35 * canvas.grain(7, 2.0)
        dark = dark + old * (0.18 * rows**6 * forehead * uneven + 0.22 * rays**3 * feet)
    canvas.shade(1 - dark * canvas.front)


def paint_marks(canvas: FaceCanvas, who: FaceIdentity, skin: Array) -> None:
    """Paint freckles, moles and a scar, in place."""
    if who.freckles > 0.05:
        specks = ramp(canvas.grain(130), 0.55, 0.95) * ramp(canvas.side, 62, 35)
        region = ramp(canvas.z, -10, 10) * ramp(canvas.z, 75, 40)
        brown = skin * np.float32([0.5, 0.62, 0.8])
        canvas.lay(brown, 0.9 * who.freckles * specks * region * canvas.front)
    for _ in range(who.moles):
        x, z = canvas.rng.uniform(-52, 52), canvas.rng.uniform(-48, 110)
        size = canvas.rng.uniform(0.8, 1.9)
        mole = np.clip(1.4 * spot(canvas.x - x, canvas.z - z, size, size), 0, 1)
        canvas.lay(skin * np.float32([0.3, 0.33, 0.42]), 0.9 * mole * canvas.front)
    if who.scar == 1:
        side = 1.0 if who.seed % 2 else -1.0
        along, off = canvas.z - 8.0, canvas.x - side * (38.0 + 0.3 * canvas.z)
        scar = spot(off, along, 1.0, 11.0) * canvas.front
        canvas.lay(np.clip(skin * np.float32([0.95, 0.9, 1.08]) + 0.05, 0, 1), 0.8 * scar)

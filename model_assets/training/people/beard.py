"""Beards: where they grow, how they are painted and how far they stand out."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.face_canvas import FaceCanvas, ramp
from model_assets.training.people.face_parameters import Beard, FaceIdentity
from model_assets.training.people.face_plan import FacePlan
from model_assets.training.rendering.scene import Array


def beard_cover(
    who: FaceIdentity, plan: FacePlan, degrees: Array, x: Array, z: Array, levels: Array
) -> Array:
    """Return how densely the beard grows at points of the skin, 0..1.

    Args:
        who: whose beard.
        plan: measures of the face.
        degrees: azimuth without its sign.
        x: millimetres to the left.
        z: millimetres up.
        levels: see ``head_grid``.
    """
    side = np.abs(x)
    moustache = ramp(z, plan.nose_base - 1.0, plan.nose_base - 3.5) * ramp(
        z, plan.mouth + 0.4 * plan.upper_lip, plan.mouth + 0.85 * plan.upper_lip
    )
    reach = plan.mouth_half + 4.0 - 0.5 * np.maximum(z - plan.mouth, 0)
    moustache = moustache * ramp(side - reach, 2.0, -4.0)
    if who.beard is Beard.MOUSTACHE:
        return moustache * (degrees < 60)
    lip = ramp((side / plan.mouth_half) ** 2 + ((z - plan.mouth) / plan.lower_lip) ** 2, 0.85, 1.2)
    if who.beard is Beard.GOATEE:
        width = plan.mouth_half + 1.0
        low = plan.mouth - 22.0
        reach = (side / width) ** 2.6 + (np.abs(z - low) / (plan.nose_base - 2.0 - low)) ** 2.6
        chin = ramp(reach, 1.15, 0.8) * ramp(levels, 1.3, 1.9)
        return np.maximum(chin * lip, moustache) * (degrees < 70)
    m = plan.mouth
    edge = np.interp(
        degrees, (0, 16, 22, 40, 58, 72, 84, 90), (m + 16, m + 14, m + 6, m + 2, m + 12, 20, 32, 32)
    )
    cheeks = ramp(z - edge, 3.0, -5.0) * ramp(levels, 1.0, 1.6) * ramp(degrees, 92, 86)
    low = ramp(z, plan.nose_base - 1.0, plan.nose_base - 4.0) + (side > plan.nose_half + 6)
    return np.maximum(cheeks * lip * np.clip(low, 0, 1), moustache)


def paint_beard(canvas: FaceCanvas, who: FaceIdentity) -> None:
    """Paint the beard, in place."""
    if who.beard is Beard.NONE:
        return
    size = canvas.image.shape[0]
    cover = beard_cover(who, canvas.plan, canvas.degrees, canvas.x, canvas.z, canvas.levels)
    hairs = (
        canvas.grain(min(size / 1.6, 330), 0.4) * 0.6 + canvas.grain(min(size / 6, 60), 0.5) * 0.4
    )
    cover = cover * np.clip(0.92 + 0.4 * hairs, 0, 1)
    colour = np.float32(who.hair_colour) * np.float32([0.75, 0.8, 0.9])
    if who.beard is Beard.STUBBLE:
        canvas.lay(0.6 * colour, (0.30 + 0.25 * who.beard_length) * cover)
    else:
        canvas.lay(colour * (0.92 + 0.3 * hairs[..., None]), 0.95 * cover)


def bristle(
    who: FaceIdentity, plan: FacePlan, points: Array, azimuths: Array, levels: Array
) -> None:
    """Push the skin [rows, columns, 3] (mm) out to the surface of the beard, in place."""
    if who.beard in (Beard.NONE, Beard.STUBBLE):
        return
    degrees = np.broadcast_to(np.abs(np.degrees(azimuths)), points.shape[:2])
    x, z = points[..., 0], points[..., 2]
    cover = beard_cover(who, plan, degrees, x, z, levels[:, None])
    length = np.interp(z, (plan.mouth - 40, plan.mouth - 10, plan.mouth + 20), (10, 6, 3))
    length = length * (0.25 + 0.9 * who.beard_length)
    down = np.stack(
        [0.5 * np.sin(azimuths) + 0 * x, -0.85 * np.cos(azimuths) + 0 * x, -0.35 + 0 * x], -1
    )
    points += down * (length * cover)[..., None]

"""Glasses as solid frames: rims around the eyes, a bridge and temples to the ears."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.face_parameters import FaceIdentity, Glasses
from model_assets.training.people.face_plan import FacePlan
from model_assets.training.people.mesh_parts import Part, joined, tube

_SEGMENTS = (8, 16, 40)
# Half width, half height, squareness, thickness of the rim (mm), drop towards the cheek.
_FRAMES = {
    Glasses.RECTANGLE: (25.0, 15.0, 4.5, 1.6, 0.0),
    Glasses.ROUND: (22.5, 21.5, 2.0, 1.0, 0.0),
    Glasses.SQUARE: (26.5, 20.5, 5.0, 2.5, 0.0),
    Glasses.AVIATOR: (26.5, 21.0, 2.6, 0.9, 5.0),
}


_CORNERS = (3, 4, 6)


def glasses(who: FaceIdentity, plan: FacePlan, side_x: float, detail: int) -> Part:
    """Return the glasses; ``side_x`` is the half width of the head at the ears, mm."""
    width, height, power, thick, drop = _FRAMES[who.glasses]
    grow = 1.0 + 0.10 * who.glasses_size
    thick = thick * (1.5 if detail == 0 else 1.0)
    turn = np.linspace(0, 2 * np.pi, _SEGMENTS[detail], endpoint=False)
    cos, sin = np.cos(turn), np.sin(turn)
    across = width * grow * np.sign(cos) * np.abs(cos) ** (2 / power)
    up = height * grow * np.sign(sin) * np.abs(sin) ** (2 / power)
    eye_x, eye_y, eye_z = plan.eye
    centre_x = max(eye_x + 1.0, width * grow + 0.5 * plan.bridge_half + 4.0)
    front = min(eye_y - 16.0, eye_y - 12.0 - 0.6 * plan.nose_bridge)
    x = centre_x + across
    z = eye_z - 3.0 + up - drop * np.clip(across / width, -1, 1) * (up < 0)
    y = front + 0.0032 * x**2
    rim = np.stack([x, y, z], 1)
    colour = np.float32(who.glasses_colour)
    ring = tube(rim, np.full((len(rim), 2), thick), colour, _CORNERS[detail], ring=True)
    temple = tube(_temple(rim, side_x, eye_z), _temple_radii(thick), colour, _CORNERS[detail])
    inner = centre_x - width * grow
    bridge_z = eye_z + (2.0 if power > 2 else 5.0)
    bridge_x = np.linspace(-inner, inner, 5)
    arch = 2.5 * (1 - (bridge_x / inner) ** 2)
    bridge = np.stack([bridge_x, front - 1.0 - 3.2 * arch, bridge_z + arch], 1)
    return joined(
        [
            ring,
            ring.mirrored(),
            temple,
            temple.mirrored(),
            tube(bridge, np.full((5, 2), thick), colour, _CORNERS[detail]),
        ]
    )


def _temple(rim: np.ndarray, side_x: float, eye_z: float) -> np.ndarray:
    hinge = rim[int(np.argmax(rim[:, 0]))]
    return np.array(
        [
            (hinge[0], hinge[1], eye_z + 6.0),
            (0.5 * (hinge[0] + side_x) + 3.0, -66.0, eye_z + 6.5),
            (side_x + 2.5, -32.0, eye_z + 5.0),
            (side_x + 3.0, 8.0, eye_z + 1.0),
        ]
    )


def _temple_radii(thick: float) -> np.ndarray:
    return np.array([(0.9 * thick, 1.5 * thick)] * 4)

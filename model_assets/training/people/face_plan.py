"""Where the features of a face are, in millimetres of the head's own frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.people.head_surface import depth_at, front_height


@dataclass(frozen=True, slots=True)
class FacePlan:
    """Measures of a face, millimetres; x to the person's left, z up, y = how far back.

    Attributes:
        eye: x, y, z of the front of the left eyeball (the right one mirrors it).
        eye_half: half the width of the opening.
        eye_up: from the pupil to the edge of the upper lid.
        eye_down: from the pupil to the edge of the lower lid.
        eye_tilt: rise of the opening per millimetre outwards.
        brow: x from, x to, height z of its inner end.
        brow_rise: of the arch's top above the inner end.
        brow_drop: of the outer end below the inner end.
        brow_half: half its thickness.
        nose_root: z where the bridge starts.
        nose_tip: z of the tip.
        nose_base: z where the nose meets the lip.
        nose_height: how far the tip stands out.
        nose_bridge: how far the middle of the bridge stands out.
        nose_half: half the width over the wings.
        bridge_half: half the width of the bridge.
        mouth: z between the lips in the middle.
        mouth_half: half the width of the mouth.
        upper_lip: height of the red of the upper lip.
        lower_lip: of the lower lip.
        lip_bend: how much higher the corners are than the middle.
    """

    eye: tuple[float, float, float]
    eye_half: float
    eye_up: float
    eye_down: float
    eye_tilt: float
    brow: tuple[float, float, float]
    brow_rise: float
    brow_drop: float
    brow_half: float
    nose_root: float
    nose_tip: float
    nose_base: float
    nose_height: float
    nose_bridge: float
    nose_half: float
    bridge_half: float
    mouth: float
    mouth_half: float
    upper_lip: float
    lower_lip: float
    lip_bend: float


def face_plan(who: FaceIdentity) -> FacePlan:
    """Return the measures of a face."""
    eye_x = 31.5 + 4.0 * who.eye_spacing + 1.2 * who.face_width
    eye_z = front_height(who, 8.0)
    eye_half = 14.8 + 2.4 * who.eye_size
    brow_z = eye_z + 17.5 + 4.4 * who.brow_height
    base = front_height(who, 6.0)
    tip = base + 9.0 + 3.0 * who.nose_upturn
    return FacePlan(
        eye=(eye_x, depth_at(who, 8.0, eye_x) + 5.0 + 2.2 * who.eye_depth, eye_z),
        eye_half=eye_half,
        eye_up=eye_half * (0.375 + 0.08 * who.eye_opening),
        eye_down=eye_half * (0.31 + 0.05 * who.eye_opening),
        eye_tilt=0.04 + 0.13 * who.eye_tilt,
        brow=(10.5 + 3.5 * who.brow_spacing, eye_x + eye_half + 5.0, brow_z),
        brow_rise=3.0 + 2.4 * who.brow_arch + 1.0 * who.brow_angle,
        brow_drop=3.2 - 3.2 * who.brow_angle,
        brow_half=3.2 + 2.1 * who.brow_thickness,
        nose_root=eye_z + 4.0,
        nose_tip=tip,
        nose_base=base,
        nose_height=21.0 + 4.5 * who.nose_projection,
        nose_bridge=10.0 + 3.0 * who.nose_bridge + 1.5 * who.nose_projection,
        nose_half=17.0 + 4.6 * who.nose_width + 1.5 * (who.skin_tone - 0.4),
        bridge_half=7.0 + 1.8 * who.nose_bridge_width + 0.8 * who.nose_width,
        mouth=front_height(who, 5.0),
        mouth_half=25.0 + 5.2 * who.mouth_width,
        upper_lip=7.2 + 3.2 * who.upper_lip + 1.2 * (who.skin_tone - 0.4),
        lower_lip=9.2 + 3.4 * who.lower_lip + 1.2 * (who.skin_tone - 0.4),
        lip_bend=0.3 + 1.8 * who.lip_curve,
    )


def brow_line(plan: FacePlan, x: np.ndarray) -> np.ndarray:
    """Return the height of the middle of the brow at distances |x| from the midline."""
    start, end, height = plan.brow
    along = (np.abs(x) - start) / (end - start)
    arch = np.where(along < 0.62, np.sin(along * np.pi / 1.24), 0)
    falling = (along - 0.62) / 0.38
    fall = 1 - falling**2 * (1 + plan.brow_drop / max(plan.brow_rise, 0.5))
    return height + plan.brow_rise * np.where(along < 0.62, arch, fall)

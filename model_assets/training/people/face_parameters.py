"""Who somebody is: the parameters of a face that stay the same in every picture of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

Rng = np.random.Generator
Colour = tuple[float, float, float]


class HairStyle(IntEnum):
    """How the hair is worn."""

    SHAVEN = 0
    BALDING = 1
    BUZZ = 2
    CROP = 3
    SIDE_PART = 4
    SWEPT_BACK = 5
    FRINGE = 6
    CURLY = 7
    AFRO = 8
    BOB = 9
    LONG = 10
    WAVY = 11
    BUN = 12
    PONYTAIL = 13
    RECEDING = 14


class Beard(IntEnum):
    """How the beard is worn."""

    NONE = 0
    STUBBLE = 1
    MOUSTACHE = 2
    GOATEE = 3
    FULL = 4


class Glasses(IntEnum):
    """Shape of the frames."""

    NONE = 0
    RECTANGLE = 1
    ROUND = 2
    SQUARE = 3
    AVIATOR = 4


@dataclass(frozen=True, slots=True)
class FaceIdentity:
    """A face; every number not described otherwise is a deviation from the mean, -1 .. 1.

    Attributes:
        eye_tilt: above 0 the outer corners are the higher ones.
        iris: BGR 0..1.
        hair_colour: BGR 0..1.
        glasses_colour: BGR 0..1.
        lid_fold: 0 (no crease) .. 1 (deep).
        chin_cleft: 0 .. 1.
        skin_tone: 0 (very pale) .. 1 (very dark).
        skin_warmth: above 0 redder, below 0 more olive.
        freckles: 0 .. 1.
        age: 0 (young) .. 1 (wrinkled).
        moles: how many.
        scar: 0 none, 1 on the cheek, 2 in the brow.
        beard_length: 0 .. 1.
        masculinity: -1 .. 1, which several of the others go with.
        seed: of the fine detail of skin and hair.
    """

    size: float
    skull_width: float
    skull_height: float
    skull_length: float
    forehead_slope: float
    face_width: float
    face_length: float
    cheekbones: float
    cheek_fullness: float
    jaw_width: float
    jaw_height: float
    chin_length: float
    chin_width: float
    chin_forward: float
    chin_cleft: float
    eye_spacing: float
    eye_size: float
    eye_opening: float
    eye_tilt: float
    eye_height: float
    eye_depth: float
    lid_fold: float
    iris: Colour
    brow_height: float
    brow_thickness: float
    brow_angle: float
    brow_arch: float
    brow_spacing: float
    brow_darkness: float
    brow_ridge: float
    nose_length: float
    nose_width: float
    nose_bridge: float
    nose_bridge_width: float
    nose_tip: float
    nose_hump: float
    nose_upturn: float
    nose_projection: float
    mouth_width: float
    mouth_height: float
    upper_lip: float
    lower_lip: float
    lip_curve: float
    lip_redness: float
    ear_size: float
    ear_flare: float
    skin_tone: float
    skin_warmth: float
    freckles: float
    age: float
    moles: int
    scar: int
    asymmetry: float
    hair_style: HairStyle
    hair_colour: Colour
    hairline: float
    hair_length: float
    hair_volume: float
    parting: float
    beard: Beard
    beard_length: float
    glasses: Glasses
    glasses_colour: Colour
    glasses_size: float
    neck_width: float
    masculinity: float
    seed: int

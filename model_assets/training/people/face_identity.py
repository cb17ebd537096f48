"""Draws people: wide ranges, with the few correlations that keep a face believable."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from model_assets.training.people.face_parameters import (
    Beard,
    Colour,
    FaceIdentity,
    Glasses,
    HairStyle,
    Rng,
)

__all__ = ["Beard", "FaceIdentity", "Glasses", "HairStyle", "sample_identity"]

_HAIR = {
    "black": (0.035, 0.035, 0.045),
    "dark": (0.06, 0.085, 0.13),
    "brown": (0.11, 0.18, 0.29),
    "auburn": (0.10, 0.19, 0.42),
    "red": (0.12, 0.31, 0.63),
    "fair": (0.28, 0.48, 0.64),
    "blond": (0.46, 0.68, 0.83),
    "grey": (0.52, 0.53, 0.54),
    "white": (0.80, 0.82, 0.83),
}
_IRIS = {
    "brown": (0.07, 0.14, 0.26),
    "hazel": (0.12, 0.27, 0.36),
    "green": (0.25, 0.42, 0.34),
    "blue": (0.62, 0.47, 0.28),
    "grey": (0.50, 0.48, 0.43),
}
_FRAMES = ((0.04, 0.04, 0.05), (0.08, 0.14, 0.25), (0.55, 0.58, 0.60), (0.30, 0.50, 0.66))
_VIVID = ((0.15, 0.12, 0.55), (0.50, 0.25, 0.12), (0.25, 0.35, 0.12))
_STYLES_SHORT = (
    0.07,
    0.09,
    0.12,
    0.15,
    0.14,
    0.11,
    0.06,
    0.08,
    0.05,
    0.0,
    0.02,
    0.01,
    0.01,
    0,
    0.09,
)
_STYLES_LONG = (0.0, 0.0, 0.03, 0.04, 0.03, 0.04, 0.05, 0.07, 0.06, 0.16, 0.18, 0.16, 0.10, 0.08, 0)
_SPECIAL = frozenset(
    (
        *("iris", "hair_colour", "hair_style", "beard", "beard_length", "glasses"),
        *("glasses_colour", "skin_tone", "freckles", "age", "moles", "scar", "chin_cleft"),
        *("lid_fold", "masculinity", "seed"),
    )
)
_WITH_MASCULINITY = {
    "jaw_width": 0.45,
    "brow_thickness": 0.5,
    "brow_ridge": 0.6,
    "brow_height": -0.4,
    "chin_width": 0.35,
    "upper_lip": -0.3,
    "lower_lip": -0.3,
    "lip_redness": -0.5,
    "eye_size": -0.3,
    "neck_width": 0.6,
    "nose_width": 0.25,
    "size": 0.4,
    "brow_arch": -0.3,
}


def sample_identity(rng: Rng) -> FaceIdentity:
    """Return a random person."""
    masculinity = float(np.clip(rng.choice([-0.7, 0.7]) + rng.normal(0, 0.25), -1, 1))
    age = float(rng.beta(1.2, 1.8))
    tone = float(rng.choice([rng.uniform(0, 0.3), rng.uniform(0, 1)]))
    deviations = {
        field.name: _deviation(rng, field.name, masculinity)
        for field in fields(FaceIdentity)
        if field.name not in _SPECIAL
    }
    style = _hair_style(rng, masculinity, age)
    return FaceIdentity(
        **deviations,
        masculinity=masculinity,
        age=age,
        skin_tone=tone,
        iris=_iris(rng, tone),
        hair_style=style,
        hair_colour=_hair_colour(rng, tone, age),
        beard=_beard(rng, masculinity),
        beard_length=float(rng.random()),
        glasses=_glasses(rng),
        glasses_colour=_frame_colour(rng),
        freckles=float(max(0.0, rng.uniform(-2.0, 1.0) * (1 - tone))),
        moles=int(rng.poisson(0.9)),
        scar=int(rng.choice(3, p=[0.93, 0.04, 0.03])),
        chin_cleft=float(max(0.0, rng.uniform(-2, 1))),
        lid_fold=float(rng.random()),
        seed=int(rng.integers(2**31)),
    )


def _deviation(rng: Rng, name: str, masculinity: float) -> float:
    share = _WITH_MASCULINITY.get(name, 0.0)
    # The arcsine law: few are average in anything, none is a caricature.
    own = np.sin(rng.uniform(-np.pi / 2, np.pi / 2)) * (1 - 0.6 * abs(share))
    return float(np.clip(own + share * masculinity, -1, 1))


def _hair_style(rng: Rng, masculinity: float, age: float) -> HairStyle:
    weights = np.array(_STYLES_SHORT if masculinity > 0 else _STYLES_LONG)
    if masculinity > 0:
        losing = [HairStyle.SHAVEN, HairStyle.BALDING, HairStyle.RECEDING]
        weights[losing] *= 0.3 + 1.8 * age
    return HairStyle(int(rng.choice(weights.size, p=weights / weights.sum())))


def _hair_colour(rng: Rng, tone: float, age: float) -> Colour:
    if rng.random() < max(0.0, age - 0.45):
        return _varied(rng, _HAIR[str(rng.choice(["grey", "white"]))])
    if tone > 0.45:
        return _varied(rng, _HAIR[str(rng.choice(["black", "black", "dark", "brown"]))])
    names = ["black", "dark", "brown", "auburn", "red", "fair", "blond"]
    return _varied(rng, _HAIR[str(rng.choice(names, p=[0.15, 0.2, 0.22, 0.1, 0.08, 0.12, 0.13]))])


def _iris(rng: Rng, tone: float) -> Colour:
    if tone > 0.45:
        return _varied(rng, _IRIS["brown"])
    return _varied(rng, _IRIS[str(rng.choice(list(_IRIS)))])


def _beard(rng: Rng, masculinity: float) -> Beard:
    if masculinity < 0:
        return Beard.NONE
    return Beard(int(rng.choice(5, p=[0.42, 0.18, 0.11, 0.12, 0.17])))


def _glasses(rng: Rng) -> Glasses:
    return Glasses(int(rng.choice(5, p=[0.72, 0.08, 0.07, 0.07, 0.06])))


def _frame_colour(rng: Rng) -> Colour:
    choices = _FRAMES if rng.random() < 0.8 else _VIVID
    return _varied(rng, choices[int(rng.integers(len(choices)))])


def _varied(rng: Rng, colour: Colour) -> Colour:
    blue, green, red = np.clip(
        np.array(colour) * rng.uniform(0.8, 1.2) + rng.normal(0, 0.012, 3), 0.015, 0.95
    )
    return float(blue), float(green), float(red)

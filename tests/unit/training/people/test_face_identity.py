from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from model_assets.training.people.expression import sample_expression
from model_assets.training.people.face_identity import (
    Beard,
    FaceIdentity,
    Glasses,
    HairStyle,
    sample_identity,
)

PEOPLE = [sample_identity(np.random.default_rng(seed)) for seed in range(400)]
FREE = {"moles", "scar", "seed", "hair_style", "beard", "glasses"}


def test_identity_is_hashable_and_the_same_for_the_same_seed() -> None:
    again = sample_identity(np.random.default_rng(7))
    assert {PEOPLE[7], again} == {again}
    assert len(set(PEOPLE)) == len(PEOPLE)


def test_every_number_stays_in_its_range_and_uses_it() -> None:
    for field in fields(FaceIdentity):
        if field.name in FREE:
            continue
        values = np.array([getattr(who, field.name) for who in PEOPLE])
        assert -1 <= values.min() <= values.max() <= 1, field.name
        assert np.ptp(values) > 0.5, field.name


def test_every_hair_style_beard_and_frame_is_worn_by_someone() -> None:
    assert {who.hair_style for who in PEOPLE} == set(HairStyle)
    assert {who.beard for who in PEOPLE} == set(Beard)
    assert {who.glasses for who in PEOPLE} == set(Glasses)


def test_beards_are_worn_by_the_masculine_only() -> None:
    assert all(who.beard is Beard.NONE for who in PEOPLE if who.masculinity < 0)


def test_parameters_can_be_replaced_one_by_one() -> None:
    changed = replace(PEOPLE[0], nose_width=0.5)
    assert changed.nose_width == 0.5
    assert changed.eye_size == PEOPLE[0].eye_size


def test_expressions_vary_within_their_ranges() -> None:
    rng = np.random.default_rng(0)
    drawn = [sample_expression(rng) for _ in range(300)]
    assert all(0 <= e.blink <= 1 and 0 <= e.mouth_open <= 1 for e in drawn)
    assert all(-0.6 <= e.smile <= 1 and -1 <= e.brow_raise <= 1 for e in drawn)
    assert any(e.smile > 0.8 for e in drawn)
    assert any(e.blink > 0.6 for e in drawn)

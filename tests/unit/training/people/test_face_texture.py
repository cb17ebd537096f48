from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model_assets.training.people.face_identity import (
    Beard,
    FaceIdentity,
    HairStyle,
    sample_identity,
)
from model_assets.training.people.face_plan import FacePlan, face_plan
from model_assets.training.people.face_texture import face_texture, skin_colour
from model_assets.training.people.head_grid import texel_lines
from model_assets.training.people.head_surface import evaluate

SIZE = 128


def plain(**changes: object) -> FaceIdentity:
    bare = {"hair_style": HairStyle.SHAVEN, "beard": Beard.NONE, "moles": 0, "scar": 0}
    return replace(sample_identity(np.random.default_rng(5)), **{**bare, **changes})  # type: ignore[arg-type]


def texel(who: FaceIdentity, x: float, z: float) -> tuple[int, int]:
    """Row and column of the texel of the face nearest to a place in millimetres."""
    levels, azimuths = texel_lines(SIZE)
    points = evaluate(who, levels, azimuths)
    off = np.hypot(points[..., 0] - x, points[..., 2] - z) + 1000 * (points[..., 1] > 0)
    row, column = np.unravel_index(int(np.argmin(off)), off.shape)
    return int(row), int(column)


def tone(who: FaceIdentity, plan: FacePlan, x: float, z: float) -> np.ndarray:
    row, column = texel(who, x, z)
    patch = face_texture(who, plan, SIZE)[row - 1 : row + 2, column - 1 : column + 2]
    return patch.reshape(-1, 3).mean(axis=0)


def test_skin_tones_go_from_pale_to_dark() -> None:
    shades = [skin_colour(plain(skin_tone=depth)).sum() for depth in (0.0, 0.5, 1.0)]
    assert shades[0] > shades[1] + 0.5 > shades[2] + 1.0


def test_brows_are_darker_than_the_forehead() -> None:
    who = plain(hair_colour=(0.05, 0.05, 0.05), brow_darkness=1.0, skin_tone=0.1)
    plan = face_plan(who)
    start, end, height = plan.brow
    brow = tone(who, plan, 0.6 * start + 0.4 * end, height + plan.brow_rise * 0.85)
    assert brow.sum() < 0.6 * tone(who, plan, 0.0, height + 20).sum()


def test_lips_are_redder_than_the_cheek() -> None:
    who = plain(lip_redness=1.0, skin_tone=0.2)
    plan = face_plan(who)
    lip = tone(who, plan, 0.0, plan.mouth - 0.5 * plan.lower_lip)
    cheek = tone(who, plan, 45.0, plan.nose_base - 10)
    assert lip[2] / lip[1] > 1.15 * cheek[2] / cheek[1]


@pytest.mark.parametrize("beard", [Beard.GOATEE, Beard.FULL])
def test_beard_covers_the_chin(beard: Beard) -> None:
    shaven, bearded = (
        plain(beard=worn, hair_colour=(0.04, 0.04, 0.05), skin_tone=0.1)
        for worn in (Beard.NONE, beard)
    )
    plan = face_plan(shaven)
    chin = 0.0, plan.mouth - plan.lower_lip - 10
    assert tone(bearded, plan, *chin).sum() < 0.6 * tone(shaven, plan, *chin).sum()


def test_hair_covers_the_crown_but_not_the_face() -> None:
    bald, haired = (
        plain(hair_style=style, hair_colour=(0.04, 0.04, 0.05), skin_tone=0.1)
        for style in (HairStyle.SHAVEN, HairStyle.CROP)
    )
    plan = face_plan(bald)
    assert tone(haired, plan, 0.0, 150.0).sum() < 0.4 * tone(bald, plan, 0.0, 150.0).sum()
    cheek = 40.0, plan.nose_base
    np.testing.assert_allclose(tone(haired, plan, *cheek), tone(bald, plan, *cheek), atol=12)

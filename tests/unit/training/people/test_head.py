from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model_assets.training.people.expression import NEUTRAL, Expression
from model_assets.training.people.face_identity import (
    Beard,
    FaceIdentity,
    Glasses,
    HairStyle,
    sample_identity,
)
from model_assets.training.people.head import Head, build_head, pose_head, prepare_head

SMALL = 0
LARGEST = {0: 700, 1: 2500, 2: 12000}


def somebody(seed: int = 3) -> FaceIdentity:
    return sample_identity(np.random.default_rng(seed))


def heights(head: Head) -> tuple[float, float]:
    points = head.meshes[0].vertices
    return float(points[:, 2].min()), float(points[:, 2].max())


@pytest.mark.parametrize("detail", LARGEST)
@pytest.mark.parametrize("style", [HairStyle.WAVY, HairStyle.PONYTAIL, HairStyle.AFRO])
def test_head_keeps_to_its_budget_of_vertices(detail: int, style: HairStyle) -> None:
    who = replace(somebody(), hair_style=style, glasses=Glasses.SQUARE, beard=Beard.FULL)
    head = build_head(who, NEUTRAL, detail)
    assert sum(len(mesh.vertices) for mesh in head.meshes) <= LARGEST[detail]


@pytest.mark.parametrize("seed", range(12))
def test_meshes_are_well_formed(seed: int) -> None:
    for mesh in build_head(somebody(seed), NEUTRAL, SMALL).meshes:
        count = len(mesh.vertices)
        assert mesh.vertices.dtype == mesh.normals.dtype == mesh.colours.dtype == np.float32
        assert mesh.normals.shape == mesh.colours.shape == mesh.vertices.shape
        assert 0 <= mesh.faces.min() <= mesh.faces.max() < count
        assert np.isfinite(mesh.vertices).all()
        assert 0 <= mesh.colours.min() <= mesh.colours.max() <= 1
        if mesh.texture is not None:
            assert mesh.uv is not None
            assert mesh.uv.shape == (count, 2)


def test_skin_faces_outwards() -> None:
    skin = build_head(somebody(), NEUTRAL, 1).meshes[0]
    a, b, c = (skin.vertices[skin.faces[:, k]] for k in range(3))
    outward = (a + b + c) / 3 - (0.0, 0.0, 0.05)
    outward[:, 2] *= 0.2
    turned = np.cross(b - a, c - a)
    assert np.mean(np.sum(turned * outward, axis=1) > -1e-12) > 0.9


@pytest.mark.parametrize("seed", range(12))
def test_head_has_human_size(seed: int) -> None:
    who = replace(somebody(seed), hair_style=HairStyle.SHAVEN, beard=Beard.NONE)
    head = build_head(who, NEUTRAL, 1)
    low, high = heights(head)
    skin = head.meshes[0].vertices
    assert low == pytest.approx(-0.10, abs=0.01)
    assert 0.14 < high < 0.19
    assert 0.13 < np.ptp(skin[:, 0]) < 0.175
    assert 0.18 < np.ptp(skin[:, 1]) < 0.25


@pytest.mark.parametrize("seed", range(12))
def test_landmarks_lie_where_a_face_has_them(seed: int) -> None:
    head = build_head(somebody(seed), NEUTRAL, 1)
    right_eye, left_eye, nose, right_mouth, left_mouth = head.landmarks
    assert right_eye[0] < right_mouth[0] < nose[0] < left_mouth[0] < left_eye[0]
    assert min(right_eye[2], left_eye[2]) > nose[2] > max(right_mouth[2], left_mouth[2])
    assert nose[1] < min(head.landmarks[[0, 1, 3, 4], 1])
    assert head.ears[0, 0] < -0.05
    assert head.ears[1, 0] > 0.05


def test_landmarks_lie_on_the_surface() -> None:
    who = replace(somebody(), beard=Beard.NONE, glasses=Glasses.NONE)
    head = build_head(who, NEUTRAL, 2)
    points = np.concatenate([head.meshes[0].vertices, head.meshes[1].vertices])
    for landmark in head.landmarks:
        assert np.linalg.norm(points - landmark, axis=1).min() < 0.003


def test_smile_widens_the_mouth_and_lifts_its_corners() -> None:
    prepared = prepare_head(somebody(), SMALL)
    calm, smiling = (pose_head(prepared, Expression(smile=smile)) for smile in (0.0, 1.0))
    assert np.ptp(smiling.landmarks[3:, 0]) > np.ptp(calm.landmarks[3:, 0]) + 0.004
    assert smiling.landmarks[3:, 2].min() > calm.landmarks[3:, 2].max() + 0.001


def test_open_mouth_lowers_the_chin_but_not_the_nose() -> None:
    prepared = prepare_head(somebody(), 1)
    shut, opened = (pose_head(prepared, Expression(mouth_open=much)) for much in (0.0, 1.0))
    fall = shut.meshes[0].vertices - opened.meshes[0].vertices
    assert fall[:, 2].max() > 0.010
    np.testing.assert_allclose(opened.landmarks[:3], shut.landmarks[:3], atol=5e-4)


def test_blink_closes_the_eyes() -> None:
    prepared = prepare_head(somebody(), 1)
    openings = []
    for blink in (0.0, 0.5, 1.0):
        ball = pose_head(prepared, Expression(blink=blink)).meshes[1].vertices[: 5 * 9]
        openings.append(np.ptp(ball.reshape(5, 9, 3)[:, 4, 2]))
    assert openings[0] > 0.007
    assert openings[0] > openings[1] > openings[2] + 1e-3
    assert openings[2] < 5e-4


def test_gaze_moves_the_iris_only() -> None:
    prepared = prepare_head(somebody(), 1)
    ahead, aside = (pose_head(prepared, Expression(gaze=(x, 0.0))) for x in (0.0, 1.0))
    np.testing.assert_array_equal(ahead.meshes[1].vertices, aside.meshes[1].vertices)
    assert not np.array_equal(ahead.meshes[1].uv, aside.meshes[1].uv)


def test_head_is_the_same_for_the_same_identity() -> None:
    first, again = (build_head(somebody(), NEUTRAL, SMALL) for _ in range(2))
    for left, right in zip(first.meshes, again.meshes, strict=True):
        np.testing.assert_array_equal(left.vertices, right.vertices)
        np.testing.assert_array_equal(left.texture, right.texture)


def test_unknown_detail_is_refused() -> None:
    with pytest.raises(ValueError, match="detail of a head is 3"):
        build_head(somebody(), NEUTRAL, 3)

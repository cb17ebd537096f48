from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model_assets.training.people.accessories import hat
from model_assets.training.people.body_mesh import Build
from model_assets.training.people.body_shape import sample_body
from model_assets.training.people.clothing import BOTTOMS, HEADWEAR, TOPS, sample_outfit
from model_assets.training.people.dressed_body import head_shape
from model_assets.training.people.expression import NEUTRAL
from model_assets.training.people.face_identity import sample_identity
from model_assets.training.people.face_texture import skin_colour
from model_assets.training.people.head import build_head
from model_assets.training.people.person import (
    Placement,
    build_figure,
    pose_body,
    prepare_wearer,
)
from model_assets.training.people.postures import POSTURES, sample_posture
from model_assets.training.people.skeleton3d import LEFT, RIGHT, Bone
from model_assets.training.rendering.scene import NOBODY

MOST_VERTICES = {0: 1500, 1: 4000}


def _wearer(seed=0, detail=0, **changes):
    rng = np.random.default_rng(seed)
    face, body = sample_identity(rng), sample_body(rng)
    return prepare_wearer(face, body, replace(sample_outfit(rng), **changes), detail)


@pytest.fixture(scope="module")
def wearer():
    return _wearer(bag="none", headwear="none")


def _posture(kind="standing", seed=2):
    return sample_posture(np.random.default_rng(seed), kind)


def _figure(wearer, kind="standing", place=None, seed=2):
    place = place or Placement(0.0, 0.0)
    return build_figure(wearer, _posture(kind, seed), place, NEUTRAL, 3)


@pytest.mark.parametrize("kind", POSTURES)
def test_a_figure_is_made_of_sound_meshes(wearer, kind):
    figure = _figure(wearer, kind)
    assert figure.keypoints.shape == (18, 3)
    assert figure.landmarks.shape == (5, 3)
    assert np.linalg.norm(figure.facing) == pytest.approx(1, abs=1e-5)
    for mesh in figure.meshes:
        assert mesh.owner in (3, NOBODY)
        assert np.isfinite(mesh.vertices).all()
        assert mesh.vertices.dtype == mesh.normals.dtype == mesh.colours.dtype == np.float32
        assert mesh.vertices.shape == mesh.normals.shape == mesh.colours.shape
        assert 0 <= mesh.faces.min() <= mesh.faces.max() < len(mesh.vertices)
        assert mesh.colours.min() >= 0
        assert mesh.colours.max() <= 1


@pytest.mark.parametrize("kind", ["standing", "walking", "sitting", "crouching"])
def test_the_lowest_point_is_on_the_floor(wearer, kind):
    vertices = pose_body(wearer.rest, _posture(kind), Placement(1.0, 5.0, 0.4, 0.5)).vertices
    assert vertices[:, 2].min() == pytest.approx(0.5, abs=1e-4)


def test_the_feet_are_about_the_place(wearer):
    figure = _figure(wearer, place=Placement(2.0, 7.0, 1.0))
    assert figure.keypoints[[10, 13], :2].mean(0) == pytest.approx((2.0, 7.0), abs=1e-4)


def test_the_crown_is_as_high_as_the_person(wearer):
    figure = _figure(wearer)
    top = max(m.vertices[:, 2].max() for m in figure.meshes)
    assert top == pytest.approx(wearer.body.height, abs=0.09)


def test_left_keypoints_are_at_the_right_of_somebody_who_faces_the_camera(wearer):
    keypoints = _figure(wearer).keypoints
    for right, left in ((2, 5), (8, 11), (9, 12), (14, 15), (16, 17)):
        assert keypoints[right, 0] < keypoints[left, 0]


def test_heading_turns_the_person_to_their_left(wearer):
    ahead = _figure(wearer).facing
    turned = _figure(wearer, place=Placement(0, 0, np.pi / 2)).facing
    assert turned[0] == pytest.approx(-ahead[1], abs=1e-5)
    assert turned[1] == pytest.approx(ahead[0], abs=1e-5)
    assert ahead[1] < -0.3


@pytest.mark.parametrize("kind", ["standing", "running", "sitting", "waving", "arms_crossed"])
def test_keypoints_lie_within_the_body(wearer, kind):
    figure = _figure(wearer, kind)
    points = np.concatenate([m.vertices for m in figure.meshes if m.owner == 3])
    for keypoint in figure.keypoints:
        assert np.linalg.norm(points - keypoint, axis=1).min() < 0.16


def test_elbows_keep_their_thickness_when_bent(wearer):
    rest, straight = wearer.rest, _posture()
    bent = replace(straight, rotations=straight.rotations.copy())
    bent.rotations[Bone.LEFT_FOREARM] = (np.cos(0.9), -np.sin(0.9), 0, 0)
    near = np.linalg.norm(rest.surface.vertices - rest.origins[LEFT.forearm], axis=1) < 0.07
    away = []
    for posture in (straight, bent):
        posed = pose_body(rest, posture)
        joint = posed.skeleton.origins[LEFT.forearm]
        away.append(np.linalg.norm(posed.vertices[near] - joint, axis=1))
    assert away[1] == pytest.approx(away[0], abs=0.012)


@pytest.mark.parametrize("bottom", BOTTOMS)
@pytest.mark.parametrize("top", TOPS)
def test_every_outfit_stays_within_its_budget(top, bottom):
    for detail, most in MOST_VERTICES.items():
        wearer = _wearer(1, detail, top=top, bottom=bottom, bag="backpack", headwear="hat")
        assert len(wearer.rest.surface.vertices) <= most
        weights = wearer.rest.surface.weights
        assert weights.min() >= -1e-6
        assert weights.sum(1) == pytest.approx(1, abs=1e-5)


def test_props_come_with_the_postures_that_need_them(wearer):
    plain = len(_figure(wearer).meshes)
    for kind, owner in (("sitting", NOBODY), ("phone", 3), ("carrying", 3)):
        figure = _figure(wearer, kind)
        assert len(figure.meshes) == plain + 1
        assert figure.meshes[-1].owner == owner


def test_a_chair_bears_the_seat(wearer):
    figure = _figure(wearer, "sitting")
    chair = figure.meshes[-1].vertices
    hips = figure.keypoints[[8, 11]].mean(0)
    assert chair[:, 2].min() == pytest.approx(0, abs=1e-5)
    seat = chair[np.abs(chair[:, 2] - hips[2]) < 0.2]
    assert np.linalg.norm(seat[:, :2] - hips[:2], axis=1).min() < 0.25


def test_a_handbag_hangs_straight_down_from_the_hand():
    wearer = _wearer(bag="handbag", headwear="none")
    bag = _figure(wearer).meshes[-1].vertices
    side = 4 if wearer.outfit.seed % 2 == 0 else 7
    wrist = _figure(wearer).keypoints[side]
    assert bag[:, 2].max() < wrist[2]
    assert bag[:, :2].mean(0) == pytest.approx(wrist[:2], abs=0.1)


@pytest.mark.parametrize("kind", [h for h in HEADWEAR if h != "none"])
def test_headwear_covers_the_crown_and_stays_off_where_hair_is_too_full(wearer, kind):
    outfit = replace(wearer.outfit, headwear=kind)
    low, high = (-0.08, -0.1, 0.06), (0.08, 0.1, 0.14)
    build = Build.of(wearer.body, 0)
    points = np.concatenate([p.vertices for p in hat(build, outfit, np.array([low, high]))])
    head = build.origins[Bone.HEAD]
    assert points[:, 2].max() > head[2] + high[2] * wearer.body.head
    assert np.ptp(points[:, 0]) > 0.155 * wearer.body.head
    afro = np.array([(-0.13, -0.13, 0.06), (0.13, 0.13, 0.2)])
    assert hat(build, outfit, afro) == []


def test_head_shape_measures_colour_and_neck(wearer):
    shape = head_shape(build_head(wearer.face, NEUTRAL, 0))
    assert shape.skin == pytest.approx(skin_colour(wearer.face), abs=0.12)
    assert all(0.04 < radius < 0.085 for radius in shape.neck)
    assert shape.low[2] > 0.05
    assert 0.1 < shape.high[2] < 0.25


def test_legs_are_symmetric_at_rest(wearer):
    origins = wearer.rest.origins
    assert origins[LEFT.thigh] == pytest.approx(origins[RIGHT.thigh] * (-1, 1, 1))

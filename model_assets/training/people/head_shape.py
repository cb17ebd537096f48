"""The head of a person at rest: brow ridge, eye sockets, nose, cheekbones, lips and chin."""

from __future__ import annotations

import numpy as np

from model_assets.training.people.face_parameters import FaceIdentity
from model_assets.training.people.face_plan import FacePlan, brow_line
from model_assets.training.people.head_grid import LIP_GAP, LIPS
from model_assets.training.people.head_surface import evaluate
from model_assets.training.rendering.scene import Array

EYE_CURVATURE = 18.0
"""Radius (mm) of the ball that the lids lie on; flatter than an eyeball, as lids are."""


def rest_points(who: FaceIdentity, plan: FacePlan, levels: Array, azimuths: Array) -> Array:
    """Return the skin at every level and azimuth, float64 [levels, azimuths, 3], millimetres."""
    points = evaluate(who, levels, azimuths)
    front = np.clip(np.cos(azimuths) * 2.5 - 0.4, 0, 1)
    x, z = points[..., 0], points[..., 2]
    forward = _bones(who, plan, x, z) + _mouth(who, plan, x, z) + _chin(who, x, z, points)
    points[..., 1] -= front * forward
    _sockets(plan, points, front)
    points[..., 1] -= front * _nose(who, plan, x, z)
    _wings(plan, points, front)
    crooked = 1.6 * who.asymmetry * _bump((z - plan.nose_base) / 45.0) * front
    points[..., 0] += crooked
    points[..., 2] += front * _lip_bend(plan, x, z)
    _close_lips(plan, points, levels)
    return points


def bump(x: Array, z: Array, width: float, height: float) -> Array:
    """Return a Gaussian hill of height 1 with the given standard deviations."""
    return np.exp(-0.5 * ((x / width) ** 2 + (z / height) ** 2))


def _bump(distance: Array) -> Array:
    return np.exp(-0.5 * distance**2)


def _lip_bend(plan: FacePlan, x: Array, z: Array) -> Array:
    along = np.clip((x / plan.mouth_half) ** 2, 0, 1)
    return plan.lip_bend * along * bump(x, z - plan.mouth, 1.4 * plan.mouth_half, 9.0)


def _close_lips(plan: FacePlan, points: Array, levels: Array) -> None:
    """Let the lips overlap by a hair and what is between them lie behind, in place."""
    near = np.abs(levels - LIPS) < 1.5 * LIP_GAP
    inside = (np.abs(points[near, :, 0]) < plan.mouth_half) & (points[near, :, 1] < 0)
    points[near, :, 2] -= (0.05 * np.sign(levels[near] - LIPS))[:, None] * inside
    points[np.abs(levels - LIPS) < 0.5 * LIP_GAP, :, 1] += 0.6 * inside[0]


def _bones(who: FaceIdentity, plan: FacePlan, x: Array, z: Array) -> Array:
    """Brow ridge, cheekbones, the hollow below them and the fold beside the nose."""
    side = np.abs(x)
    ridge = _bump((z - brow_line(plan, np.clip(side, *plan.brow[:2])) + 1.5) / 5.0)
    ridge = ridge * np.clip(1.25 - side / 52.0, 0, 1)
    cheek_z = 0.52 * plan.eye[2] + 0.48 * plan.nose_base - 2.0
    bones = bump(side - 47.0, z - cheek_z, 14.0, 10.0)
    hollow = bump(side - 50.0, z - plan.mouth - 6.0, 14.0, 14.0)
    return (
        (2.6 + 2.2 * who.brow_ridge) * ridge
        + (2.4 + 2.8 * who.cheekbones) * bones
        - (0.8 - 1.2 * who.cheek_fullness + 0.8 * who.cheekbones) * hollow
    )


def _mouth(who: FaceIdentity, plan: FacePlan, x: Array, z: Array) -> Array:
    """Lips with the groove between them, philtrum and the pits at the corners."""
    across = np.clip(1 - (x / (plan.mouth_half * 1.05)) ** 2, 0, 1)
    up = z - plan.mouth
    upper = _bump((up - 0.45 * plan.upper_lip) / (0.42 * plan.upper_lip))
    lower = _bump((up + 0.48 * plan.lower_lip) / (0.40 * plan.lower_lip))
    muzzle = bump(x, z - plan.mouth - 3.0, 0.85 * plan.mouth_half, 14.0)
    philtrum = bump(x, z - (plan.mouth + 0.7 * (plan.nose_base - plan.mouth)), 2.6, 5.0)
    corners = bump(np.abs(x) - plan.mouth_half - 1.0, up, 3.5, 4.0)
    groove = _bump(up / 1.3) * across
    fold = _bump((up + plan.lower_lip + 6.0) / 4.0) * bump(x, 0 * z, 18.0, 1.0)
    return (
        (3.0 + 0.9 * who.upper_lip) * upper * across
        + (3.8 + 1.1 * who.lower_lip) * lower * across
        + 3.0 * muzzle
        - 1.2 * philtrum
        - 1.8 * corners
        - 1.5 * groove
        - 1.2 * fold
    )


def _chin(who: FaceIdentity, x: Array, z: Array, points: Array) -> Array:
    """Chin, with a cleft in some."""
    chin_z = -52.0 - 4.5 * who.chin_length - 4.0 * who.face_length
    ball = bump(x, z - chin_z, 13.0 + 4.0 * who.chin_width, 9.0) * (points[..., 1] < 0)
    cleft = bump(x, z - chin_z, 2.0, 8.0)
    return (2.5 + 1.5 * who.chin_forward) * ball - 2.0 * who.chin_cleft * cleft


def _sockets(plan: FacePlan, points: Array, front: Array) -> None:
    """Lay the skin around each eye onto its ball, in place."""
    eye_x, eye_y, eye_z = plan.eye
    for side in (-1.0, 1.0):
        across = points[..., 0] - side * eye_x
        up = points[..., 2] - eye_z - plan.eye_tilt * side * across
        reach = (across / (1.45 * plan.eye_half)) ** 2 + (up / 12.5) ** 2
        weight = np.clip(1.25 - reach, 0, 1)
        weight = weight * weight * (3 - 2 * weight) * front
        ball = eye_y + (across**2 + up**2) / (2 * EYE_CURVATURE) - 0.6
        points[..., 1] += weight * (ball - points[..., 1])


def _nose(who: FaceIdentity, plan: FacePlan, x: Array, z: Array) -> Array:
    """Bridge and tip."""
    root, tip, base = plan.nose_root, plan.nose_tip, plan.nose_base
    middle = 0.5 * (root + tip) + 3.0
    knots = [base - 6, base - 2.5, base + 1, base + 5, tip, tip + 5, middle, root, root + 14]
    high = plan.nose_height
    hump = plan.nose_bridge + 2.8 * who.nose_hump + 2.0
    profile = [
        0.0,
        0.15 * high,
        0.55 * high,
        0.92 * high,
        high,
        0.90 * high,
        hump,
        0.34 * plan.nose_bridge,
        0.0,
    ]
    height = np.interp(z, knots, profile)
    tip_half = 10.3 + 2.4 * who.nose_tip + 1.2 * who.nose_width
    half = np.interp(
        z,
        [base, tip, tip + 8, middle, root],
        [
            tip_half,
            tip_half,
            0.5 * (tip_half + plan.bridge_half),
            plan.bridge_half,
            plan.bridge_half * 0.9,
        ],
    )
    section = np.exp(-0.5 * (np.abs(x) / (0.66 * half)) ** 2.2)
    ball = bump(x, z - tip, 6.0 + 1.5 * who.nose_tip, 5.0)
    return height * section + (1.2 + 1.2 * who.nose_tip) * ball


def _wings(plan: FacePlan, points: Array, front: Array) -> None:
    """The wings of the nose, in place."""
    x, z = points[..., 0], points[..., 2]
    centre = plan.nose_half - 5.0
    wing = bump(np.abs(x) - centre, z - plan.nose_base - 5.5, 4.2, 4.6)
    points[..., 1] -= 8.5 * wing * front

"""What people hold and sit on: telephone, box, handbag, chair."""

from __future__ import annotations

import numpy as np

from model_assets.training.people import accessories
from model_assets.training.people.clothing import Outfit, scaled
from model_assets.training.people.dressed_body import Placement, PosedBody, RestBody
from model_assets.training.people.loft import Patch
from model_assets.training.people.postures import Posture
from model_assets.training.people.rotations import Quaternions, matrices, turn
from model_assets.training.people.skeleton3d import Bone, Points
from model_assets.training.people.skinning import smooth_normals
from model_assets.training.rendering.scene import NOBODY, Mesh


def props(
    outfit: Outfit, rest: RestBody, posed: PosedBody, posture: Posture, place: Placement, owner: int
) -> list[Mesh]:
    """Return what the posture needs besides the body, and the handbag.

    Args:
        outfit: what the person wears; chooses colours, too.
        rest: the body at rest.
        posed: the body in the posture.
        posture: says what is needed.
        place: where the person is.
        owner: of all but the chair, which is nobody's.
    """
    if posture.prop == "chair":
        return [_chair(outfit, rest, posed, place)]
    if posture.prop == "box":
        return [_parcel(outfit, posed, owner)]
    if posture.prop in ("phone_left", "phone_right"):
        return [_phone(posture.prop == "phone_left", posed, owner)]
    if outfit.bag == "handbag":
        return _handbag(outfit, posed, place, owner)
    return []


def _phone(left: bool, posed: PosedBody, owner: int) -> Mesh:
    bone = Bone.LEFT_HAND if left else Bone.RIGHT_HAND
    rotation = posed.skeleton.rotations[bone]
    # In the palm, which faces the body where the hand hangs.
    palm = matrices(rotation) @ np.array([-0.024 if left else 0.024, 0, 0])
    return _rigid(accessories.phone(), rotation, posed.skeleton.origins[bone] + palm, owner)


def _parcel(outfit: Outfit, posed: PosedBody, owner: int) -> Mesh:
    """Return a box between the hands, which reach under it."""
    hands = posed.skeleton.origins[[Bone.RIGHT_HAND, Bone.LEFT_HAND]]
    chest = posed.skeleton.rotations[Bone.CHEST]
    middle = hands.mean(0) + matrices(chest) @ np.array([0, -0.06, 0.06])
    colour = scaled((0.38, 0.52, 0.66), 0.8 + 0.3 * (outfit.seed % 9) / 9)
    width = float(np.linalg.norm(hands[0] - hands[1])) - 0.05
    size = (width, 0.26, 0.2 + 0.02 * (outfit.seed % 6))
    return _rigid(accessories.parcel(colour, size), chest, middle, owner)


def _chair(outfit: Outfit, rest: RestBody, posed: PosedBody, place: Placement) -> Mesh:
    hips = posed.skeleton.origins[[Bone.RIGHT_THIGH, Bone.LEFT_THIGH]].mean(0)
    seat = float(hips[2] - place.z) - 0.115 * rest.body.scale * rest.body.girth
    heading = _heading(place)
    floor = np.array([hips[0], hips[1], place.z]) + matrices(heading) @ np.array([0, -0.04, 0])
    chair = accessories.chair(scaled(outfit.second_colour, 0.6), seat)
    return _rigid(chair, heading, floor, NOBODY)


def _handbag(outfit: Outfit, posed: PosedBody, place: Placement, owner: int) -> list[Mesh]:
    """Return the handbag, where the hand it is in hangs."""
    bone = Bone.LEFT_HAND if outfit.seed % 2 else Bone.RIGHT_HAND
    fingers = matrices(posed.skeleton.rotations[bone]) @ np.array([0, 0, -0.085])
    if fingers[2] > -0.06:
        return []
    bag = accessories.handbag(outfit.bag_colour)
    return [_rigid(bag, _heading(place), posed.skeleton.origins[bone] + fingers, owner)]


def _heading(place: Placement) -> Quaternions:
    return turn(z=float(np.degrees(place.heading)))


def _rigid(patch: Patch, rotation: Quaternions, shift: Points, owner: int) -> Mesh:
    vertices = patch.vertices @ matrices(rotation).T + shift
    points = vertices.astype(np.float32)
    normals = smooth_normals(points, patch.faces, patch.twins)
    return Mesh(points, patch.faces, normals, patch.colours, owner=owner)

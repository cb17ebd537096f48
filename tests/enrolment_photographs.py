"""Photographs for enrolment, rendered from seeds, good and bad ones; no file is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from model_assets.training.casting import sample_guise
from model_assets.training.people.expression import NEUTRAL
from model_assets.training.people.figure import Figure
from model_assets.training.people.person import Placement, Wearer, build_figure
from model_assets.training.people.postures import sample_posture
from model_assets.training.rendering.lens import CLEAN, photograph
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Camera
from model_assets.training.sites.catalogue import SITES
from model_assets.training.sites.site import Site
from model_assets.training.staging import scene_with
from tests.factories import noise_image

Image = NDArray[np.uint8]

FRONT, LIGHT, DARK = 0, 4, 11  # seeds of people; the skin of the last is very dark
SIDE = 960
_CLOSE_UP, _ANGLE = 2, 38.0


@cache
def studio() -> Site:
    return SITES["room"](np.random.default_rng(6), False)


@cache
def wearer(seed: int) -> Wearer:
    return sample_guise(np.random.default_rng([77, seed]), bareheaded=True).prepared(_CLOSE_UP)


def figure(seed: int, aside: float = 0.0, behind: float = 0.0, owner: int = 0) -> Figure:
    """Return a person in the studio who looks towards -y, metres beside and behind its middle."""
    x0, y0, x1, y1 = studio().floor[0]
    place = Placement(float(x0 + x1) / 2 + aside, float(y0 + y1) / 2 + behind)
    posture = sample_posture(np.random.default_rng([78, seed]), "standing")
    return build_figure(wearer(seed), posture, place, NEUTRAL, owner)


def shot(
    figures: Sequence[Figure],
    yaw: float = 0.0,
    distance: float = 2.0,
    aim: tuple[float, float] = (0.0, 0.0),
    side: int = SIDE,
) -> Image:
    """Photograph the first of the figures, BGR [side, side, 3].

    Args:
        figures: who is in the studio.
        yaw: degrees the camera is beside where the first one looks.
        distance: of the camera, metres.
        aim: metres to the right of and above the first one's face that the camera looks at.
        side: of the picture, pixels.
    """
    face = figures[0].landmarks.mean(0)
    turn = np.arctan2(figures[0].facing[0], -figures[0].facing[1]) + np.radians(yaw)
    target = face + np.array([aim[0] * np.cos(turn), aim[0] * np.sin(turn), aim[1]])
    position = target + distance * np.array([np.sin(turn), -np.cos(turn), 0.04])
    camera = Camera(tuple(position.tolist()), tuple(target.tolist()), _ANGLE, side, side)
    image = rasterise(scene_with(studio(), camera, figures)).image
    return photograph(np.random.default_rng(79), image, CLEAN)


@cache
def portrait(seed: int, yaw: float = 0.0, side: int = SIDE) -> Image:
    return shot([figure(seed)], yaw, side=side)


def two_people() -> Image:
    return shot([figure(4), figure(11, aside=0.6, owner=1)], distance=2.6, aim=(0.3, -0.1))


def one_in_profile() -> Image:
    people = [figure(11), figure(0, aside=-0.6, behind=0.2, owner=1)]
    return shot(people, distance=2.4, aim=(-0.3, -0.1))


def one_far_behind() -> Image:
    return shot([figure(4), figure(11, aside=-0.8, behind=3, owner=1)], distance=1.6)


def empty_room() -> Image:
    return shot([figure(4, behind=-2)], yaw=180, aim=(3, 0))


def wall() -> Image:
    return np.asarray(cv2.GaussianBlur(noise_image(480, 640), (0, 0), 3), np.uint8)


def cut(
    seed: int, left: int = 0, top: int = 0, right: int = 960, bottom: int = 960
) -> Callable[[], Image]:
    """The middle of the face is at 480, 480; the eyes are 40 to 50 px apart."""
    return lambda: np.ascontiguousarray(portrait(seed)[top:bottom, left:right])


def blurred(sigma_px: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.uint8)


def lit(factor: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray(cv2.convertScaleAbs(image, alpha=factor), np.uint8)


def scaled(factor: float) -> Callable[[Image], Image]:
    return lambda image: np.asarray(
        cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
    )


def encoded(image: Image) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()

"""Pictures of a person as they are taken for registration: from the front and from both sides."""

from __future__ import annotations

import numpy as np

from model_assets.training.casting import Guise
from model_assets.training.noise import Image, Rng
from model_assets.training.people.expression import NEUTRAL
from model_assets.training.people.figure import Figure
from model_assets.training.people.person import Placement, build_figure
from model_assets.training.people.postures import sample_posture
from model_assets.training.rendering.lens import CLEAN, photograph
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Camera
from model_assets.training.sites.site import Site
from model_assets.training.staging import scene_with

SIDE = 960
YAWS_DEGREES = (0.0, 22.0, -22.0)
_DISTANCE_M, _ANGLE, _CLOSE_UP = 2.0, 38.0, 2


def reference_photographs(rng: Rng, guise: Guise, site: Site) -> list[Image]:
    """Return BGR [960, 960, 3] pictures of head and shoulders, in good light, no expression."""
    x0, y0, x1, y1 = site.floor[0]
    place = Placement(float(x0 + x1) / 2, float(y0 + y1) / 2)
    posture = sample_posture(rng, "standing")
    figure = build_figure(guise.prepared(_CLOSE_UP), posture, place, NEUTRAL, owner=0)
    scenes = [scene_with(site, _camera(figure, yaw), [figure]) for yaw in YAWS_DEGREES]
    return [photograph(rng, rasterise(scene).image, CLEAN) for scene in scenes]


def _camera(figure: Figure, yaw: float) -> Camera:
    """Return a camera at the height of the face, ``yaw`` degrees beside where it looks."""
    middle = figure.landmarks.mean(0)
    turn = np.arctan2(figure.facing[0], -figure.facing[1]) + np.radians(yaw)
    position = middle + _DISTANCE_M * np.array([np.sin(turn), -np.cos(turn), 0.04])
    return Camera(tuple(position.tolist()), tuple(middle.tolist()), _ANGLE, SIDE, SIDE)

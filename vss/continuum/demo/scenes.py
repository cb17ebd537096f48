"""What the demo's camera sees: rendered people before an entrance, with and without masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from high_level_algorithms.mask_rule import judge
from high_level_algorithms.types import FaceSeen, Image, MaskState

from model_assets.training.casting import Player, sample_guise
from model_assets.training.day import POSTS, camera_of
from model_assets.training.ground_truth import sightings
from model_assets.training.mask_dataset import face_box, wears
from model_assets.training.noise import Rng
from model_assets.training.people.face_mask import Wearing, sample_mask
from model_assets.training.rendering.lens import CLEAN, photograph
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Array, Camera
from model_assets.training.sites.catalogue import SITES
from model_assets.training.sites.site import Site
from model_assets.training.staging import Direction, Staged, stage

WIDTH, HEIGHT = 1920, 1080
PAN_X, PAN_Y = 96, 54
"""By so many pixels a scene is larger than a frame: the camera swings over it."""

_SALT = 61  # mixed with the seed: no frame is in a training set
_POST = POSTS["entrance"]
_MASKED = _BARE = 4
_FACING = Direction(1.0, 0.3, ("standing", "walking", "hands_on_hips"), 4.8)
_TRIES = 200
_LEAST_FACE_PX, _LEAST_FRONTAL = 60.0, 0.75
_APART = 1.5


@dataclass(frozen=True, slots=True)
class Moment:
    """How many people are seen, with a mask over mouth and nose and without: up to 4 of each."""

    masked: int = 0
    unmasked: int = 0

    @property
    def state(self) -> MaskState:
        """What the rule makes of them."""
        worn = [True] * self.masked + [False] * self.unmasked
        return judge([FaceSeen((0, 0, 1, 1), masked, 1.0) for masked in worn]).state

    def __str__(self) -> str:
        return f"{self.masked} with, {self.unmasked} without"


STORY = (
    Moment(),
    Moment(masked=1),
    Moment(masked=3),
    Moment(masked=2, unmasked=1),
    Moment(masked=1, unmasked=3),
    Moment(unmasked=1),
    Moment(masked=4),
    Moment(),
)
"""The moments of the demo's video, each of which has a slice of five seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A moment as it was rendered.

    Attributes:
        picture: BGR uint8 [1134, 2016, 3], larger than a frame by ``PAN_Y`` and ``PAN_X``.
        moment: who is in it, each with the whole face in view.
        faces: float32 [n, 4] x0, y0, x1, y1 px of the picture, forehead to chin, in any order.
    """

    picture: Image
    moment: Moment
    faces: Array


def render_scenes(moments: Sequence[Moment] = STORY, seed: int = 2) -> Iterator[Scene]:
    """Render moments one after the other, always the same for the same seed.

    Raises:
        RuntimeError: no place was found where the faces of all people can be seen.
    """
    rng = np.random.default_rng([_SALT, seed])
    site = SITES[_POST.site](np.random.default_rng(_POST.seed), _POST.night)
    camera = replace(camera_of(_POST, site), width=WIDTH + PAN_X, height=HEIGHT + PAN_Y)
    people = [Player.of(sample_guise(rng, bareheaded=True)) for _ in range(_MASKED + _BARE)]
    masked = [wears(one, sample_mask(rng, Wearing.PROPER)) for one in people[:_MASKED]]
    for moment in moments:
        cast = [*_some(rng, masked, moment.masked), *_some(rng, people[_MASKED:], moment.unmasked)]
        image, faces = _rendered(rng, site, camera, cast)
        yield Scene(photograph(rng, image, CLEAN), moment, faces)


def _some(rng: Rng, people: Sequence[Player], count: int) -> list[Player]:
    chosen = rng.choice(len(people), size=count, replace=False)
    return [people[int(index)] for index in chosen]


def _rendered(rng: Rng, site: Site, camera: Camera, cast: Sequence[Player]) -> tuple[Image, Array]:
    """Render the first arrangement in which the faces of all people are seen."""
    for _ in range(_TRIES):
        staged = stage(rng, site, cast, camera, len(cast), _FACING)
        if len(staged.figures) < len(cast) or not _is_open(staged, camera):
            continue
        render = rasterise(staged.scene)
        seen = sightings(staged.figures, camera, render)
        if all(one.shows_face and one.frontal >= _LEAST_FRONTAL for one in seen):
            faces = [face_box(figure, camera) for figure in staged.figures]
            return render.image, np.reshape(faces, (-1, 4)).astype(np.float32)
    raise RuntimeError(f"{_TRIES} arrangements of {len(cast)} people: none shows all faces")


def _is_open(staged: Staged, camera: Camera) -> bool:
    """Tell whether faces are large, away from the border, and apart from other people."""
    faces = [face_box(figure, camera) for figure in staged.figures]
    bodies = [camera.project(figure.keypoints) for figure in staged.figures]
    return all(_is_in_frame(face, camera) for face in faces) and not any(
        _hides(bodies[other], face)
        for index, face in enumerate(faces)
        for other in range(len(bodies))
        if other != index
    )


def _is_in_frame(face: Array, camera: Camera) -> bool:
    x0, y0, x1, y1 = (float(value) for value in face)
    inside = x0 > PAN_X and x1 < camera.width - PAN_X and y0 > PAN_Y and y1 < camera.height - PAN_Y
    return inside and y1 - y0 >= _LEAST_FACE_PX


def _hides(body: Array, face: Array) -> bool:
    """Tell whether somebody's outline, widened by a face, holds part of a face."""
    margin = _APART * float(face[2] - face[0])
    low, high = body[:, :2].min(0) - margin, body[:, :2].max(0) + margin
    return bool((face[:2] < high).all() and (face[2:] > low).all())

"""Frames to attack and to judge masks on: rendered ones of 1920 x 1080, and real photographs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace

import cv2
import numpy as np
from high_level_algorithms.pipeline import Pipeline
from high_level_algorithms.types import Image, Landmarks, Points

from model_assets.training.camera_shots import CameraShot, shoot
from model_assets.training.casting import Player, sample_guise
from model_assets.training.mask_dataset import (
    MaskFrame,
    masked_cast,
    shoot_masked,
)
from model_assets.training.noise import Rng
from model_assets.training.sites.site import sample_camera
from model_assets.training.staging import Direction, sample_locations
from tests import accuracy
from tests.performance.anonymity import KnownFace
from tests.shared_material import IMAGES

WIDTH, HEIGHT = 1920, 1080
SALT = 51
"""Mixed with the seed: no frame is in a training set."""

_PLACES, _PEOPLE, _MASKED = 8, 16, 24
_FACING = Direction(0.9, 0.4, ("standing", "walking", "carrying", "arms_crossed"), 8.0)
_MINGLED = Direction(0.8, 0.5, ("standing", "walking", "carrying", "sitting", "phone"), 10.0)
_TINY_PX, _LEAST_PX = 18.0, 6.0
_LEAST_FRONTAL = 0.6
_EVERY_BORDER = 4

Known = tuple[Image, tuple[KnownFace, ...]]


class _Unwatched:
    def stage(self, name: str) -> nullcontext[None]:
        return nullcontext()


def rendered_faces(seed: int, frames: int) -> Iterator[Known]:
    """Yield frames of a few bareheaded people, every fourth cut through one of the faces."""
    rng = np.random.default_rng([SALT, seed])
    cast = [Player.of(sample_guise(rng, bareheaded=True)) for _ in range(_PEOPLE)]
    locations = [place for place in sample_locations(rng, 2 * _PLACES) if not place.night]
    for number in range(frames):
        location = locations[number % len(locations)]
        camera = sample_camera(rng, location.site, WIDTH, HEIGHT)
        shot = shoot(rng, location, camera, cast, int(rng.integers(1, 5)), _FACING)
        faces = _known(shot)
        if number % _EVERY_BORDER == 0 and faces:
            yield cut_through(rng, shot.image, faces)
        else:
            yield shot.image, tuple(faces)


def _known(shot: CameraShot) -> list[KnownFace]:
    """Return the faces that show: looking roughly at the camera, not too small for anything."""
    found = []
    for sighting, player in zip(shot.sightings, shot.players, strict=True):
        landmarks = Landmarks(sighting.landmarks.astype(np.float64))
        shows = sighting.shows_face and sighting.frontal >= _LEAST_FRONTAL
        if shows and landmarks.inter_ocular_px >= _LEAST_PX:
            kind = "tiny" if landmarks.inter_ocular_px < _TINY_PX else "large"
            found.append(KnownFace(player, landmarks, kind))
    return found


def cut_through(rng: Rng, image: Image, faces: Sequence[KnownFace]) -> Known:
    """Return the frame cut off through one of the faces, at its left, right or upper side."""
    cut = faces[int(rng.integers(len(faces)))]
    low, high = cut.landmarks.points.min(0), cut.landmarks.points.max(0)
    share = rng.uniform(-0.5, 0.45)
    left = top = 0
    right = image.shape[1]
    side = int(rng.integers(3))
    if side == 0:
        left = max(0, int(low[0] + share * (high[0] - low[0])))
    elif side == 1:
        right = int(np.ceil(high[0] - share * (high[0] - low[0])))
    else:
        top = max(0, int(low[1] + 0.5 * share * (high[1] - low[1])))
    part = np.ascontiguousarray(image[top:, left:right])
    moved = [
        replace(
            face,
            landmarks=Landmarks(face.landmarks.points - (left, top)),
            kind="border" if face is cut else face.kind,
        )
        for face in faces
    ]
    return part, tuple(face for face in moved if _is_in(part, face.landmarks.points))


def _is_in(image: Image, points: Points) -> bool:
    """Tell whether two of five points are in the picture."""
    height, width = image.shape[:2]
    inside = (points >= 0).all(1) & (points[:, 0] < width) & (points[:, 1] < height)
    return int(inside.sum()) >= 2


def masked_frames(seed: int, frames: int) -> Iterator[MaskFrame]:
    """Yield frames of people with and without masks, by day and by night."""
    rng = np.random.default_rng([SALT, seed, 1])
    cast = masked_cast(rng, _MASKED)
    locations = sample_locations(rng, _PLACES)
    for number in range(frames):
        location = locations[number % len(locations)]
        camera = sample_camera(rng, location.site, WIDTH, HEIGHT)
        yield shoot_masked(rng, location, camera, cast, int(rng.integers(1, 6)), _MINGLED)


def real_faces(pipeline: Pipeline) -> Iterator[Known]:
    """Yield photographs of known people: as they are, reduced to tiny faces, cut by the border."""
    rng = np.random.default_rng(SALT)
    for name, person in sorted(real_names().items()):
        image, people = pipeline.photographed((IMAGES / "faces" / name).read_bytes(), _Unwatched())
        seen = [one.face.landmarks for one in people if one.face.landmarks is not None]
        if not seen:
            continue
        landmarks = max(seen, key=lambda one: one.inter_ocular_px)
        face = KnownFace(person, landmarks, "large")
        yield image, (face,)
        scale = min(1.0, float(rng.uniform(12, 18)) / landmarks.inter_ocular_px)
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if min(small.shape[:2]) >= 64:
            yield small, (KnownFace(person, Landmarks(landmarks.points * scale), "tiny"),)
        yield cut_through(rng, image, [face])


def real_names() -> dict[str, int]:
    """Return the number of the person on each photograph that shows one person, copies left out."""
    probes = {
        name: people[0]
        for name, people in accuracy.PROBES.items()
        if len(people) == 1 and people[0] is not None and name not in accuracy.COPIES
    }
    for path in sorted((IMAGES / "faces").glob("knn_train_*")):
        person = next(one for one in accuracy.PEOPLE if path.name.startswith(f"knn_train_{one}"))
        probes[path.name] = person
    return {name: accuracy.PEOPLE.index(str(person)) for name, person in probes.items()}

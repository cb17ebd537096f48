"""Frames with exact truth of which faces show: how many of them does the anonymiser overlook?

All of 1920 x 1080: up to eight people who stand, walk and sit anywhere, half of them turned away,
hats and sunglasses and nights included; people whose face the border of the frame cuts; and four
cameras in one picture, as recorders show them, for faces of a few pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from high_level_algorithms.skeleton import LEFT_EYE, NOSE, RIGHT_EYE
from high_level_algorithms.types import Image, Points
from numpy.typing import NDArray

from model_assets.training.camera_shots import shoot
from model_assets.training.casting import Player, cast_people
from model_assets.training.ground_truth import SEEN, Sighting
from model_assets.training.noise import Rng
from model_assets.training.people.postures import POSTURES
from model_assets.training.sites.site import sample_camera
from model_assets.training.staging import Direction, Location, sample_locations
from vss.continuum.anonymise.obscuring import region_of
from vss.continuum.anonymise.search import HeadSearch

WIDTH, HEIGHT = 1920, 1080
LEAST_FACE_PX = 8.0
SIZES = ((8.0, "8 to 16 px"), (16.0, "16 to 32 px"), (32.0, "32 px and more"))
"""Of a face from forehead to chin: least height, and name."""

SALT = 52
_PEOPLE, _PLACES, _MOST = 24, 12, 8
_ANYHOW = Direction(0.5, 0.8, tuple(POSTURES), 15.0)
_LARGER = 1.5
# From forehead to chin, in distances of the mouth from the eyes.
_PER_EYES_TO_MOUTH = 2.4


@dataclass(frozen=True, slots=True, eq=False)
class ShownFace:
    """A face of which at least the nose or an eye is seen.

    Attributes:
        points: [n, 2] px, those of its five landmarks that lie in the frame, hidden or not.
        height_px: from forehead to chin.
    """

    points: Points
    height_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """A frame, what is special about it, and the faces that show."""

    image: Image
    setting: str
    faces: tuple[ShownFace, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of frames and faces.

    Attributes:
        frames: searched.
        withheld: of these withheld; their faces are not counted.
        faces: by size, all that left the site.
        partly: of these with a landmark that is not covered.
        openly: of these with no landmark that is covered.
    """

    frames: int
    withheld: int
    faces: Counter[str]
    partly: Counter[str]
    openly: Counter[str]


def crowds(seed: int, frames: int) -> Iterator[Crowd]:
    """Yield so many frames of several people, half as many cut, and a quarter of four cameras."""
    rng = np.random.default_rng([SALT, seed])
    cast, places = cast_people(rng, _PEOPLE), sample_locations(rng, _PLACES)
    four: list[tuple[Image, list[Sighting]]] = []
    for number in range(frames):
        image, sightings = _shot(rng, places[number % _PLACES], cast, 1)
        yield Crowd(image, "several people", _shown(sightings, image, (0, 0)))
        four.append((image, sightings))
        if len(four) == 4:
            yield _four_cameras(four)
            four = []
        if number % 2 == 0:
            yield from _cut(rng, *_shot(rng, places[number % _PLACES], cast, _LARGER))


def _shot(
    rng: Rng, place: Location, cast: Sequence[Player], larger: float
) -> tuple[Image, list[Sighting]]:
    camera = sample_camera(rng, place.site, round(WIDTH * larger), round(HEIGHT * larger))
    shot = shoot(rng, place, camera, cast, int(rng.integers(1, _MOST + 1)), _ANYHOW)
    return shot.image, list(shot.sightings)


def _cut(rng: Rng, image: Image, sightings: list[Sighting]) -> Iterator[Crowd]:
    """Yield the picture cut to size through one of the faces, if any lies so that it can be."""
    most_x, most_y = image.shape[1] - WIDTH, image.shape[0] - HEIGHT
    for sighting in sightings:
        if not _shown([sighting], image, (0, 0)):
            continue
        low, high = sighting.landmarks.min(0), sighting.landmarks.max(0)
        inwards = rng.uniform(-0.5, 0.45, 2) * (high - low)
        x = int(np.clip(sighting.landmarks[2, 0] - rng.uniform(0.2, 0.8) * WIDTH, 0, most_x))
        y = int(np.clip(sighting.landmarks[2, 1] - rng.uniform(0.2, 0.7) * HEIGHT, 0, most_y))
        left, top = int(low[0] + inwards[0]), int(low[1] + inwards[1])
        right = int(high[0] - inwards[0]) - WIDTH
        corners = [(left, y), (right, y), (x, top)]
        possible = [one for one in corners if 0 <= one[0] <= most_x and 0 <= one[1] <= most_y]
        if possible:
            left, top = possible[int(rng.integers(len(possible)))]
            part = np.ascontiguousarray(image[top : top + HEIGHT, left : left + WIDTH])
            yield Crowd(part, "cut by the border", _shown(sightings, part, (left, top)))
            return


def _four_cameras(four: Sequence[tuple[Image, list[Sighting]]]) -> Crowd:
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    faces: list[ShownFace] = []
    for number, (image, sightings) in enumerate(four):
        left, top = number % 2 * WIDTH // 2, number // 2 * HEIGHT // 2
        half = cv2.resize(image, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
        picture[top : top + HEIGHT // 2, left : left + WIDTH // 2] = half
        faces += (
            ShownFace(face.points / 2 + (left, top), face.height_px / 2)
            for face in _shown(sightings, image, (0, 0))
            if face.height_px >= 2 * LEAST_FACE_PX
        )
    return Crowd(picture, "four cameras in one", tuple(faces))


def _shown(
    sightings: Iterable[Sighting], image: Image, corner: tuple[int, int]
) -> tuple[ShownFace, ...]:
    """Return the faces that show in a part of a picture, whose corner is given."""
    faces = []
    for sighting in sightings:
        eyes, mouth = sighting.landmarks[:2].mean(0), sighting.landmarks[3:].mean(0)
        height = _PER_EYES_TO_MOUTH * float(np.hypot(*(mouth - eyes)))
        middle = sighting.keypoints[[NOSE, RIGHT_EYE, LEFT_EYE]]
        seen = _within(middle[middle[:, 2] == SEEN, :2] - corner, image)
        if len(seen) and height >= LEAST_FACE_PX:
            faces.append(ShownFace(_within(sighting.landmarks - corner, image), height))
    return tuple(faces)


def _within(points: NDArray[np.floating], image: Image) -> Points:
    height, width = image.shape[:2]
    return points[((points >= 0) & (points < (width, height))).all(1)].astype(np.float64)


def coverage(shown: Iterable[Crowd], search: HeadSearch) -> dict[str, Coverage]:
    """Search the frames; return what became of them, by setting."""
    found: dict[str, Coverage] = {}
    for crowd in shown:
        before = found.get(crowd.setting, Coverage(0, 0, Counter(), Counter(), Counter()))
        found[crowd.setting] = _added(before, crowd, search)
    return found


def _added(before: Coverage, crowd: Crowd, search: HeadSearch) -> Coverage:
    result = search.search(crowd.image)
    if result.doubt is not None:
        return Coverage(
            before.frames + 1, before.withheld + 1, before.faces, before.partly, before.openly
        )
    height, width = crowd.image.shape[:2]
    regions = [region_of(head, width, height) for head in result.heads]
    faces, partly, openly = (Counter[str]() for _ in range(3))
    for face in crowd.faces:
        size = [name for least, name in SIZES if face.height_px >= least][-1]
        covered = [any(one.covers(x, y) for one in regions) for x, y in face.points.tolist()]
        faces[size] += 1
        partly[size] += not all(covered)
        openly[size] += not any(covered)
    return Coverage(
        before.frames + 1,
        before.withheld,
        before.faces + faces,
        before.partly + partly,
        before.openly + openly,
    )

"""The demo's day at four cameras: who is where, when; and the pictures of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from model_assets.training.casting import Guise, sample_guise
from model_assets.training.cover_dataset import draw_cover
from model_assets.training.covers import compose
from model_assets.training.noise import Image, Rng
from model_assets.training.people.expression import sample_expression
from model_assets.training.people.figure import Figure
from model_assets.training.people.person import Placement, Wearer, build_figure
from model_assets.training.people.postures import sample_posture
from model_assets.training.reference_photographs import YAWS_DEGREES, reference_photographs
from model_assets.training.rendering.lens import CLEAN, photograph
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Camera
from model_assets.training.sites.catalogue import SITES
from model_assets.training.sites.site import Site
from model_assets.training.staging import heading_towards, scene_with

WIDTH, HEIGHT = 1280, 720
NIGHT = replace(CLEAN, noise=4.0, colour_noise=2.0, blur_px=0.6)


@dataclass(frozen=True, slots=True)
class Part:
    """A person in a moment.

    Attributes:
        who: name of the person in ``PEOPLE``.
        ahead: metres from the camera over the floor.
        aside: metres to the right of the camera's line of sight.
        turned: degrees the person is turned away from the camera, to their left.
        posture: one of ``postures.POSTURES``.
    """

    who: str
    ahead: float
    aside: float
    turned: float
    posture: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame of the day: camera, local time, who is in it, what covers the lens, if anything."""

    camera: str
    time: str
    parts: tuple[Part, ...] = ()
    cover: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A camera: kind and seed of its place, by night or not, where it hangs and looks.

    Attributes:
        site: one of ``SITES``.
        seed: of the place.
        night: whether it is dark.
        position: x and z of the camera as shares of the place's width, and metres; y in metres.
        target: likewise, of the point it looks at.
        angle: horizontal field of view, degrees.
    """

    site: str
    seed: int
    night: bool
    position: tuple[float, float, float]
    target: tuple[float, float, float]
    angle: float


REGISTERED = ("staff-04", "staff-11")
PEOPLE = {"staff-04": 4, "staff-11": 11, "stranger": 23, "driver": 31, "visitor": 42}
"""Name of each person and the seed of face, body and clothes."""

REFERENCES = len(REGISTERED) * len(YAWS_DEGREES)
"""Number of the reference pictures."""

POSTS = {
    "entrance": Post("entrance", 7, False, (0.5, 0.4, 2.3), (0.5, 6.0, 0.95), 64.0),
    "corridor": Post("corridor", 5, False, (0.5, 0.6, 2.3), (0.5, 7.0, 1.0), 60.0),
    "car-park": Post("car_park", 9, True, (0.5, 1.0, 3.2), (0.5, 9.0, 1.0), 62.0),
    "yard": Post("street", 8, False, (0.5, 0.5, 3.0), (0.5, 9.0, 1.0), 62.0),
}

DAY = (
    Moment("entrance", "07:40"),
    Moment("entrance", "08:02", (Part("staff-04", 3.4, 0.3, 8, "walking"),)),
    Moment("entrance", "08:05", (Part("staff-11", 3.0, -0.5, -12, "walking"),)),
    Moment("entrance", "08:31", (Part("stranger", 3.2, 0.2, 10, "walking"),)),
    Moment(
        "entrance",
        "10:14",
        (Part("staff-04", 3.1, -0.8, -20, "standing"), Part("stranger", 3.5, 0.6, 25, "phone")),
    ),
    Moment(
        "entrance",
        "12:03",
        (Part("staff-11", 3.0, -0.6, 10, "walking"), Part("staff-04", 3.5, 0.6, -5, "walking")),
    ),
    Moment(
        "entrance",
        "12:47",
        (
            Part("staff-04", 2.9, -0.9, 0, "carrying"),
            Part("staff-11", 3.6, 0.1, -8, "standing"),
            Part("visitor", 3.1, 1.0, 15, "waving"),
        ),
    ),
    Moment("entrance", "17:33", (Part("staff-11", 4.2, 0.2, 170, "walking"),)),
    Moment("corridor", "09:12", (Part("staff-11", 4.2, 0.1, 5, "walking"),)),
    Moment("corridor", "10:45", (Part("visitor", 3.4, -0.3, 15, "phone"),)),
    Moment("corridor", "11:20"),
    Moment(
        "corridor",
        "14:08",
        (Part("staff-04", 3.6, 0.4, -10, "carrying"), Part("staff-11", 6.0, -0.4, 0, "walking")),
    ),
    Moment("corridor", "16:51", (Part("staff-04", 5.0, 0.0, 175, "walking"),)),
    Moment("car-park", "19:40", (Part("staff-04", 6.0, -0.6, 20, "walking"),)),
    Moment("car-park", "20:55"),
    Moment("car-park", "21:30", (Part("driver", 7.0, 1.2, 40, "phone"),)),
    Moment("car-park", "22:15", (Part("stranger", 6.5, -1.5, 60, "crouching"),)),
    Moment(
        "car-park",
        "23:04",
        (Part("driver", 5.6, 0.7, -30, "standing"), Part("stranger", 6.4, -0.6, 35, "pointing")),
    ),
    Moment("yard", "06:50"),
    Moment("yard", "13:10", (Part("visitor", 5.5, 0.3, 15, "walking"),)),
    Moment("yard", "13:52", (Part("stranger", 4.5, 0.0, 10, "walking"),)),
    Moment("yard", "13:53", cover="hand"),
    Moment("yard", "13:54", cover="tape"),
    Moment("yard", "14:30", cover="cloth"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, BGR uint8, and its path: ``<camera or person>/<file name>``."""

    path: str
    image: Image


def guise_of(who: str) -> Guise:
    """Return how a person of the day looks, always in the same clothes."""
    return sample_guise(np.random.default_rng([77, PEOPLE[who]]), bareheaded=True)


def frames() -> Iterator[Picture]:
    """Yield the pictures of the day, camera after camera."""
    sites = {
        name: SITES[post.site](np.random.default_rng(post.seed), post.night)
        for name, post in POSTS.items()
    }
    wearers = {who: guise_of(who).prepared() for who in PEOPLE}
    for index, moment in enumerate(DAY):
        image = _frame(moment, index, sites[moment.camera], wearers)
        yield Picture(f"{moment.camera}/{moment.time.replace(':', '')}.jpg", image)


def _frame(moment: Moment, index: int, site: Site, wearers: Mapping[str, Wearer]) -> Image:
    rng = np.random.default_rng([78, index])
    post = POSTS[moment.camera]
    camera = camera_of(post, site)
    figures = [
        _figure(rng, part, wearers[part.who], camera, owner)
        for owner, part in enumerate(moment.parts)
    ]
    image = photograph(
        rng, rasterise(scene_with(site, camera, figures)).image, NIGHT if post.night else CLEAN
    )
    if moment.cover is None:
        return image
    return compose(draw_cover(rng, HEIGHT, WIDTH, moment.cover), image)


def camera_of(post: Post, site: Site) -> Camera:
    """Return the camera of a post; x is a share of the floor's width."""
    low, high = float(site.floor[:, 0].min()), float(site.floor[:, 2].max())
    (x, y, z), (to_x, to_y, to_z) = post.position, post.target
    position = (low + x * (high - low), y, z)
    target = (low + to_x * (high - low), to_y, to_z)
    return Camera(position, target, post.angle, WIDTH, HEIGHT)


def _figure(rng: Rng, part: Part, wearer: Wearer, camera: Camera, owner: int) -> Figure:
    ahead = np.subtract(camera.target, camera.position)[:2]
    ahead = ahead / np.linalg.norm(ahead)
    right = np.array([ahead[1], -ahead[0]])
    x, y = np.array(camera.position[:2]) + part.ahead * ahead + part.aside * right
    heading = heading_towards(float(x), float(y), camera) + float(np.radians(part.turned))
    place = Placement(float(x), float(y), heading)
    posture = sample_posture(rng, part.posture)
    return build_figure(wearer, posture, place, sample_expression(rng), owner)


def references() -> Iterator[Picture]:
    """Yield the pictures of the registered people, a folder each."""
    site = SITES["room"](np.random.default_rng(6), False)
    for who in REGISTERED:
        rng = np.random.default_rng([79, PEOPLE[who]])
        pictures = reference_photographs(rng, guise_of(who), site)
        for number, image in enumerate(pictures, start=1):
            yield Picture(f"{who}/{number}.jpg", image)

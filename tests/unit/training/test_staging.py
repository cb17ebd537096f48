import numpy as np
import pytest

from model_assets.training.casting import Player, cast_people, sample_guise, with_face
from model_assets.training.ground_truth import SEEN, sightings
from model_assets.training.people.face_identity import sample_identity
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import NOBODY, Camera
from model_assets.training.sites.catalogue import SITES
from model_assets.training.sites.site import Site
from model_assets.training.staging import Direction, heading_towards, stage

TOWARDS = Direction(towards=1.0, spread=0.0, kinds=("standing",), farthest=9.0)


@pytest.fixture(scope="module")
def site() -> Site:
    return SITES["room"](np.random.default_rng(4), False)


@pytest.fixture(scope="module")
def cast() -> list[Player]:
    return cast_people(np.random.default_rng(5), 4)


@pytest.fixture(scope="module")
def camera(site: Site) -> Camera:
    x0, y0, x1, y1 = map(float, site.floor[0])
    return Camera(((x0 + x1) / 2, y0 - 0.4, 2.0), ((x0 + x1) / 2, y1, 1.0), 80.0, 456, 256)


def test_people_are_seen_facing_the_camera_and_apart(
    site: Site, cast: list[Player], camera: Camera
) -> None:
    staged = stage(np.random.default_rng(6), site, cast, camera, 3, TOWARDS)
    assert len(staged.figures) >= 2
    assert len(set(staged.players)) == len(staged.figures)
    seen = sightings(staged.figures, camera, rasterise(staged.scene))
    right, left = 2, 5  # shoulders: the right one of who faces the camera is on the picture's left
    assert all(sight.keypoints[right, 0] < sight.keypoints[left, 0] for sight in seen)
    necks = np.array([figure.keypoints[1, :2] for figure in staged.figures])
    gaps = [np.hypot(*(a - b)) for i, a in enumerate(necks) for b in necks[:i]]
    assert min(gaps) > 0.4


def test_each_figure_owns_its_meshes(site: Site, cast: list[Player], camera: Camera) -> None:
    staged = stage(np.random.default_rng(7), site, cast, camera, 3)
    owners = {mesh.owner for figure in staged.figures for mesh in figure.meshes} - {NOBODY}
    assert owners == set(range(len(staged.figures)))
    (sighting, *_) = sightings(staged.figures, camera, rasterise(staged.scene))
    assert (sighting.keypoints[:, 2] == SEEN).sum() >= 4


def test_staging_follows_its_seed(site: Site, cast: list[Player], camera: Camera) -> None:
    first, again, other = (
        stage(np.random.default_rng(seed), site, cast, camera, 2) for seed in (8, 8, 9)
    )
    assert np.array_equal(first.figures[0].keypoints, again.figures[0].keypoints)
    assert not np.array_equal(first.figures[0].keypoints, other.figures[0].keypoints)


@pytest.mark.parametrize(
    ("x", "y", "heading"), [(0.0, 3.0, 0.0), (-3.0, 0.0, np.pi / 2), (3.0, 0.0, -np.pi / 2)]
)
def test_heading_towards_the_camera(x: float, y: float, heading: float) -> None:
    camera = Camera((0.0, 0.0, 2.0), (0.0, 3.0, 1.0), 60.0, 456, 256)
    assert heading_towards(x, y, camera) == pytest.approx(heading)


def test_face_body_and_clothes_of_a_guise_go_together() -> None:
    rng = np.random.default_rng(10)
    guises = [sample_guise(rng, bareheaded=True) for _ in range(40)]
    assert all((g.face.masculinity > 0) == (g.body.feminine < 0.5) for g in guises)
    assert {g.outfit.headwear for g in guises} == {"none"}


def test_another_face_leaves_body_and_clothes_as_they_are(cast: list[Player]) -> None:
    face = sample_identity(np.random.default_rng(11))
    changed = with_face(cast[0].near, face)
    assert changed.face == face
    assert changed.rest is cast[0].near.rest
    assert not np.array_equal(changed.head.rest, cast[0].near.head.rest)

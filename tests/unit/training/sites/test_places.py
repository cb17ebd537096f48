from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import Camera, Mesh
from model_assets.training.sites.catalogue import SITES
from model_assets.training.sites.site import Site, sample_camera, sample_spots

SEEDS = (1, 2)
CASES = [(name, night, seed) for name in SITES for night in (False, True) for seed in SEEDS]
WIDTH, HEIGHT = 128, 72
MOST_TRIANGLES = 4000


@pytest.fixture(scope="module")
def built() -> dict[tuple[str, bool, int], Site]:
    return {case: SITES[case[0]](np.random.default_rng(case[2]), case[1]) for case in CASES}


def _points(mesh: Mesh) -> np.ndarray:
    """Return points all over the triangles of a mesh."""
    steps = [(a, b) for a in np.linspace(0, 1, 9) for b in np.linspace(0, 1, 9) if a + b <= 1]
    weights = np.array([(a, b, 1 - a - b) for a, b in steps])
    return (weights @ mesh.vertices[mesh.faces]).reshape(-1, 3)


@pytest.mark.parametrize("case", CASES)
def test_meshes_are_sound_and_few(built: dict, case: tuple[str, bool, int]) -> None:
    site = built[case]
    for mesh in site.meshes:
        count = len(mesh.vertices)
        assert mesh.vertices.shape == mesh.normals.shape == mesh.colours.shape == (count, 3)
        assert mesh.vertices.dtype == mesh.normals.dtype == mesh.colours.dtype == np.float32
        assert mesh.faces.dtype == np.int32
        assert mesh.faces.min() >= 0
        assert mesh.faces.max() < count
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-3)
        assert mesh.colours.min() >= 0
        assert mesh.colours.max() <= 1
        assert (mesh.uv is None) == (mesh.texture is None)
        if mesh.uv is not None:
            assert mesh.uv.shape == (count, 2)
            assert np.isfinite(mesh.uv).all()
            assert mesh.texture.dtype == np.uint8
    assert sum(len(mesh.faces) for mesh in site.meshes) <= MOST_TRIANGLES


@pytest.mark.parametrize("case", CASES)
def test_nothing_stands_where_people_may_stand(built: dict, case: tuple[str, bool, int]) -> None:
    site = built[case]
    for points in map(_points, site.meshes):
        body = points[(points[:, 2] > 0.05) & (points[:, 2] < 1.9)]
        for x0, y0, x1, y1 in site.floor:
            inside = (body[:, 0] > x0) & (body[:, 0] < x1) & (body[:, 1] > y0) & (body[:, 1] < y1)
            assert not inside.any(), (body[inside][0], (x0, y0, x1, y1))


@pytest.mark.parametrize("case", CASES)
def test_there_is_ground_below_the_floor(built: dict, case: tuple[str, bool, int]) -> None:
    site = built[case]
    for x, y in sample_spots(np.random.default_rng(0), site.floor, 8):
        down = Camera((x, y, 1.5), (x, y + 0.001, 0.0), 5, 8, 8)
        assert rasterise(site.scene(down), shadows=False).depth[4, 4] == pytest.approx(
            1.5, abs=0.03
        )


@pytest.mark.parametrize("case", CASES)
def test_sampled_cameras_see_people_on_the_floor(built: dict, case: tuple[str, bool, int]) -> None:
    site, rng = built[case], np.random.default_rng(case[2])
    for _ in range(4):
        camera = sample_camera(rng, site, WIDTH, HEIGHT)
        depth = rasterise(site.scene(camera), shadows=False).depth
        spots = sample_spots(rng, site.floor, 300)
        chests = np.column_stack([spots, np.full(300, 1.2)]).astype(np.float32)
        x, y, away = camera.project(chests).T
        inside = (x > 0) & (x < WIDTH) & (y > 0) & (y < HEIGHT) & (away > 1) & (away < 14)
        near = away[inside] < depth[y[inside].astype(int), x[inside].astype(int)] + 0.05
        assert near.sum() >= 0.03 * 300
        assert near.mean() > 0.6


@pytest.mark.parametrize("name", SITES)
def test_cameras_are_where_surveillance_cameras_are(built: dict, name: str) -> None:
    rng = np.random.default_rng(5)
    cameras = [sample_camera(rng, built[name, False, 1], WIDTH, HEIGHT) for _ in range(40)]
    heights = np.array([camera.position[2] for camera in cameras])
    slopes = np.degrees([np.arcsin(-camera.rotation[2, 2]) for camera in cameras])
    assert heights.min() >= 1.3
    assert heights.max() <= 3.6
    assert (heights > 2.1).mean() > 0.4
    assert (heights < 2.0).any()
    assert slopes.min() > -4
    assert slopes.max() < 31


@pytest.mark.parametrize("name", SITES)
def test_places_follow_their_generator(built: dict, name: str) -> None:
    again = SITES[name](np.random.default_rng(1), False)
    first, other = built[name, False, 1], built[name, False, 2]
    for one, two in zip(first.meshes, again.meshes, strict=True):
        np.testing.assert_array_equal(one.vertices, two.vertices)
        if one.texture is not None:
            np.testing.assert_array_equal(one.texture, two.texture)
    assert first.lamps == again.lamps
    assert len(first.meshes[0].vertices) != len(other.meshes[0].vertices) or not np.array_equal(
        first.meshes[0].texture, other.meshes[0].texture
    )


@pytest.mark.parametrize("name", ["car_park", "street"])
def test_nights_outdoors_are_dark_with_lamps(built: dict, name: str) -> None:
    for seed in SEEDS:
        day, night = built[name, False, seed], built[name, True, seed]
        camera = sample_camera(np.random.default_rng(seed), night, WIDTH, HEIGHT)
        by_day, at_night = (rasterise(site.scene(camera)).image.mean() for site in (day, night))
        assert at_night < 0.85 * by_day
        assert at_night > 20
        assert night.lamps
        assert not day.lamps


@pytest.mark.parametrize("name", ["entrance", "corridor", "room"])
def test_rooms_are_lit_and_closed_above(built: dict, name: str) -> None:
    for seed in SEEDS:
        site = built[name, True, seed]
        x, y = sample_spots(np.random.default_rng(seed), site.floor, 1)[0]
        up = Camera((x, y, 1.0), (x, y + 0.001, 9.0), 20, 8, 8)
        assert rasterise(site.scene(up), shadows=False).depth.max() < 3
        camera = sample_camera(np.random.default_rng(seed), site, WIDTH, HEIGHT)
        assert 60 < rasterise(site.scene(camera)).image.mean() < 200

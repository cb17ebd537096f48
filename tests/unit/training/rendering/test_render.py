from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model_assets.training.rendering.primitives import box, painted, plane, poster, quad, sphere
from model_assets.training.rendering.render import rasterise
from model_assets.training.rendering.scene import NOBODY, Camera, Lamp, Mesh, Render, Scene, Sun

WIDTH, HEIGHT = 96, 64
CAMERA = Camera((0.3, -4.0, 2.2), (0.1, 1.0, 0.8), 70.0, WIDTH, HEIGHT)
DOWN = Sun((0.0, 0.0, -1.0), (0.8, 0.8, 0.8))
BLUE, RED = (0.9, 0.1, 0.1), (0.1, 0.1, 0.9)
STRAIGHT = Camera((0.0, -4.0, 1.0), (0.0, 0.0, 1.0), 60.0, WIDTH, HEIGHT)


def _scene(*meshes: Mesh, camera: Camera = CAMERA, **lights: object) -> Scene:
    light = {"suns": (DOWN,), "lamps": (), "sky": (0.8, 0.7, 0.6), "ground": (0.3, 0.3, 0.3)}
    return Scene(meshes, camera, **({**light, "ambient": 0.4} | lights))


def _wall(y: float, colour: tuple[float, float, float], owner: int = NOBODY) -> Mesh:
    corners = [(-9, y, -9), (9, y, -9), (9, y, 9), (-9, y, 9)]
    return replace(quad(corners, colour), owner=owner)


def _at(render: Render, camera: Camera, point: tuple[float, float, float]) -> np.ndarray:
    x, y, _ = camera.project(np.float32([point]))[0]
    return render.image[int(y), int(x)].astype(float)


@pytest.mark.parametrize("centre", [(0.0, 1.0, 0.8), (-1.8, 2.5, 0.3), (1.5, 0.2, 1.9)])
def test_a_ball_is_where_the_camera_projects_it(centre: tuple[float, float, float]) -> None:
    camera = replace(CAMERA, width=400, height=300)
    ball = replace(sphere(centre, 0.05, segments=24), owner=3)
    rows, columns = np.nonzero(rasterise(_scene(ball, camera=camera)).owner == 3)
    x, y, depth = camera.project(np.float32([centre]))[0]
    assert columns.mean() + 0.5 == pytest.approx(x, abs=0.5)
    assert rows.mean() + 0.5 == pytest.approx(y, abs=0.5)
    assert len(rows) == pytest.approx(np.pi * (0.05 * camera.focal_px / depth) ** 2, rel=0.15)


@pytest.mark.parametrize("near_first", [True, False])
def test_the_nearest_surface_wins_whatever_the_order(near_first: bool) -> None:
    near, far = _wall(1.0, RED, owner=0), _wall(2.0, BLUE, owner=1)
    order = (near, far) if near_first else (far, near)
    render = rasterise(_scene(*order, camera=STRAIGHT))
    assert (render.owner == 0).all()
    np.testing.assert_allclose(render.depth, 5.0, rtol=1e-5)


def test_depth_and_owner_are_those_of_the_middle_of_the_pixel() -> None:
    edge_px = 47.6
    x = (edge_px - WIDTH / 2) / STRAIGHT.focal_px * 4
    left = replace(quad([(-9, 0, -9), (x, 0, -9), (x, 0, 9), (-9, 0, 9)]), owner=7)
    render = rasterise(_scene(left, camera=STRAIGHT))
    assert (render.owner[:, :48] == 7).all()
    assert (render.owner[:, 48:] == NOBODY).all()
    assert np.isinf(render.depth[:, 48:]).all()
    assert render.owner.dtype == np.int16
    assert render.depth.dtype == np.float32


def test_neighbouring_triangles_leave_no_gap() -> None:
    rng = np.random.default_rng(1)
    grid = np.stack(np.meshgrid(np.linspace(-9, 9, 20), np.linspace(-9, 9, 20)), -1)
    grid[1:-1, 1:-1] += rng.uniform(-0.3, 0.3, (18, 18, 2))
    points = np.insert(grid.reshape(-1, 2), 1, 0.0, 1).astype(np.float32)
    a = (np.arange(19)[:, None] * 20 + np.arange(19)).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + 21], 1), np.stack([a, a + 21, a + 20], 1)])
    normals = np.tile(np.float32([0, -1, 0]), (400, 1))
    sheet = Mesh(points, faces.astype(np.int32), normals, np.ones_like(points), owner=2)
    assert (rasterise(_scene(sheet, camera=STRAIGHT)).owner == 2).all()


def test_a_floor_that_passes_under_the_camera_is_cut_at_the_near_plane() -> None:
    camera = Camera((0.0, 0.0, 1.6), (0.0, 5.0, 0.6), 80.0, WIDTH, HEIGHT)
    render = rasterise(_scene(plane(-40, -30, 40, 50), camera=camera))
    row = HEIGHT - 1
    down = camera.rotation[:, 2]
    ray = down[2] + (row + 0.5 - HEIGHT / 2) / camera.focal_px * down[1]
    assert render.depth[row, WIDTH // 2] == pytest.approx(-1.6 / ray, rel=1e-3)
    assert np.isfinite(render.depth[HEIGHT // 2 :]).all()


def test_nothing_behind_the_camera_is_seen() -> None:
    behind = box((0, -8, 1), (2, 2, 2))
    assert np.isinf(rasterise(_scene(behind, camera=STRAIGHT)).depth).all()


def test_texture_coordinates_are_right_in_perspective() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None, None], 256, 1).repeat(3, 2)
    step = (ramp >= 128).astype(np.uint8) * 255
    corners = [(-2, 0, 0), (2, 0, 0), (2, 8, 0), (-2, 8, 0)]
    camera = Camera((0.0, -2.0, 2.0), (0.0, 3.0, 0.0), 70.0, 200, 160)
    render = rasterise(_scene(poster(corners, step), camera=camera))
    # The near half of the floor is white, the far half black: the edge is at y = 4.
    for y, bright in ((3.7, True), (4.3, False)):
        assert (_at(render, camera, (0, y, 0)).mean() > 120) == bright


def test_a_far_texture_is_averaged_not_sampled() -> None:
    checks = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, 2)
    wall = painted(_wall(3.0, (1, 1, 1)), (1, 1, 1), checks, 0.5)
    image = rasterise(_scene(wall, camera=STRAIGHT)).image
    assert image.std() < 12


def test_a_shadow_falls_where_the_sun_is_hidden() -> None:
    camera = Camera((0.0, -5.0, 4.0), (0.0, 1.0, 0.0), 60.0, 160, 120)
    slanted = Sun((0.6, 0.0, -0.8), (0.9, 0.9, 0.9))
    table = quad([(-0.5, 0.5, 1), (0.5, 0.5, 1), (0.5, 1.5, 1), (-0.5, 1.5, 1)])
    scene = _scene(plane(-9, -9, 9, 9), table, camera=camera, suns=(slanted,))
    with_shadow, without = rasterise(scene), rasterise(scene, shadows=False)
    in_shadow, in_sun = (1.0, 0.8, 0.0), (-1.2, 0.8, 0.0)
    dark, light = _at(with_shadow, camera, in_shadow), _at(with_shadow, camera, in_sun)
    assert dark.mean() < 0.75 * light.mean()
    lit = _at(without, camera, in_shadow)
    assert lit.mean() > 0.9 * _at(without, camera, in_sun).mean()


def test_a_lamp_casts_a_shadow_below_a_table() -> None:
    camera = Camera((0.0, -5.0, 4.0), (0.0, 1.0, 0.0), 60.0, 160, 120)
    lamp = Lamp((0.6, 1.0, 3.0), (4.0, 4.0, 4.0))
    table = quad([(-0.5, 0.5, 1), (0.5, 0.5, 1), (0.5, 1.5, 1), (-0.5, 1.5, 1)])
    scene = _scene(plane(-9, -9, 9, 9), table, camera=camera, suns=(), lamps=(lamp,), ambient=0.02)
    dark, without = (
        _at(rasterise(scene, flag), camera, (-0.8, 0.7, 0.0)) for flag in (True, False)
    )
    assert dark.mean() < 0.7 * without.mean()


def test_lamp_light_falls_off_with_distance() -> None:
    lamp = Lamp((0.0, 1.0, 1.0), (0.6, 0.6, 0.6))
    scene = _scene(plane(-20, -20, 20, 20), suns=(), lamps=(lamp,), ambient=0.0)
    render = rasterise(scene)
    tones = [_at(render, CAMERA, (x, 1.0, 0.0)).mean() for x in (0.0, 1.0, 2.0, 3.0)]
    assert tones == sorted(tones, reverse=True)
    assert tones[0] > 3 * tones[-1]


def test_corners_are_darker_than_open_walls() -> None:
    room = (plane(-3, -4, 3, 3), _wall(3.0, (0.6, 0.6, 0.6)))
    camera = Camera((0.0, -2.0, 1.5), (0.0, 3.0, 0.8), 60.0, 200, 150)
    render = rasterise(_scene(*room, camera=camera, suns=(), ambient=1.0, ground=(0.8, 0.7, 0.6)))
    corner, wall = (_at(render, camera, (0.0, 2.99, z)).mean() for z in (0.03, 1.0))
    assert corner < 0.93 * wall


def test_edges_are_smoothed() -> None:
    tilted = quad([(-1, 0, 0.2), (1, 0, 0.5), (1, 0, 1.6), (-1, 0, 1.3)], (0.02, 0.02, 0.02))
    image = rasterise(_scene(tilted, camera=STRAIGHT)).image.mean(2)
    middle = (image > 80) & (image < 140)
    assert middle.sum() > 10


def test_the_inside_of_an_open_surface_is_lit_from_its_own_side() -> None:
    corners = [(-2, 0, 0), (2, 0, 0), (2, 0, 2), (-2, 0, 2)]
    front, back = quad(corners), quad(corners[::-1])
    towards = Sun((0.0, 1.0, 0.0), (1.0, 1.0, 1.0))
    images = [
        rasterise(_scene(mesh, camera=STRAIGHT, suns=(towards,)), shadows=False).image
        for mesh in (front, back)
    ]
    np.testing.assert_allclose(images[0].astype(int), images[1], atol=1)


def test_equal_scenes_give_equal_bytes() -> None:
    def pictured() -> Render:
        noise = np.random.default_rng(4).integers(0, 255, (32, 32, 3), np.uint8)
        floor = painted(plane(-5, -5, 5, 9), (1, 1, 1), noise)
        lamp = Lamp((1.0, 0.0, 3.0), (3.0, 3.0, 3.0))
        return rasterise(_scene(floor, box((0, 1, 0.5), (1, 1, 1)), lamps=(lamp,)))

    first, again = pictured(), pictured()
    assert first.image.tobytes() == again.image.tobytes()
    assert first.depth.tobytes() == again.depth.tobytes()
    assert first.owner.tobytes() == again.owner.tobytes()


def test_a_scene_without_meshes_is_sky() -> None:
    render = rasterise(_scene())
    assert render.image.shape == (HEIGHT, WIDTH, 3)
    assert (render.owner == NOBODY).all()
    assert render.image.min() > 60

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

bpy = pytest.importorskip(
    "bpy", reason="Blender's Python module (bpy) is not installed; only training needs it"
)

from model_assets.training.rendering.blender import render_cycles  # noqa: E402
from model_assets.training.rendering.primitives import (  # noqa: E402
    box,
    painted,
    plane,
    poster,
    quad,
    sphere,
)
from model_assets.training.rendering.render import rasterise  # noqa: E402
from model_assets.training.rendering.scene import Camera, Lamp, Mesh, Scene, Sun  # noqa: E402
from model_assets.training.rendering.tone import tone_map  # noqa: E402

AHEAD = Camera((0.0, -4.0, 1.5), (0.0, 0.0, 1.0), 60.0, 160, 90)
DOWN = Camera((0.0, -0.01, 4.0), (0.0, 0.0, 0.0), 40.0, 32, 18)
WHITE_FLOOR = plane(-9, -9, 9, 9, colour=(1.0, 1.0, 1.0))
BLACK = (0.0, 0.0, 0.0)


def dark(meshes: tuple[Mesh, ...], camera: Camera = AHEAD, **lights: Any) -> Scene:
    scene = Scene(meshes, camera, (), (), sky=BLACK, ground=BLACK, ambient=0.0)
    return replace(scene, **lights)


def furnished() -> Scene:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:32, :32], stripes[:32, 32:] = (40, 40, 220), (60, 200, 60)
    stripes[32:, :32], stripes[32:, 32:] = (220, 80, 40), (40, 200, 220)
    return Scene(
        meshes=(
            painted(plane(-6, -6, 6, 6), (0.5, 0.55, 0.6)),
            painted(box((0.0, 3.0, 1.5), (8.0, 0.2, 3.0)), (0.7, 0.75, 0.7)),
            poster(
                [(-2.5, 2.8, 0.4), (-0.5, 2.8, 0.4), (-0.5, 2.8, 2.2), (-2.5, 2.8, 2.2)], stripes
            ),
            painted(box((1.5, 1.5, 0.5), (0.8, 0.8, 1.0)), (1.0, 1.0, 1.0), stripes, repeat_m=0.5),
            sphere((0.3, 0.5, 0.4), 0.4, (0.3, 0.4, 0.8), 24),
        ),
        camera=AHEAD,
        suns=(Sun((0.36, 0.48, -0.8), (0.5, 0.55, 0.6)),),
        lamps=(Lamp((1.0, 0.0, 2.8), (1.5, 1.7, 2.0)),),
        sky=(0.9, 0.75, 0.6),
        ground=(0.4, 0.4, 0.4),
        ambient=0.5,
    )


@pytest.mark.parametrize(
    "camera",
    [
        Camera((0.0, -4.0, 1.6), (0.0, 0.0, 1.2), 55.0, 320, 180),
        Camera((3.0, -5.0, 3.4), (-0.5, 1.0, 0.4), 80.0, 320, 180),
        Camera((-2.0, 4.0, 1.2), (0.3, 0.0, 1.5), 40.0, 120, 200),
    ],
    ids=["ahead", "from above, wide", "upright, from behind"],
)
def test_camera_sees_points_where_it_projects_them(camera: Camera) -> None:
    points = np.float32([(0, 0, 1.2), (-0.8, 0.4, 1.8), (0.9, 0.6, 0.7), (0.5, -0.5, 1.7)])
    for point in points:
        x, y, _ = camera.project(point[None])[0]
        assert 4 < x < camera.width - 4
        assert 4 < y < camera.height - 4
        ball = replace(sphere(tuple(point), 0.03, (1.0, 1.0, 1.0)), emission=0.5)
        light = render_cycles(dark((ball,), camera)).mean(2)
        rows, columns = np.indices(light.shape) + 0.5
        found = (light * columns).sum() / light.sum(), (light * rows).sum() / light.sum()
        assert found == pytest.approx((x, y), abs=0.25)


@pytest.mark.parametrize(
    ("light", "expected"),
    [
        ({"suns": (Sun((0.0, 0.0, -1.0), (0.2, 0.4, 0.8)),)}, (0.2, 0.4, 0.8)),
        ({"suns": (Sun((0.0, 0.6, -0.8), (0.2, 0.4, 0.8)),)}, (0.16, 0.32, 0.64)),
        ({"lamps": (Lamp((0.0, 0.0, 1.0), (0.2, 0.4, 0.8)),)}, (0.2, 0.4, 0.8)),
        ({"lamps": (Lamp((0.0, 0.0, 2.0), (0.8, 1.6, 3.2)),)}, (0.2, 0.4, 0.8)),
        ({"sky": (1.0, 0.5, 0.5), "ambient": 0.5}, (0.5, 0.107, 0.107)),
    ],
    ids=["sun overhead", "slanting sun", "lamp at 1 m", "lamp at 2 m", "sky"],
)
def test_white_floor_is_as_bright_as_the_light_says(
    light: dict[str, Any], expected: tuple[float, float, float]
) -> None:
    image = render_cycles(dark((WHITE_FLOOR,), DOWN, **light))
    wanted = tone_map(np.float32(expected).reshape(1, 1, 3))[0, 0]
    np.testing.assert_allclose(image[8:10, 15:17].mean((0, 1)), wanted, atol=4)


def test_glowing_surface_shows_its_colour_and_throws_no_light() -> None:
    panel = replace(
        quad([(-1, 0, 0.5), (1, 0, 0.5), (1, 0, 1.5), (-1, 0, 1.5)], (0.2, 0.5, 0.5)), emission=1.0
    )
    image = render_cycles(dark((WHITE_FLOOR, panel)))
    np.testing.assert_allclose(image[45, 80], (51, 128, 128), atol=3)
    assert image[-5:].max() <= 2


def test_only_the_first_sun_casts_shadows() -> None:
    roof = plane(-1, -1, 1, 1, z=1.0)
    slanting = Sun((0.6, 0.0, -0.8), (0.5, 0.5, 0.5))
    weak = Sun((0.0, 0.0, -1.0), (0.2, 0.2, 0.2))
    camera = Camera((2.2, -5.0, 0.8), (0.75, 0.0, 0.0), 30.0, 64, 36)
    for suns, wanted in [((slanting, weak), 0.2), ((weak, slanting), 0.4)]:
        image = render_cycles(dark((WHITE_FLOOR, roof), camera, suns=suns))
        grey = tone_map(np.full((1, 1, 3), wanted, np.float32))[0, 0]
        np.testing.assert_allclose(image[18, 32], grey, atol=12)


@pytest.mark.parametrize(
    "faults",
    [
        lambda floor: (floor, replace(floor)),
        lambda floor: (replace(floor, faces=floor.faces[:, ::-1].copy()),),
    ],
    ids=["two in the same place", "wound against its normals"],
)
def test_surface_with_common_faults_is_lit(faults: Callable[[Mesh], tuple[Mesh, ...]]) -> None:
    light = {"suns": (Sun((0.0, 0.0, -1.0), (0.3,) * 3),), "sky": (0.5,) * 3, "ambient": 0.5}
    image = render_cycles(dark(faults(WHITE_FLOOR), DOWN, **light))
    np.testing.assert_allclose(image, render_cycles(dark((WHITE_FLOOR,), DOWN, **light)), atol=3)


def test_frame_looks_like_that_of_the_rasteriser() -> None:
    scene = furnished()
    traced, fast = (
        cv2.GaussianBlur(image, (0, 0), 2).astype(int)
        for image in (render_cycles(scene), rasterise(scene).image)
    )
    difference = np.abs(traced - fast).max(2)
    assert np.median(difference) < 10
    assert np.percentile(difference, 90) < 40
    for column, row in [(32, 24), (60, 24), (32, 48), (60, 48)]:
        assert difference[row, column] < 20, f"poster at {column}, {row}"


def test_frame_depends_on_scene_and_seed_only(capfd: pytest.CaptureFixture[str]) -> None:
    scene = furnished()
    first = render_cycles(scene, samples=2)
    render_cycles(dark((WHITE_FLOOR,), DOWN), samples=1)
    np.testing.assert_array_equal(render_cycles(scene, samples=2), first)
    assert (render_cycles(scene, samples=2, seed=1) != first).any()
    assert capfd.readouterr() == ("", "")


def test_frame_leaves_neither_data_nor_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kinds = ("scenes", "objects", "meshes", "materials", "lights", "cameras", "worlds")
    render_cycles(furnished(), samples=1)
    before = {kind: len(getattr(bpy.data, kind)) for kind in (*kinds, "images")}
    render_cycles(furnished(), samples=1)
    assert {kind: len(getattr(bpy.data, kind)) for kind in before} == before
    assert list(tmp_path.iterdir()) == []

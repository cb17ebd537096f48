from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.rendering.scene import Mesh
from model_assets.training.sites import surfaces
from model_assets.training.sites.construction import Construction, Material
from model_assets.training.sites.interior import Wall
from model_assets.training.sites.vehicles import SHAPES, car

TILE = np.full((4, 4, 3), 200, np.uint8)


def _facing(mesh: Mesh) -> np.ndarray:
    corners = mesh.vertices[mesh.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return (normals * mesh.normals[mesh.faces].mean(1)).sum(1)


def test_box_faces_outwards_and_covers_its_surface() -> None:
    place = Construction()
    place.box(Material(TILE, (0.5, 0.5)), (1, 2, 3), (2, 4, 6))
    (mesh,) = place.meshes()
    middle = mesh.vertices[mesh.faces].mean(1) - (1.5, 3, 4.5)
    assert (_facing(mesh) > 0).all()
    assert ((middle * mesh.normals[mesh.faces[:, 0]]).sum(1) > 0).all()
    corners = mesh.vertices[mesh.faces]
    sides = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert np.linalg.norm(sides, axis=1).sum() / 2 == pytest.approx(2 * (2 + 3 + 6))
    assert np.ptp(mesh.uv[:, 0]) >= 2


def test_panel_shows_its_texture_upright_to_who_sees_right_as_right() -> None:
    place = Construction()
    place.panel(Material(TILE), (0, 0, 2), (3, 0, 0), (0, 0, -2), fit=True)
    (mesh,) = place.meshes()
    np.testing.assert_allclose(mesh.normals, np.repeat([[0, -1, 0]], 4, 0))
    assert (_facing(mesh) > 0).all()
    np.testing.assert_allclose(mesh.uv[:, 0], mesh.vertices[:, 0] / 3)
    np.testing.assert_allclose(mesh.uv[:, 1], 1 - mesh.vertices[:, 2] / 2)


def test_panel_is_darker_only_at_the_edges_named() -> None:
    place = Construction()
    place.panel(Material(), (0, 0, 2), (3, 0, 0), (0, 0, -2), edges=(0.5, 0, 0, 0))
    (mesh,) = place.meshes()
    left = mesh.vertices[:, 0] < 1e-4
    np.testing.assert_allclose(mesh.colours[left], 0.5)
    np.testing.assert_allclose(mesh.colours[~left], 1)


def test_parts_of_one_material_become_one_mesh_and_are_turned_as_joined() -> None:
    material, piece, place = Material(TILE), Construction(), Construction()
    piece.box(material, (0, 0, 0), (2, 1, 1))
    place.join(piece, (5, 5, 0), np.pi / 2)
    place.box(material, (0, 0, 0), (1, 1, 1))
    place.box(Material(TILE), (0, 0, 0), (1, 1, 1))
    first, second = place.meshes()
    assert len(first.faces) == 24
    assert len(second.faces) == 12
    turned = first.vertices[:24]
    np.testing.assert_allclose(turned.min(0), (4, 5, 0), atol=1e-5)
    np.testing.assert_allclose(turned.max(0), (5, 7, 1), atol=1e-5)


def test_wall_has_its_left_end_at_the_left_of_who_stands_inside() -> None:
    wall = Wall((0, 4), (3, 4), 2.5)
    assert wall.length == 3
    np.testing.assert_allclose(wall.inward, (0, -1, 0), atol=1e-9)
    np.testing.assert_allclose(wall.point(1, 2, 0.5), (1, 3.5, 2))


@pytest.mark.parametrize("seed", range(6))
def test_car_is_closed_stands_on_its_wheels_and_points_ahead(seed: int) -> None:
    place = Construction()
    length, height = car(place, np.random.default_rng(seed), 3, 4, np.pi / 2)
    points = np.concatenate([mesh.vertices for mesh in place.meshes()])
    assert points[:, 2].min() == pytest.approx(0, abs=0.03)
    assert points[:, 2].max() == pytest.approx(height, abs=0.06)
    assert np.ptp(points[:, 1]) == pytest.approx(length, abs=0.1)
    assert 1.6 < np.ptp(points[:, 0]) < 2.1
    assert length in {shape.length for shape in SHAPES}
    body = place.meshes()[0]
    middle = body.vertices[body.faces].mean(1) - (3, 4, 0.7)
    corners = body.vertices[body.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert ((middle * normals).sum(1) > 0).mean() > 0.9


BROWN, GREY = (60.0, 90.0, 140.0), (150.0, 150.0, 150.0)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: surfaces.plaster(rng, GREY),
        lambda rng: surfaces.concrete(rng, 0.6),
        lambda rng: surfaces.asphalt(rng, 0.4),
        lambda rng: surfaces.carpet(rng, GREY, False),
        lambda rng: surfaces.grass(rng),
    ],
    ids=["plaster", "concrete", "asphalt", "carpet", "grass"],
)
def test_texture_repeats_without_a_seam(draw) -> None:
    image = draw(np.random.default_rng(1)).astype(np.float32)
    assert image.shape == (surfaces.SIZE, surfaces.SIZE, 3)
    for axis in (0, 1):
        steps = np.abs(np.diff(image, axis=axis)).mean()
        seam = np.abs(image.take(0, axis) - image.take(-1, axis)).mean()
        assert seam < 1.5 * steps + 1


def test_dado_and_boards_are_painted_as_asked() -> None:
    rng = np.random.default_rng(2)
    wall = surfaces.dado(rng, GREY, BROWN, 0.4).astype(float)
    np.testing.assert_allclose(wall[:80].mean((0, 1)), GREY, atol=12)
    np.testing.assert_allclose(wall[-80:].mean((0, 1)), BROWN, atol=12)

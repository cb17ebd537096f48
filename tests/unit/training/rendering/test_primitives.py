from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.rendering.primitives import (
    box,
    cylinder,
    joined,
    placed,
    plane,
    poster,
    quad,
    sphere,
)
from model_assets.training.rendering.scene import Mesh

SOLIDS = {
    "box": box((0.4, -0.2, 1.0), (1.0, 2.0, 3.0), turn=0.3),
    "cylinder": cylinder((0.0, 1.0, 0.5), 0.3, 2.0, segments=24),
    "cone": cylinder((0.0, 1.0, 0.5), 0.5, 2.0, segments=24, top_radius=0.0),
    "sphere": sphere((1.0, 2.0, 3.0), (0.5, 1.0, 0.7), segments=24),
}


def _crossed(mesh: Mesh) -> np.ndarray:
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(float) for k in range(3))
    return np.cross(b - a, c - a)


@pytest.mark.parametrize("mesh", SOLIDS.values(), ids=SOLIDS)
def test_faces_and_normals_point_outwards(mesh: Mesh) -> None:
    crossed = _crossed(mesh)
    mean = mesh.normals[mesh.faces].mean(1)
    area = np.linalg.norm(crossed, axis=1)
    cosine = (crossed * mean).sum(1) / np.maximum(area * np.linalg.norm(mean, axis=1), 1e-9)
    assert cosine[area > 1e-9].min() > 0.9
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "volume"),
    [
        ("box", 6.0),
        ("cylinder", np.pi * 0.09 * 2),
        ("cone", np.pi * 0.25 * 2 / 3),
        ("sphere", 4 / 3 * np.pi * 0.35),
    ],
)
def test_solids_are_closed_and_of_the_right_size(name: str, volume: float) -> None:
    mesh = SOLIDS[name]
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(float) for k in range(3))
    assert (a * np.cross(b, c)).sum() / 6 == pytest.approx(volume, rel=0.05)


def test_texture_coordinates_are_metres() -> None:
    mesh = plane(1.0, 2.0, 4.0, 7.0, z=0.5)
    assert mesh.uv is not None
    np.testing.assert_allclose(np.ptp(mesh.uv, axis=0), [3.0, 5.0])
    np.testing.assert_allclose(mesh.normals, [[0, 0, 1]] * 4)


def test_a_poster_stands_upright() -> None:
    texture = np.zeros((4, 4, 3), np.uint8)
    mesh = poster([(0, 0, 0), (1, 0, 0), (1, 0, 2), (0, 0, 2)], texture)
    assert mesh.uv is not None
    np.testing.assert_allclose(mesh.uv[np.argmax(mesh.vertices[:, 2])], [1, 0])
    np.testing.assert_allclose(mesh.normals[0], [0, -1, 0], atol=1e-6)


def test_joined_meshes_keep_their_faces() -> None:
    one = quad([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)])
    both = joined([one, placed(one, (5.0, 0.0, 0.0))])
    assert both.faces.dtype == np.int32
    assert both.vertices[both.faces[2:]].reshape(-1, 3)[:, 0].min() == 5.0

from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.people.loft import (
    AHEAD,
    DOWN,
    Nodes,
    Ring,
    joined,
    loft,
    shared,
)
from model_assets.training.people.skinning import skin, smooth_normals

COLOUR = (0.2, 0.3, 0.4)


def _tube(axes=DOWN, ends=(True, True)):
    away = -axes[:, 2]
    rings = [
        Ring(tuple(away * d), 0.1, 0.12, 0.14, node, 2.0) for node, d in enumerate((0, 0.5, 1))
    ]
    return loft(rings, 12, COLOUR, axes, ends=ends)


@pytest.mark.parametrize("axes", [DOWN, AHEAD])
def test_a_closed_loft_encloses_its_volume(axes):
    patch = _tube(axes)
    a, b, c = (patch.vertices[patch.faces[:, k]].astype(float) for k in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    # Positive: the faces look outwards. A polygon of 12 corners has 0.955 of the ellipse's area.
    assert volume == pytest.approx(np.pi * 0.1 * 0.13 * 0.955, rel=0.01)


def test_the_texture_runs_rightwards_and_downwards_seen_from_the_front():
    patch = _tube(ends=(False, False))
    front = patch.vertices[:, 1] < -0.01
    x, z = patch.vertices[front, 0], patch.vertices[front, 2]
    u, v = patch.uv[front].T
    assert np.corrcoef(x, u)[0, 1] > 0.95
    assert np.corrcoef(z, v)[0, 1] < -0.99


def test_normals_agree_along_the_seam_and_point_outwards():
    patch = _tube(ends=(False, False))
    normals = smooth_normals(patch.vertices, patch.faces, patch.twins)
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(normals[0], normals[12])
    assert np.einsum("ij,ij->i", normals[:, :2], patch.vertices[:, :2]).min() > 0


def test_relief_moves_vertices_outwards():
    rings = [Ring((0, 0, -d), 0.1, 0.1, 0.1, 0, 2.0) for d in (0.0, 1.0)]
    patch = loft(rings, 8, COLOUR, relief=np.full((2, 9), 0.02, np.float32))
    assert np.hypot(*patch.vertices[:, :2].T) == pytest.approx(0.12, abs=1e-6)


def test_skin_blends_the_transforms_of_the_nodes():
    patch = _tube(ends=(False, False))
    share = np.full(len(patch.vertices), 0.25)
    shared(patch, [(share, np.full(len(share), 2))])
    frames = np.zeros((3, 3, 4), np.float32)
    frames[:, :, :3] = np.eye(3)
    frames[2, :, 3] = (4, 0, 0)
    moved = skin(patch.vertices, patch.nodes, patch.weights, frames)
    expected = np.where(patch.nodes[:, 0] == 2, 4.0, 1.0)
    assert moved[:, 0] - patch.vertices[:, 0] == pytest.approx(expected, abs=1e-5)


def test_joined_patches_keep_their_faces_and_twins():
    first, second = _tube(), _tube(AHEAD)
    both = joined([first, second])
    start = len(first.vertices)
    assert np.array_equal(both.faces[len(first.faces) :] - start, second.faces)
    assert np.array_equal(both.twins[start:] - start, second.twins)


def test_nodes_are_counted_and_their_fraction_is_limited():
    nodes = Nodes()
    assert [nodes.add(0, 1, -0.5), nodes.add(1, 2, 1.5)] == [0, 1]
    assert nodes.fraction == [0.0, 1.0]

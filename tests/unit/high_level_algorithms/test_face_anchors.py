from __future__ import annotations

import numpy as np
from high_level_algorithms.face_anchors import decode, encode, face_anchors


def test_there_are_as_many_anchors_as_the_networks_give_values_for() -> None:
    anchors = face_anchors()
    assert anchors.shape == (5972, 4)
    assert anchors.dtype == np.float32


def test_a_smaller_picture_has_fewer_anchors_of_the_same_size_in_pixels() -> None:
    small, whole = face_anchors(164), face_anchors()
    assert len(small) == 4 * (21**2 + 11**2 + 6**2 + 3**2 + 2**2)
    assert np.allclose(small[0, 2:] * 164, whole[0, 2:] * 260)
    assert np.allclose(small[-1, 2:] * 164, whole[-1, 2:] * 260)


def test_the_anchors_of_a_cell_come_one_after_the_other_in_reading_order() -> None:
    anchors = face_anchors()
    cells = 33
    first, right, below = anchors[0], anchors[4], anchors[4 * cells]
    assert np.allclose(first[:2], 0.5 / cells)
    assert np.allclose(right[:2] - first[:2], (1 / cells, 0))
    assert np.allclose(below[:2] - first[:2], (0, 1 / cells))
    # Two squares, then two boxes as large as the first square, higher than wide.
    assert np.allclose(anchors[:2, 2:], [[0.04, 0.04], [0.056, 0.056]])
    assert np.allclose(anchors[2:4, 2] / anchors[2:4, 3], (0.62, 0.42), atol=1e-6)
    assert np.allclose(anchors[2:4, 2] * anchors[2:4, 3], 0.04**2)


def test_no_offset_means_the_anchor_itself_and_the_way_back_is_the_way_there() -> None:
    anchors = face_anchors()[::97]
    plain = decode(np.zeros_like(anchors), anchors)
    assert np.allclose((plain[:, :2] + plain[:, 2:]) / 2, anchors[:, :2], atol=1e-6)
    assert np.allclose(plain[:, 2:] - plain[:, :2], anchors[:, 2:], atol=1e-6)
    offsets = np.random.default_rng(1).normal(0, 2, anchors.shape).astype(np.float32)
    assert np.allclose(encode(decode(offsets, anchors), anchors), offsets, atol=1e-3)


def test_absurd_offsets_give_finite_boxes() -> None:
    anchors = face_anchors()[:3]
    assert np.isfinite(decode(np.full((3, 4), 1e6, np.float32), anchors)).all()

from __future__ import annotations

import numpy as np
import pytest

from model_assets.training.people.rotations import (
    IDENTITY,
    between,
    from_matrix,
    matrices,
    product,
    turn,
)


@pytest.mark.parametrize(
    ("angles", "start", "end"),
    [
        ({"x": 90}, (0, 0, -1), (0, 1, 0)),
        ({"y": 90}, (0, 0, 1), (1, 0, 0)),
        ({"z": 90}, (0, -1, 0), (1, 0, 0)),
        ({"x": 90, "z": 90}, (0, -1, 0), (1, 0, 0)),
        ({"x": 90, "y": 90}, (0, 1, 0), (1, 0, 0)),
    ],
)
def test_turn_follows_the_right_hand_rule(angles, start, end):
    assert matrices(turn(**angles)) @ start == pytest.approx(end, abs=1e-9)


def test_product_applies_the_second_first():
    first, second = turn(x=30), turn(y=50, z=10)
    expected = matrices(first) @ matrices(second)
    assert matrices(product(first, second)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "angles", [(0, 0, 0), (180, 0, 0), (0, 180, 0), (10, 20, 170), (5, -90, 3)]
)
def test_from_matrix_undoes_matrices(angles):
    matrix = matrices(turn(*angles))
    assert matrices(from_matrix(matrix)) == pytest.approx(matrix, abs=1e-9)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
def test_between_takes_the_shorter_way(sign, fraction):
    start, end = IDENTITY[None], sign * turn(x=120)[None]
    blended = between(start, end, np.array([fraction]))[0]
    assert matrices(blended) == pytest.approx(matrices(turn(x=120 * fraction)), abs=1e-9)

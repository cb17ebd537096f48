from __future__ import annotations

import numpy as np
import pytest
from high_level_algorithms.types import FaceSeen

from model_assets.training.mask_dataset import MASKED, NOBODY, UNCLEAR, UNMASKED
from model_assets.training.mask_scores import MaskScore, overlap, score_picture

FACES = np.array(
    [(10, 10, 40, 50), (100, 10, 130, 50), (200, 10, 230, 50), (0, 0, 0, 0)], np.float32
)
KINDS = np.array([MASKED, UNMASKED, UNCLEAR, NOBODY], np.uint8)


def seen(index: int, masked: bool, shift: float = 3) -> FaceSeen:
    x0, y0, x1, y1 = (float(value) for value in FACES[index])
    return FaceSeen((x0 + shift, y0, x1 + shift, y1), masked, 0.9)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], MaskScore(masked=1, bare=1)),
        (
            [seen(0, True), seen(1, False)],
            MaskScore(1, 1, 1, 1, 1, 1, 0),
        ),
        ([seen(0, False), seen(1, True)], MaskScore(1, 0, 1, 1, 0, 1, 0)),
        ([seen(0, True), seen(0, True, 5)], MaskScore(1, 1, 1, 1, 0, 0, 1)),  # found twice
        ([seen(2, True)], MaskScore(masked=1, bare=1)),  # unclear: neither right nor invented
        ([seen(0, True, 25)], MaskScore(masked=1, bare=1, invented=1)),  # beside it
    ],
)
def test_findings_are_counted(found: list[FaceSeen], expected: MaskScore) -> None:
    assert score_picture(found, FACES, KINDS, 20) == expected


def test_small_faces_are_neither_sought_nor_invented() -> None:
    assert score_picture([seen(0, True)], FACES, KINDS, 60) == MaskScore()


def test_rates() -> None:
    total = MaskScore(10, 8, 9, 10, 4, 5, 3) + MaskScore()
    assert total.found == 14 / 20
    assert total.accuracy == pytest.approx((8 / 9 + 4 / 5) / 2)
    assert total.invented_per_face == 3 / 20
    assert MaskScore().found == MaskScore().accuracy == 0


def test_overlap_of_boxes() -> None:
    assert overlap((0, 0, 2, 2), np.array([1, 0, 3, 2])) == pytest.approx(1 / 3)
    assert overlap((0, 0, 1, 1), np.array([2, 2, 3, 3])) == 0

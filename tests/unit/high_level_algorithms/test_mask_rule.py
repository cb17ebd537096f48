from __future__ import annotations

import pytest
from high_level_algorithms.mask_rule import judge
from high_level_algorithms.types import FaceSeen, MaskState


def faces(masked: int, unmasked: int) -> list[FaceSeen]:
    box = (0.0, 0.0, 1.0, 1.0)
    return [FaceSeen(box, number < masked, 0.9) for number in range(masked + unmasked)]


@pytest.mark.parametrize(
    ("masked", "unmasked", "share", "state"),
    [
        (0, 0, None, MaskState.NOBODY_SEEN),
        (5, 0, 0.0, MaskState.SAFE),
        (1, 0, 0.0, MaskState.SAFE),
        (0, 1, 1.0, MaskState.WARNING),
        (0, 2, 1.0, MaskState.WARNING),
        (40, 1, 1 / 41, MaskState.WARNING),
        (0, 3, 1.0, MaskState.DANGER),
        (27, 3, 0.1, MaskState.DANGER),  # a tenth exactly
        (28, 3, 3 / 31, MaskState.WARNING),
        (90, 10, 0.1, MaskState.DANGER),
    ],
)
def test_the_rule_of_the_paper(
    masked: int, unmasked: int, share: float | None, state: MaskState
) -> None:
    verdict = judge(faces(masked, unmasked))
    assert (verdict.masked, verdict.unmasked, verdict.state) == (masked, unmasked, state)
    assert verdict.share_unmasked == pytest.approx(share) if share else not verdict.share_unmasked
    assert (verdict.share_unmasked is None) == (masked + unmasked == 0)

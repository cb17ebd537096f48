"""The rule of paper B: how well the people of a frame keep to wearing masks.

Risco, Moltó, Naranjo and Blanquer, "Serverless Workflows for Containerised Applications in the
Cloud Continuum" (J Grid Comput 2021), section 4. There a frame without people is 0/0 and counts as
safe; here it says that nobody was seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from high_level_algorithms.types import FaceSeen, MaskState, MaskVerdict

# Danger is a tenth of the people without a mask, if they are three or more. In whole numbers: a
# tenth of ten is one.
_PEOPLE_PER_UNMASKED, _LEAST_UNMASKED = 10, 3


def judge(faces: Sequence[FaceSeen]) -> MaskVerdict:
    """Count the faces of a frame and return the verdict."""
    masked = sum(face.masked for face in faces)
    unmasked = len(faces) - masked
    return MaskVerdict(masked, unmasked, _state(masked, unmasked))


def _state(masked: int, unmasked: int) -> MaskState:
    people = masked + unmasked
    if not people:
        return MaskState.NOBODY_SEEN
    if unmasked >= _LEAST_UNMASKED and _PEOPLE_PER_UNMASKED * unmasked >= people:
        return MaskState.DANGER
    return MaskState.WARNING if unmasked else MaskState.SAFE

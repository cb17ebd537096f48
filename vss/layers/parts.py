"""The parts of the deployed code: three layers and the function, with their budgets."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

TOTAL_BYTES = 180_000_000
"""Budget of all parts and networks together, unzipped; Lambda's limit is 262,144,000."""


class Part(StrEnum):
    """A part, by the name of its folder."""

    DEEP_LEARNING = "deep_learning"
    HIGH_LEVEL_ALGORITHMS = "high_level_algorithms"
    BUSINESS_LOGIC = "business_logic"
    FUNCTION = "function"


BUDGETS: Mapping[Part, int] = {
    Part.DEEP_LEARNING: 155_000_000,
    Part.HIGH_LEVEL_ALGORITHMS: 500_000,
    Part.BUSINESS_LOGIC: 13_000_000,
    Part.FUNCTION: 500_000,
}
"""Most bytes of each part, unzipped, without the networks."""

"""What is measured: paper A's memories and batch sizes, ways to ship and to initialise."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

MEMORIES_MB = (704, 1024, 1536, 2048, 3008)
"""The paper's; it does not name the second one, which its figures suggest."""
BATCH_SIZES = (1, 5, 10)
IMAGES = 10_000
SEED = 2021


class Way(StrEnum):
    """How the function is shipped and initialised."""

    OURS = "global"
    """Our layers; all is initialised before the first event."""
    LOCAL = "local"
    """Our layers; all is initialised inside each invocation."""
    NAIVE = "naive"
    """Whole stock wheels, compiled at each start; all is initialised inside each invocation."""


VARIABLES: Mapping[Way, Mapping[str, str]] = MappingProxyType(
    {
        Way.OURS: {"VSS_SCOPE": "global"},
        Way.LOCAL: {"VSS_SCOPE": "local"},
        Way.NAIVE: {"VSS_SCOPE": "local"},
    }
)
WARM_INVOCATIONS: Mapping[Way, Mapping[int, int]] = MappingProxyType(
    {Way.OURS: {1: 10, 5: 10, 10: 10}, Way.LOCAL: {1: 3}, Way.NAIVE: {1: 3, 5: 3, 10: 3}}
)
"""After the cold invocation: how many of each batch size."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One environment to start and to invoke.

    Attributes:
        way: how it is shipped and initialised.
        memory_mb: of the function.
        round: which of the repetitions this is, from 0.
    """

    way: Way
    memory_mb: int
    round: int

    @property
    def key(self) -> str:
        """Its name in the file of measurements."""
        return f"{self.way}/{self.memory_mb}/{self.round}"


def cells(rounds: int) -> list[Cell]:
    """Return all cells: round by round, shuffled, so that the machine's moods hit all alike."""
    order = random.Random(SEED)  # noqa: S311 - an order, no secret
    found: list[Cell] = []
    for number in range(rounds):
        of_round = [Cell(way, memory, number) for way in Way for memory in MEMORIES_MB]
        order.shuffle(of_round)
        found += of_round
    return found

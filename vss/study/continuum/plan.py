"""What is measured and simulated: the paper's memories, scenarios and numbers of videos."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from vss.local.data_plane.cgroup import MB_PER_VCPU

SEED = 2021
MEMORIES_MB = (256, 512, 768, 1024, 1536, 2048, 2 * MB_PER_VCPU)
"""The paper's, but that it ends with 4,096 MB: a machine of two cores has no more than this."""
INVOCATIONS = 30
"""At each memory, the first of them cold."""
COLD_STARTS = 5
"""Beside that of the tuning, at the paper's memory."""

CONCURRENCY = 2
"""On this machine: jobs at a time at the edge, and environments of the function in the cloud."""

VIDEOS = tuple(range(1, 11))
"""In parallel, simulated."""
MEASURED_VIDEOS = (2, 5)
"""In parallel, on this machine; beside the runs of one."""
SIMULATED_RUNS = 200
NODE_START_S = 300.0
"""Assumed: the paper does not say how long a further node takes; longer than its 37 images do."""
LINK_MBIT_S, PUT_S = 50.0, 0.04
"""Assumed: an uplink to Amazon S3, and what a PUT takes beside its bytes (docs/performance.md)."""


class Scenario(StrEnum):
    """Where the stages run."""

    LOCAL = "on premises"
    """Both as jobs of the cluster."""
    HYBRID = "edge + cloud"
    """Masks are detected by the function in AWS Lambda."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One run of the workflow on this machine.

    Attributes:
        scenario: where the stages run.
        videos: that arrive at once.
        round: which of the repetitions this is, from 0.
    """

    scenario: Scenario
    videos: int
    round: int

    @property
    def key(self) -> str:
        """Its name in the file of measurements."""
        return f"run/{self.scenario}/{self.videos}/{self.round}"


def cells(rounds: int, several: tuple[int, ...] = MEASURED_VIDEOS) -> list[Cell]:
    """Return all runs: round by round, shuffled, so that the machine's moods hit all alike."""
    order = random.Random(SEED)  # noqa: S311 - an order, no secret
    found: list[Cell] = []
    for number in range(rounds):
        of_round = [Cell(scenario, 1, number) for scenario in Scenario]
        order.shuffle(of_round)
        found += of_round
    return found + [Cell(scenario, videos, 0) for videos in several for scenario in Scenario]


def link_upload_s(image_bytes: int) -> float:
    """Return how long an image takes over the assumed uplink."""
    return PUT_S + image_bytes * 8 / (LINK_MBIT_S * 1e6)

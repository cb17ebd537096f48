"""What follows from the measurements: averages, simulated runs, costs."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean, median

from vss.study.continuum import paper
from vss.study.continuum.measurements import Measurements, RunTimes
from vss.study.continuum.plan import (
    CONCURRENCY,
    MEMORIES_MB,
    NODE_START_S,
    SEED,
    SIMULATED_RUNS,
    VIDEOS,
    Scenario,
    link_upload_s,
)
from vss.study.continuum.testbed import (
    THE_PAPERS,
    Cluster,
    Parts,
    StageTimes,
    edge_and_cloud,
    on_premises,
)
from vss.study.cost_model import price
from vss.study.tuning.power_stats import Invocation, PowerStats
from vss.study.tuning.tuner import Tuning, conclude
from vss.study.tuning.tuning_input import TuningInput

_HERE = Cluster(slots=CONCURRENCY, nodes=1, start_s=NODE_START_S)
"""This machine as a cluster."""


class Way(StrEnum):
    """What is simulated on the paper's testbed."""

    LOCAL = "on premises"
    PAPER_LINK = "edge + cloud, the paper's uplink"
    FAST_LINK = "edge + cloud, 50 Mbit/s"


@dataclass(frozen=True, slots=True)
class ImageCost:
    """An invocation of the mask function with one image, at the paper's memory.

    Attributes:
        billed_ms: duration and, where it is cold, initialisation.
        paper_usd: by the paper's rule.
        current_usd: by today's billing.
    """

    billed_ms: float
    paper_usd: float
    current_usd: float

    @classmethod
    def of(cls, invocations: Sequence[Invocation]) -> ImageCost:
        """Return the averages of at least one invocation, each billed by itself."""

        def usd(mode: str) -> float:
            memory_mb = paper.MEMORY_MB
            prices = (
                price(one.duration_ms, memory_mb, mode=mode, init_ms=one.init_ms or 0.0)
                for one in invocations
            )
            return mean(float(one) for one in prices)

        return cls(mean(one.billed_ms for one in invocations), usd("paper-b"), usd("current"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What figures are drawn of and findings are held against.

    Attributes:
        tuning: of the mask function, by memory.
        warm: cost of an image, warm.
        cold: likewise, cold.
        measured: runs with one video, in their order.
        parallel: totals by the number of videos, s; of one video the median.
        here: what the simulation says of them on premises, with this machine's slots, s.
        simulated: runs with one video on the paper's testbed.
        first: likewise, but no environment of the function is there yet.
        over_videos: medians by the number of videos.
        papers: the paper's own parts in the same simulation, by the number of videos.
        uploads_s: of an image, by way.
        parts: that runs are simulated of.
        cores: of this machine, as in ``2 cores``.
    """

    tuning: Tuning
    warm: ImageCost
    cold: ImageCost
    measured: Mapping[Scenario, Sequence[RunTimes]]
    parallel: Mapping[Scenario, Mapping[int, float]]
    here: Mapping[int, float]
    simulated: Mapping[Way, Sequence[StageTimes]]
    first: Mapping[Way, Sequence[StageTimes]]
    over_videos: Mapping[Way, Sequence[StageTimes]]
    papers: Mapping[Scenario, Sequence[StageTimes]]
    uploads_s: Mapping[Way, float]
    parts: Parts
    cores: str

    def stats(self, memory_mb: int) -> PowerStats | None:
        """Return the averages at a memory; None where the function failed with it."""
        return next((one for one in self.tuning.stats if one.power == memory_mb), None)


def evidence_of(measurements: Measurements, several: Sequence[int]) -> Evidence:
    """Return what follows from complete measurements.

    Args:
        measurements: of runs with one video and with each of these numbers.
        several: the numbers.

    Raises:
        TuningError: the function failed at every memory.
    """
    measured = {scenario: measurements.runs(scenario) for scenario in Scenario}
    warm, cold = _invocations(measurements)
    parts = _parts(measured, warm, cold)
    size = round(mean(run.image_bytes for run in measured[Scenario.HYBRID]))
    uploads_s = {Way.PAPER_LINK: paper.UPLOAD_S, Way.FAST_LINK: link_upload_s(size)}
    simulation = _Simulation(parts, uploads_s)
    numbers = [1, *several]
    return Evidence(
        tuning=_tuning(measurements),
        warm=ImageCost.of(warm),
        cold=ImageCost.of(cold),
        measured=measured,
        parallel={
            scenario: {
                videos: median(run.total_s for run in measurements.runs(scenario, videos))
                for videos in numbers
            }
            for scenario in Scenario
        },
        here={
            videos: median(simulation.here(videos).total_s for _ in range(SIMULATED_RUNS))
            for videos in numbers
        },
        simulated={way: [simulation.run(way, 1) for _ in range(SIMULATED_RUNS)] for way in Way},
        first={
            way: [simulation.run(way, 1, is_first=True) for _ in range(SIMULATED_RUNS)]
            for way in Way
        },
        over_videos={way: [simulation.median(way, videos) for videos in VIDEOS] for way in Way},
        papers=_papers(),
        uploads_s=uploads_s,
        parts=parts,
        cores=" ".join(measurements.subject["machine"].split()[:2]),
    )


def _tuning(measurements: Measurements) -> Tuning:
    fields = {"powerValues": list(MEMORIES_MB), "strategy": "balanced"}
    return conclude(TuningInput.of(fields), measurements.tuning)


def _invocations(
    measurements: Measurements,
) -> tuple[list[Invocation], list[Invocation]]:
    """Return warm and cold invocations at the paper's memory."""
    of_memory = next(one for one in measurements.tuning if one.power == paper.MEMORY_MB)
    warm = [one for one in of_memory.invocations if one.init_ms is None]
    cold = [one for one in of_memory.invocations if one.init_ms is not None]
    return warm, [*cold, *measurements.cold]


def _parts(
    measured: Mapping[Scenario, Sequence[RunTimes]],
    warm: Sequence[Invocation],
    cold: Sequence[Invocation],
) -> Parts:
    local, hybrid = measured[Scenario.LOCAL], measured[Scenario.HYBRID]
    return Parts(
        # The machine has nothing else to do while they run, in either scenario.
        scripts_s=[second for run in (*local, *hybrid) for second in run.scripts_s],
        jobs_s=[second for run in local for second in run.jobs_s],
        cold_s=median(one.billed_ms for one in cold) / 1000,
        warm_s=median(one.billed_ms for one in warm) / 1000,
        images=round(mean(run.images for run in local)),
    )


class _Simulation:
    """Runs on the paper's testbed and on this machine, drawn of parts by one seed."""

    def __init__(self, parts: Parts, uploads_s: Mapping[Way, float]) -> None:
        self._parts = parts
        self._uploads_s = uploads_s
        self._random = random.Random(SEED)  # noqa: S311 - drawn of measurements, no secret

    def run(self, way: Way, videos: int, *, is_first: bool = False) -> StageTimes:
        parts, drawn = self._parts, self._random
        if way is Way.LOCAL:
            return on_premises(videos, parts, Cluster(), drawn)
        upload_s = self._uploads_s[way]
        return edge_and_cloud(videos, parts, Cluster(), upload_s, drawn, is_first=is_first)

    def here(self, videos: int) -> StageTimes:
        return on_premises(videos, self._parts, _HERE, self._random)

    def median(self, way: Way, videos: int) -> StageTimes:
        """Return the run whose total is the median."""
        runs = sorted(
            (self.run(way, videos) for _ in range(SIMULATED_RUNS // 8)), key=lambda run: run.total_s
        )
        return runs[len(runs) // 2]


def _papers() -> dict[Scenario, list[StageTimes]]:
    drawn = random.Random(SEED)  # noqa: S311 - of one value each
    return {
        Scenario.LOCAL: [on_premises(n, THE_PAPERS, Cluster(), drawn) for n in VIDEOS],
        Scenario.HYBRID: [
            edge_and_cloud(n, THE_PAPERS, Cluster(), paper.UPLOAD_S, drawn) for n in VIDEOS
        ],
    }

"""Made-up measurements of the workflow, with which the paper is right, and not."""

from __future__ import annotations

from pathlib import Path

from vss.study.continuum import paper
from vss.study.continuum.measurements import Measurements, RunTimes
from vss.study.continuum.plan import MEMORIES_MB, Cell, Scenario
from vss.study.tuning.power_stats import Invocation, Measured

SUBJECT = {
    "model_set": "demo",
    "mask_set": "demo-masks",
    "video": "0",
    "seed": "1",
    "machine": "a test",
}
SEVERAL = (2,)
_ROUNDS = 3
_PAPER_MS = dict(
    zip(MEMORIES_MB, (7900.0, 4050.0, 2800.0, paper.WARM_MS, 1800.0, 1700.0, 1680.0), strict=True)
)
_PAPER_INIT_MS = paper.COLD_MS - paper.WARM_MS


def measured(path: Path, *, as_in_the_paper: bool) -> Measurements:
    """Return complete measurements of three rounds, and of two videos at once."""
    found = Measurements(path, SUBJECT)
    for scenario in Scenario:
        for number in range(_ROUNDS):
            slower = 1.1 if number == 0 else 1.0
            found.add(Cell(scenario, 1, number), _run(scenario, as_in_the_paper, slower))
        for videos in SEVERAL:
            found.add(Cell(scenario, videos, 0), _run(scenario, as_in_the_paper, 1.5))
    found.add_tuning(tuple(_measured(memory, as_in_the_paper) for memory in MEMORIES_MB))
    cold = Invocation(paper.WARM_MS, round(paper.COLD_MS), _PAPER_INIT_MS)
    found.add_cold((cold if as_in_the_paper else Invocation(2000.0, 2001, 0.5),))
    return found


def _run(scenario: Scenario, as_in_the_paper: bool, slower: float) -> RunTimes:
    local = scenario is Scenario.LOCAL
    if not as_in_the_paper:
        # Faster the first time; jobs that take no time against any sending.
        total = (2.0 if local else 3.0) / slower
        return RunTimes(total / 2, total / 2, total, (1.0,), (0.001,) * 5 * local, 6, 5, 300_000)
    anonymise_s = paper.LOCAL_ANONYMISE_S if local else paper.HYBRID_ANONYMISE_S
    masks_s = paper.LOCAL_MASKS_S if local else paper.HYBRID_MASKS_S
    return RunTimes(
        anonymise_s=anonymise_s * slower,
        masks_s=masks_s * slower,
        total_s=(anonymise_s + masks_s) * slower,
        scripts_s=(paper.LOCAL_ANONYMISE_S,),
        jobs_s=(paper.LOCAL_MASKS_S / 13,) * paper.IMAGES * local,
        frames=paper.IMAGES,
        images=paper.IMAGES,
        image_bytes=300_000,
    )


def _measured(memory_mb: int, as_in_the_paper: bool) -> Measured:
    # Otherwise: the least memory is the fastest.
    ms = _PAPER_MS[memory_mb] if as_in_the_paper else 5.0 * memory_mb
    init_ms = _PAPER_INIT_MS if as_in_the_paper else 0.5
    cold = Invocation(ms, round(ms + init_ms), init_ms)
    return Measured(memory_mb, (cold, *[Invocation(ms, round(ms))] * 9))
